import { CliError } from '../errors/cli-error.js';
import type { Registry } from '../registry/registry.js';
import type { Session } from './open-session.js';
import { forgetExtension } from './places/remove-place.js';

export interface ReadEntry {
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  readonly verb: string;
  /** Absent once purged. */
  readonly actor?: string;
  readonly subject?: string;
  readonly content?: unknown;
}

const DAY_MS = 86_400_000;
const MONTH_MS = 30.44 * DAY_MS;
/** What is told of somebody whose account has ended goes so long afterwards. */
const ENDED_DAYS = 90;

/**
 * @param last how many of the newest.
 * @throws CliError `audit-broken` when the chain does not hold.
 */
export async function readAudit(
  registry: Registry,
  last: number,
): Promise<{
  readonly entries: readonly ReadEntry[];
  readonly newest?: { readonly seq: number; readonly hash: string };
}> {
  const { fault, newest } = await registry.checkAudit();
  if (fault !== undefined)
    throw new CliError('audit-broken', `entry ${fault.seq} of the audit is not what was written (${fault.reason})`);
  const entries = await registry.read((reading) => reading.audit(Math.max(0, (newest?.seq ?? 0) - last), last));
  return {
    entries: entries.map(({ seq, atMs, verb, words }) => ({
      seq,
      at: new Date(atMs).toISOString(),
      verb,
      ...(words === undefined ? {} : { actor: words.actor, subject: words.subject, content: words.content }),
    })),
    ...(newest === undefined ? {} : { newest: { seq: newest.seq, hash: Buffer.from(newest.hash).toString('hex') } }),
  };
}

/**
 * Takes the words out of entries: of one extension, of what is older, of accounts that ended 90 days ago or earlier, which then
 * leave the registry as well.
 * @returns how many entries lost their words.
 */
export async function purgeAudit(
  session: Session,
  which: { readonly purgeExtension?: string; readonly purgeMonths?: number; readonly purgeEnded?: boolean },
): Promise<number> {
  const { purgeExtension, purgeMonths, purgeEnded = false } = which;
  if (purgeExtension === undefined && purgeMonths === undefined && !purgeEnded) return 0;
  return session.registry.change(session.by('purge'), async (changing) => {
    let purged = 0;
    if (purgeExtension !== undefined) purged += await changing.purge({ extension: purgeExtension });
    if (purgeMonths !== undefined)
      purged += await changing.purge({ beforeMs: session.nowMs() - purgeMonths * MONTH_MS });
    if (purgeEnded) {
      const endedBeforeMs = session.nowMs() - ENDED_DAYS * DAY_MS;
      for (const row of await changing.list('extensions')) {
        if (row.endedAtMs === undefined || row.endedAtMs >= endedBeforeMs) continue;
        await forgetExtension(changing, row, session.nowMs());
        purged += await changing.purge({ extension: row.id });
      }
    }
    await changing.note('audit', { purged });
    return purged;
  });
}
