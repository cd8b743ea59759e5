import { CliError } from '../errors/cli-error.js';
import type { Registry } from '../registry/registry.js';
import type { Session } from './open-session.js';

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

const MONTH_MS = 30.44 * 86_400_000;

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

/** @returns how many entries lost their words. */
export async function purgeAudit(
  session: Session,
  which: { readonly purgeExtension?: string; readonly purgeMonths?: number },
): Promise<number> {
  const { purgeExtension, purgeMonths } = which;
  if (purgeExtension === undefined && purgeMonths === undefined) return 0;
  return session.registry.change(session.by('purge'), async (changing) => {
    let purged = 0;
    if (purgeExtension !== undefined) purged += await changing.purge({ extension: purgeExtension });
    if (purgeMonths !== undefined)
      purged += await changing.purge({ beforeMs: session.nowMs() - purgeMonths * MONTH_MS });
    await changing.note('audit', { purged });
    return purged;
  });
}
