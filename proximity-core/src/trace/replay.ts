import { observe } from '../call/observe.js';
import { type CallState, createCall } from '../call/state.js';
import { step } from '../call/step.js';
import { assess } from '../decision/assess.js';
import { eligibleDesks } from '../decision/rule.js';
import { type Evidence, endScan, noEvidence } from '../evidence/evidence.js';
import type { SiteProfile } from '../profile/profile.js';
import type { TraceLine } from './decode-trace.js';
import { type Heard, summariseHeard } from './heard.js';

/** What a replay is given beside the trace. */
export interface ReplayOptions {
  /** Resolves raw advertisements; the header then needs `wallClock`. */
  readonly profile?: SiteProfile;
  /** Instants, ms from the header, at which the evidence is to be shown as if the call had not been decided. */
  readonly atMs?: readonly number[];
}

/** One call as it was decided. */
export interface ReplayedCall {
  /** The name in its header. */
  readonly call: string;
  /** In doubt `ring`. */
  readonly decision: 'ring' | 'silence';
  /** A code of docs/reasons.md, or `call-ended` where it was over before it was decided. */
  readonly reason: string;
  /** Milliseconds on the trace's clock. */
  readonly decidedAtMs: number;
  /** Only with silence: how long it lasts, ms; 0 until the call is over. */
  readonly ringAfterMs?: number;
  /** Probability of being at an own desk, 0..1. */
  readonly pDesk: number;
  /** Natural log of the likelihood ratio, at an own desk against out of earshot. */
  readonly llr: number;
  /** How many counted, and how many did not, by why. */
  readonly packets: { readonly used: number; readonly dropped: Readonly<Record<string, number>> };
  /** What the decision rested on. */
  readonly heard: Heard;
  /** Why and when a silence ended in a ring, where the record goes so far. */
  readonly rangLate?: { readonly reason: string; readonly atMs: number };
  /** By each instant of `atMs`: the evidence as it stood then. */
  readonly at?: Readonly<Record<string, { readonly pDesk: number; readonly llr: number }>>;
}

/** Where a replay stands between two lines: one call, never the file. */
export interface Replay {
  /** As given to `createReplay`. */
  readonly options: ReplayOptions;
  /** The call's name; absent before the first header. */
  readonly name?: string;
  /** The call so far. */
  readonly state?: CallState;
  /** The evidence as it goes on after the decision, for `atMs` alone. */
  readonly watched: Evidence;
  /** What was shown of it so far. */
  readonly at: Readonly<Record<string, { readonly pDesk: number; readonly llr: number }>>;
  /** Time of the last line, ms. */
  readonly lastMs: number;
}

/** The replay after a line and a call that it ended, or why the line cannot stand there. */
export type ReplayStep =
  | { readonly ok: true; readonly replay: Replay; readonly finished?: ReplayedCall }
  | { readonly ok: false; readonly reason: string };

/**
 * A replay before its first line.
 * @param options profile and instants, where wanted.
 * @returns plain JSON to give to `replayLine`.
 * @example createReplay().lastMs // 0
 */
export function createReplay(options: ReplayOptions = {}): Replay {
  return { options, watched: noEvidence, at: {}, lastMs: 0 };
}

/**
 * Takes the next line. A header ends the call before it.
 * @param replay where it stands.
 * @param line as `decodeTraceLine` gave it.
 * @returns the replay, and a call when one is complete; or why the line cannot stand here.
 * @throws RangeError as `createCall` does, for a header whose numbers are out of bounds.
 * @example replayLine(createReplay(), { kind: 'event', event: { t: 0, event: 'end' } }) // { ok: false, reason: 'expected a header before the first event' }
 */
export function replayLine(replay: Replay, line: TraceLine): ReplayStep {
  if (line.kind === 'header') {
    const { header } = line;
    const done = finishReplay(replay);
    if (!done.ok) return done;
    const { profile } = replay.options;
    if (profile !== undefined && header.wallClock === undefined) {
      return { ok: false, reason: 'wallClock: needed in the header to resolve frames with a profile' };
    }
    const state = createCall({
      ...(header.desks === undefined ? {} : { desks: header.desks }),
      ...(header.host === undefined ? {} : { host: header.host }),
      ...(profile === undefined ? {} : { profile }),
      ...(header.wallClock === undefined ? {} : { wallClockMs: header.wallClock }),
      ...(header.phone === undefined ? {} : { phone: header.phone }),
      ...(header.site === undefined ? {} : { traceSite: header.site }),
      ...(header.newestWindowsS === undefined ? {} : { newestWindowsS: header.newestWindowsS }),
    });
    const begun: Replay = { ...createReplay(replay.options), name: header.call, state, watched: state.evidence };
    return done.finished === undefined
      ? { ok: true, replay: begun }
      : { ok: true, replay: begun, finished: done.finished };
  }
  const { event } = line;
  if (replay.state === undefined) return { ok: false, reason: 'expected a header before the first event' };
  if (event.t < replay.lastMs) return { ok: false, reason: `t: ${event.t} is before ${replay.lastMs}` };
  const shown = showUntil(replay, event.t);
  const { state } = step(replay.state, event);
  const watched =
    state.calledAtMs === undefined
      ? shown.watched
      : observe(shown.watched, event, state.site, state.lookup, state.calledAtMs);
  return { ok: true, replay: { ...shown, state, watched, lastMs: event.t } };
}

/**
 * Ends the file: a call that is still open takes its remaining looks.
 * @param replay where it stands.
 * @returns the last call, if there is one.
 * @example finishReplay(createReplay()).ok // true
 */
export function finishReplay(replay: Replay): ReplayStep {
  if (replay.state === undefined || replay.name === undefined) return { ok: true, replay };
  let { state } = replay;
  if (state.calledAtMs === undefined) return { ok: false, reason: `call ${replay.name}: expected an event "call"` };
  if (state.phase === 'deciding') state = step(state, { t: replay.lastMs, event: 'end' }).state;
  const ended = { ...replay, watched: endScan(replay.watched, replay.lastMs) };
  const shown = showUntil(ended, Number.MAX_VALUE);
  const { decision, evidence } = state;
  const finished: ReplayedCall = {
    call: replay.name,
    decision: decision?.decision ?? 'ring',
    reason: decision?.reason ?? 'call-ended',
    decidedAtMs: decision?.decidedAtMs ?? state.nowMs,
    ...(decision?.ringAfterMs === undefined ? {} : { ringAfterMs: decision.ringAfterMs }),
    pDesk: decision?.pDesk ?? 0,
    llr: decision?.llr ?? 0,
    packets: { used: evidence.used, dropped: sortedByName(evidence.dropped) },
    heard: summariseHeard(state),
    ...(state.rangLate === undefined ? {} : { rangLate: state.rangLate }),
    ...(replay.options.atMs === undefined ? {} : { at: shown.at }),
  };
  return { ok: true, replay: createReplay(replay.options), finished };
}

function showUntil(replay: Replay, beforeMs: number): Replay {
  const { state } = replay;
  const pending = (replay.options.atMs ?? []).filter((ms) => ms <= beforeMs && replay.at[String(ms)] === undefined);
  if (pending.length === 0 || state === undefined) return replay;
  const at = { ...replay.at };
  for (const ms of pending) {
    const desks = eligibleDesks(replay.watched, state.site, state.host);
    const { pDesk, llr } = assess(replay.watched, state.site, desks, ms);
    at[String(ms)] = { pDesk, llr };
  }
  return { ...replay, at };
}

function sortedByName(counts: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number>> {
  const sorted: Record<string, number> = {};
  for (const name of Object.keys(counts).sort()) sorted[name] = counts[name] as number;
  return sorted;
}
