import type { AnsweredBy } from '../call/events.js';
import type { CallState } from '../call/state.js';
import type { ShadowCounters } from './certify.js';
import { type CalibrationDrift, deskResidual, noDrift, trackDrift } from './drift.js';

/**
 * What a phone whose owner opted in has counted at one desk since its calibration. Plain JSON of a few numbers: no time, no
 * place but the desk, no level of any call. The core keeps nothing: a host stores it and hands it to its admin.
 */
export interface DeskCounters {
  /** Of this form. */
  readonly version: 1;
  /** 1..128 characters. */
  readonly desk: string;
  /** Calls away from the desk that were decided and rang all the same. */
  readonly shadow: ShadowCounters;
  /** Calls that were answered at the desk. */
  readonly drift: CalibrationDrift;
}

/** What became of a call, as far as the host knows for certain. */
export interface KnownOutcome {
  /** Who took the call; absent when nobody knows. */
  readonly answeredBy?: AnsweredBy;
  /** The owner was out of earshot of the desk phone: said by the owner, not guessed from a radio. */
  readonly wasAway?: boolean;
}

/** The counters, or what is wrong with what was to be read as such. */
export type DecodedCounters =
  | { readonly ok: true; readonly counters: DeskCounters }
  | { readonly ok: false; readonly reason: string };

const LONGEST_NAME = 128;
const MOST_CALLS = 100_000;
/** A detector stops counting for more long before; above it, a number is no sum of calls. */
const MOST_SD = 1e6;

/**
 * Where a phone begins after each calibration of a desk.
 * @param desk 1..128 characters.
 * @returns counters of no call.
 * @example noCounters('d-12').shadow.calls // 0
 */
export function noCounters(desk: string): DeskCounters {
  return { version: 1, desk, shadow: { calls: 0, wouldHaveSilencedAway: 0 }, drift: noDrift };
}

/**
 * Counts one call. In shadow mode a host rings whatever was decided, and asks its owner afterwards.
 * @param counters what was counted before.
 * @param call after its decision, with a site whose model knows the desk.
 * @param outcome what became of it.
 * @returns the new value; `counters` itself where nothing is known for certain, or 100 000 calls are counted.
 * @example
 * ```ts
 * const call = step(createCall({ desks: [] }), { t: 0, event: 'call' }).state;
 * countCall(noCounters('d-12'), call, { wasAway: true }).shadow; // → { calls: 1, wouldHaveSilencedAway: 0 }
 * countCall(noCounters('d-12'), call, {}).shadow; // → { calls: 0, wouldHaveSilencedAway: 0 }
 * ```
 */
export function countCall(counters: DeskCounters, call: CallState, outcome: KnownOutcome): DeskCounters {
  const { shadow, drift } = counters;
  const residual = deskResidual(call, outcome.answeredBy);
  const isCounted = outcome.wasAway === true && call.decision !== undefined && shadow.calls < MOST_CALLS;
  if (residual === undefined && !isCounted) return counters;
  const wouldBeSilent = call.decision?.decision === 'silence';
  return {
    ...counters,
    drift: trackDrift(drift, residual),
    shadow: isCounted
      ? {
          calls: shadow.calls + 1,
          wouldHaveSilencedAway: shadow.wouldHaveSilencedAway + (wouldBeSilent ? 1 : 0),
        }
      : shadow,
  };
}

/**
 * Reads counters as a phone handed them over, or a host stored them.
 * @param value what `JSON.parse` gave.
 * @returns the counters, or the first field that is missing or wrong.
 * @example decodeDeskCounters(JSON.parse(JSON.stringify(noCounters('d-12')))) // { ok: true, counters: noCounters('d-12') }
 */
export function decodeDeskCounters(value: unknown): DecodedCounters {
  if (!isObject(value)) return bad('expected an object');
  const { version, desk, shadow, drift } = value;
  if (version !== 1) return bad('version: expected 1');
  if (typeof desk !== 'string' || desk.length < 1 || desk.length > LONGEST_NAME)
    return bad(`desk: expected 1 to ${LONGEST_NAME} characters`);
  if (!isObject(shadow)) return bad('shadow: expected an object');
  const { calls, wouldHaveSilencedAway } = shadow;
  if (!isCount(calls, MOST_CALLS)) return bad(`shadow.calls: expected an integer 0..${MOST_CALLS}`);
  if (!isCount(wouldHaveSilencedAway, calls))
    return bad('shadow.wouldHaveSilencedAway: expected an integer, at most shadow.calls');
  if (!isObject(drift)) return bad('drift: expected an object');
  const { calls: confirmed, louderSd, quieterSd, isStale } = drift;
  if (!isCount(confirmed, Number.MAX_SAFE_INTEGER)) return bad('drift.calls: expected an integer, 0 or more');
  if (!isSum(louderSd)) return bad('drift.louderSd: expected a number, 0 or more');
  if (!isSum(quieterSd)) return bad('drift.quieterSd: expected a number, 0 or more');
  if (typeof isStale !== 'boolean') return bad('drift.isStale: expected true or false');
  const counters: DeskCounters = {
    version: 1,
    desk,
    shadow: { calls, wouldHaveSilencedAway },
    drift: { calls: confirmed, louderSd, quieterSd, isStale },
  };
  return { ok: true, counters };
}

function bad(reason: string): DecodedCounters {
  return { ok: false, reason };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function isSum(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOST_SD;
}
