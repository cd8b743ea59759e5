import {
  type CallEvent,
  createReplay,
  finishReplay,
  type Replay,
  type ReplayedCall,
  type ReplayStep,
  replayLine,
  type TraceHeader,
} from '@deskbeacon/proximity-core';
import { officeParameters } from './parameters.js';

/** The instants at which a silence may fall within the first second. */
export const LOOKS_MS = [250, 500, 1000] as const;
/** And the last one. A replay shows the evidence before the deadline's own event. */
const LAST_LOOK_MS = officeParameters.deadlineMs - 1;
/** Baselines judge everything up to here. */
const BASELINE_MS = 1000;
/** Stands for the others where none was heard: the least a phone hears. */
const NOTHING_HEARD_DBM = -94;

/** Scores of one call: the higher, the more it looks like the own desk. −∞ forbids silence. */
export interface Scores {
  /** Largest log-likelihood ratio of the looks at which nothing forbids silence, nats. */
  readonly llr: number;
  /** The same with the look at the deadline: what compares with peers, which answer there. */
  readonly deadlineLlr: number;
  /** The same of those looks alone at which the own desk is likelier than everywhere else together. */
  readonly guardedLlr: number;
  /** Mean level of the own beacon, dBm. */
  readonly ownMeanDbm: number;
  /** Average of the own mean and of the own mean less the mean of the three strongest others. */
  readonly ownAndOthersDb: number;
}

export const methods = [
  'llr',
  'deadlineLlr',
  'guardedLlr',
  'ownMeanDbm',
  'ownAndOthersDb',
] as const satisfies readonly (keyof Scores)[];

/** Replays one call through the core's public replayer: its decision, and the evidence at each look. */
export function replayCall(
  header: TraceHeader,
  events: readonly CallEvent[],
  atMs: readonly number[] = [...LOOKS_MS, LAST_LOOK_MS],
): ReplayedCall {
  let replay: Replay = createReplay({ atMs });
  const take = (step: ReplayStep): ReplayedCall | undefined => {
    if (!step.ok) throw new RangeError(`events: expected a trace that replays, got ${step.reason}`);
    replay = step.replay;
    return step.finished;
  };
  take(replayLine(replay, { kind: 'header', header }));
  for (const event of events) take(replayLine(replay, { kind: 'event', event }));
  const finished = take(finishReplay(replay));
  if (finished === undefined) throw new RangeError('events: expected one call, got none');
  return finished;
}

/** Scores a call by what was replayed and, for the baselines, by its packets. */
export function scoreCall(
  replayed: ReplayedCall,
  events: readonly CallEvent[],
  ownDesk: string,
  countsRangingCycles = false,
): Scores {
  let llr = Number.NEGATIVE_INFINITY;
  let deadlineLlr = Number.NEGATIVE_INFINITY;
  let guardedLlr = Number.NEGATIVE_INFINITY;
  for (const atMs of [...LOOKS_MS, LAST_LOOK_MS]) {
    const seen = replayed.at?.[String(atMs)];
    if (seen === undefined || !maySilence(events, ownDesk, atMs, countsRangingCycles)) continue;
    deadlineLlr = Math.max(deadlineLlr, seen.llr);
    if (atMs === LAST_LOOK_MS) continue;
    llr = Math.max(llr, seen.llr);
    if (seen.pDesk > 0.5) guardedLlr = Math.max(guardedLlr, seen.llr);
  }
  return { llr, deadlineLlr, guardedLlr, ...scoreLevels(events, ownDesk) };
}

/**
 * What the architecture asks for besides odds: two packets of the own desk in two tenths of a second, one of them proven.
 * A replay shows the evidence at an instant and not whether silence was allowed at it. What else forbids silence (a stale
 * identity, a stuck receiver) does not occur in the office.
 */
export function maySilence(
  events: readonly CallEvent[],
  ownDesk: string,
  untilMs: number,
  countsRangingCycles = false,
): boolean {
  const slots = new Set<number>();
  let packets = 0;
  let cycles = 0;
  let isProven = false;
  for (const event of events) {
    if (event.t > untilMs) break;
    if ((event.event !== 'sighting' && event.event !== 'ranging') || event.desk !== ownDesk) continue;
    // A cycle is a mean over many slots and stands in one of its own.
    if (event.event === 'ranging') {
      cycles += countsRangingCycles ? 1 : 0;
      continue;
    }
    packets += 1;
    slots.add(Math.floor(event.t / 100));
    isProven ||= event.authenticated !== false;
  }
  return packets + cycles >= 2 && slots.size + cycles >= 2 && isProven;
}

/** The two baselines: what one gets without a model. */
export function scoreLevels(
  events: readonly CallEvent[],
  ownDesk: string,
): Pick<Scores, 'ownMeanDbm' | 'ownAndOthersDb'> {
  const levels = new Map<string, { sumDbm: number; count: number }>();
  for (const event of events) {
    if (event.t > BASELINE_MS) break;
    if ((event.event !== 'sighting' && event.event !== 'ranging') || event.desk === null) continue;
    const { sumDbm, count } = levels.get(event.desk) ?? { sumDbm: 0, count: 0 };
    levels.set(event.desk, { sumDbm: sumDbm + event.rssiDbm, count: count + 1 });
  }
  const own = levels.get(ownDesk);
  if (own === undefined) return { ownMeanDbm: Number.NEGATIVE_INFINITY, ownAndOthersDb: Number.NEGATIVE_INFINITY };
  const ownMeanDbm = own.sumDbm / own.count;
  const others = [...levels].filter(([desk]) => desk !== ownDesk).map(([, { sumDbm, count }]) => sumDbm / count);
  const strongest = others.sort((a, b) => b - a).slice(0, 3);
  const othersDbm =
    strongest.length === 0 ? NOTHING_HEARD_DBM : strongest.reduce((sum, level) => sum + level, 0) / strongest.length;
  return { ownMeanDbm, ownAndOthersDb: (ownMeanDbm + (ownMeanDbm - othersDbm)) / 2 };
}
