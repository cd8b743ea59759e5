import { tagOf } from '@deskbeacon/beacon/control';
import { asCliError } from '../../errors/beacon-failure.js';
import { CliError } from '../../errors/cli-error.js';
import type { Session } from '../open-session.js';
import { type Listener, waitToHear } from './listener.js';
import { type Paired, type PairProgress, type PairRequest, pairBeacon } from './pair-beacon.js';
import { nearestFirst, noteReport, strongestDbm, type WaitingBeacon } from './waiting-beacons.js';

/** A desk of the plan, and the code of the beacon that is to stand there. */
export interface BatchRow extends Pick<PairRequest, 'desk' | 'extension' | 'setupCode'> {}

export interface BatchResult {
  readonly desk: string;
  readonly paired?: Paired;
  /** Why not. */
  readonly failure?: CliError;
}

/** At once with what was heard; a beacon beside which somebody stands is heard within a second. */
const LISTEN_MS = 1500;

/**
 * Pairs every beacon of a plan as somebody walks past it: whichever is near is paired, in any order. It ends when all are done, or
 * when nobody has come near another for `waitMs`. Run again, it goes on with those that are left.
 */
export async function pairBatch(
  session: Session,
  listener: Listener,
  rows: readonly BatchRow[],
  request: Pick<PairRequest, 'settings' | 'leastDbm' | 'waitMs' | 'signal'>,
  tell: (desk: string, progress: PairProgress) => void,
): Promise<readonly BatchResult[]> {
  const results: BatchResult[] = [];
  const left = new Map(rows.map((row) => [Buffer.from(tagOf('setup-code', row.setupCode)).toString('hex'), row]));
  let idleSinceMs = performance.now();
  while (left.size > 0 && performance.now() - idleSinceMs < request.waitMs) {
    const tag = await findNear(listener, left, request);
    const row = tag === undefined ? undefined : left.get(tag);
    if (tag === undefined || row === undefined) continue;
    left.delete(tag);
    try {
      const paired = await pairBeacon(session, listener, { ...request, ...row }, (progress) =>
        tell(row.desk, progress),
      );
      results.push({ desk: row.desk, paired });
    } catch (error) {
      const failure = asCliError(error);
      if (!(failure instanceof CliError) || request.signal.aborted) throw failure;
      results.push({ desk: row.desk, failure });
    }
    idleSinceMs = performance.now();
  }
  const missed = [...left.values()].map(({ desk }) => ({
    desk,
    failure: new CliError('not-heard', `${desk}: nobody came near its beacon`),
  }));
  return [...results, ...missed];
}

/** @returns the tag of the nearest beacon that is left, once one is near. */
async function findNear(
  listener: Listener,
  left: ReadonlyMap<string, BatchRow>,
  { leastDbm, signal }: Pick<PairRequest, 'leastDbm' | 'signal'>,
): Promise<string | undefined> {
  let waiting: readonly WaitingBeacon[] = [];
  await waitToHear(
    listener,
    (report) => {
      waiting = noteReport(waiting, report);
      return undefined;
    },
    { forMs: LISTEN_MS, signal },
  );
  const near = nearestFirst(waiting).find(
    (beacon) => left.has(beacon.told?.tag ?? '') && (strongestDbm(beacon) ?? Number.NEGATIVE_INFINITY) >= leastDbm,
  );
  return near?.told?.tag;
}
