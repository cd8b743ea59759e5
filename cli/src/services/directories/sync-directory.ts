import { type CollectedDirectory, collectDirectory } from '../../directory/collect-directory.js';
import { type DirectoryPlan, diffDirectory } from '../../directory/diff-directory.js';
import type { DirectorySource } from '../../directory/directory-source.js';
import type { Changing } from '../../registry/registry.js';
import type { Stored } from '../../registry/tables.js';
import type { Session } from '../open-session.js';
import { siteOf } from '../pairing/pair-beacon.js';

export interface SyncPlan {
  readonly plan: DirectoryPlan;
  readonly listed: CollectedDirectory;
}

/** Lists a directory and compares it with the registry; changes nothing. */
export async function planSync(session: Session, source: DirectorySource, signal: AbortSignal): Promise<SyncPlan> {
  const listed = await collectDirectory(source, { signal });
  const known = (await session.registry.read((reading) => reading.list('extensions'))).filter(
    ({ isEnabled }) => isEnabled,
  );
  const plan = diffDirectory(
    known.map(({ source: from, sourceKey, id, displayName }) => ({
      source: from,
      key: sourceKey,
      extension: id,
      displayName,
    })),
    listed,
  );
  return { plan, listed };
}

export interface Synced {
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  /** In conflict: left as they are, for a person to decide. */
  readonly skipped: number;
}

/**
 * Does what the plan says, but for what is in conflict. An extension that is gone is ended, not deleted: its profiles are revoked and
 * its desks are free, and what the audit tells of it may be purged 90 days later.
 */
export async function applySync(session: Session, { plan }: SyncPlan): Promise<Synced> {
  const site = (await siteOf(session.registry)).id;
  const nowMs = session.nowMs();
  const disputed = new Set(plan.conflicts.map(({ extension }) => extension));
  return session.registry.change(session.by('sync'), async (changing) => {
    const done = { added: 0, changed: 0, ended: 0, skipped: 0 };
    for (const { entry } of plan.removed) {
      const row = await changing.get('extensions', entry.extension);
      if (row === undefined || row.source !== plan.source) continue;
      await endExtension(changing, row, nowMs);
      done.ended += 1;
    }
    for (const { extension, key, displayName } of plan.added) {
      const row = { id: extension, site, displayName, source: plan.source, sourceKey: key, isEnabled: true };
      const known = await changing.get('extensions', extension);
      if (disputed.has(extension) || known?.isEnabled) {
        done.skipped += 1;
        continue;
      }
      if (known === undefined) await changing.insert('extensions', row);
      else await changing.update('extensions', { ...row, revision: known.revision });
      done.added += 1;
    }
    for (const { key, field, before, after, extension } of plan.changed) {
      const current = field === 'extension' ? before : extension;
      const row = (await changing.get('extensions', current)) ?? (await changing.get('extensions', extension));
      if (row === undefined || row.sourceKey !== key || disputed.has(extension)) {
        done.skipped += 1;
        continue;
      }
      if (field === 'displayName') await changing.update('extensions', { ...row, displayName: after });
      else await renumber(changing, row, after);
      done.changed += 1;
    }
    return done;
  });
}

async function endExtension(changing: Changing, row: Stored<'extensions'>, nowMs: number): Promise<void> {
  await changing.update('extensions', { ...row, isEnabled: false, endedAtMs: nowMs });
  for (const seat of await changing.list('seats', { extension: row.id })) await changing.remove('seats', seat);
  for (const lease of await changing.list('leases', { extension: row.id }))
    if (lease.revokedAtMs === undefined) await changing.update('leases', { ...lease, revokedAtMs: nowMs });
}

/** The same person under another number keeps the desks; profiles of the old number end. */
async function renumber(changing: Changing, row: Stored<'extensions'>, to: string): Promise<void> {
  const { revision: _revision, ...kept } = row;
  await changing.insert('extensions', { ...kept, id: to });
  for (const seat of await changing.list('seats', { extension: row.id })) {
    await changing.remove('seats', seat);
    await changing.insert('seats', { id: `${to}/${seat.desk}`, extension: to, desk: seat.desk });
  }
  await changing.remove('extensions', row);
}
