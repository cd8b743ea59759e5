import { assess } from '../decision/assess.js';
import type { Assessment } from '../decision/odds.js';
import { parameters } from '../decision/parameters.js';
import type { Reason } from '../decision/reasons.js';
import { alarmOf, eligibleDesks, judge, silenceMargin } from '../decision/rule.js';
import { clamp } from '../math/elementary.js';
import type { CallAction, CallEvent, HostCapabilities, ScanFailure } from './events.js';
import { dutyOf, interpret, observe } from './observe.js';
import type { CallState, Decision } from './state.js';
import { addToWatch, beginWatch, LEFT_NATS, takeWatchLook, type Watch } from './watch.js';

/** What comes of one event. */
export interface Step {
  /** For the next event. Plain JSON. */
  readonly state: CallState;
  /** What the host shall do now, in this order; mostly nothing. */
  readonly actions: readonly CallAction[];
  /** When the host must come back with a `tick` at the latest, on the events' clock; absent when there is nothing to wait for. */
  readonly nextDeadlineMs?: number;
}

const DEFAULT_DEADLINE_MS = 1500;
const LONGEST_DEADLINE_MS = 60_000;

const failureReasons: Readonly<Record<ScanFailure, Reason>> = {
  'too-frequent': 'scan-throttled',
  'bluetooth-off': 'bluetooth-off',
  unauthorized: 'bluetooth-unauthorized',
  unsupported: 'bluetooth-unsupported',
  internal: 'scan-failed',
};

/**
 * One incoming call as a pure reducer. Looks that fell due before an event are taken first, with the evidence of their
 * own instant: a timer that fires late changes no decision, and a replay gives the same one.
 * @param state the call so far; it is not changed.
 * @param event what happened, with its time.
 * @returns the new state, what the host shall do, in order, and when it must come back.
 * @example
 * ```ts
 * const called = step(createCall({ desks: ['d-12'] }), { t: 0, event: 'call', deadlineMs: 1500 });
 * called.actions; // → [{ action: 'hold-ring' }, { action: 'start-scan', mode: 'low-latency' }]
 * const heard = step(called.state, { t: 80, event: 'sighting', desk: 'd-13', rssiDbm: -70 });
 * heard.actions; // → []
 * const late = step(heard.state, { t: 1500, event: 'tick' });
 * late.actions; // → [{ action: 'stop-scan' }, { action: 'ring', reason: 'own-desk-not-heard' }]
 * late.state.phase; // → 'ringing'
 * ```
 */
export function step(state: CallState, event: CallEvent): Step {
  const t = Number.isFinite(event.t) ? Math.max(event.t, state.nowMs) : state.nowMs;
  const due = takeDue({ ...state, nowMs: t }, t);
  const next = apply(due.state, { ...event, t });
  return withDeadline(next.state, [...due.actions, ...next.actions]);
}

function apply(state: CallState, event: CallEvent): Outcome {
  switch (event.event) {
    case 'call':
      return state.phase === 'waiting' ? beginCall(state, event) : ringFor(vetoOfNews(state, event), state, event.t);
    case 'answered':
    case 'call-ended':
      return endCall(state, event.event === 'answered' && event.by !== 'this-phone');
    case 'end':
      // Nothing more will come: this is the last look, for nothing may stay undecided.
      return state.phase === 'deciding' ? look({ ...state, deadlineAtMs: event.t }, event.t) : unchanged(state);
    case 'audio-route':
      return ringFor(
        event.route === 'phone' ? undefined : 'audio-elsewhere',
        { ...state, audioRoute: event.route },
        event.t,
      );
    case 'scan-failed': {
      if (state.phase === 'silent') return unchanged(withoutWatch({ ...state, isScanning: false }));
      const observed = observeInto({ ...state, isScanning: false }, event);
      return state.phase === 'deciding'
        ? ringNow(observed, event.t, failureReasons[event.reason])
        : unchanged(observed);
    }
    default:
      if (state.watch !== undefined) return watchOn(state, state.watch, event);
      return unchanged(state.phase === 'deciding' ? observeInto(state, event) : state);
  }
}

interface Outcome {
  readonly state: CallState;
  readonly actions: readonly CallAction[];
}

function unchanged(state: CallState): Outcome {
  return { state, actions: [] };
}

function observeInto(state: CallState, event: CallEvent): CallState {
  return { ...state, evidence: observe(state.evidence, event, state.site, state.lookup, state.calledAtMs ?? 0) };
}

function beginCall(state: CallState, event: Extract<CallEvent, { event: 'call' }>): Outcome {
  const deadlineMs = clamp(event.deadlineMs ?? DEFAULT_DEADLINE_MS, 0, LONGEST_DEADLINE_MS);
  const called: CallState = { ...state, phase: 'deciding', calledAtMs: event.t, deadlineAtMs: event.t + deadlineMs };
  const veto = vetoOfNews(called, event) ?? vetoOfCall(called);
  if (veto !== undefined) return ringNow(called, event.t, veto);
  const hold: readonly CallAction[] = ringsFirst(called.host) ? [] : [{ action: 'hold-ring' }];
  return { state: { ...called, isScanning: true }, actions: [...hold, { action: 'start-scan', mode: 'low-latency' }] };
}

/** What is said of the call and rings whenever it is said. */
function vetoOfNews({ site }: CallState, event: Extract<CallEvent, { event: 'call' }>): Reason | undefined {
  if (event.emergency === true) return 'emergency-call';
  if (site.isRingAll) return 'ring-all';
  if (event.deskPhone === 'not-alerting') return 'desk-phone-not-alerting';
  return event.deskPhone === 'unknown' && site.policy.deskPhoneUnknown === 'ring' ? 'desk-phone-unknown' : undefined;
}

/** What is known before anything is scanned, and rings at once. */
function vetoOfCall({ site, host, audioRoute }: CallState): Reason | undefined {
  if (audioRoute !== undefined && audioRoute !== 'phone') return 'audio-elsewhere';
  if (site.ownDesks.length === 0) return 'no-own-desk';
  if (site.isCalibrationStale) return 'calibration-stale';
  if (ringsFirst(host) && host.canEndElsewhere !== true) return 'host-cannot-silence';
  return undefined;
}

/** Whether it rings before anything is decided: then only the end of its own leg makes it quiet. */
function ringsFirst({ canHoldRing, mustReportAtOnce }: HostCapabilities): boolean {
  return canHoldRing === false || mustReportAtOnce === true;
}

/** The instants at which the rule looks, on the events' clock; the deadline is the last. */
function lookInstants(state: CallState): readonly number[] {
  const { calledAtMs, deadlineAtMs } = state;
  if (calledAtMs === undefined || deadlineAtMs === undefined) return [];
  const early = parameters.looksMs.map((ms) => calledAtMs + ms).filter((atMs) => atMs < deadlineAtMs);
  return [...early, deadlineAtMs];
}

/** All that falls due up to an instant, one after the other. */
function takeDue(state: CallState, t: number): Outcome {
  let { state: current, actions } = unchanged(state);
  for (let due = nextDue(current, t); due !== undefined; due = nextDue(current, t)) {
    current = due.state;
    actions = [...actions, ...due.actions];
  }
  return { state: current, actions };
}

/** A look at the evidence, a look of the watch, or the end of the silence; `undefined` when nothing is due. */
function nextDue(state: CallState, t: number): Outcome | undefined {
  const { phase, watch, ringsAtMs = Number.POSITIVE_INFINITY } = state;
  if (phase === 'deciding') {
    const atMs = lookInstants(state)[state.looks.length];
    return atMs === undefined || atMs > t ? undefined : look(state, atMs);
  }
  if (watch !== undefined && watch.nextLookAtMs <= Math.min(t, ringsAtMs)) {
    const taken = takeWatchLook(watch, state);
    return taken.cusumNats >= LEFT_NATS
      ? ringLate(state, watch.nextLookAtMs, 'left-desk')
      : unchanged({ ...state, watch: taken });
  }
  return phase === 'silent' && ringsAtMs <= t ? ringLate(state, ringsAtMs, 'unanswered') : undefined;
}

/** A reason to ring that came up by itself: it ends the deciding and it ends a silence. */
function ringFor(reason: Reason | undefined, state: CallState, atMs: number): Outcome {
  if (reason === undefined) return unchanged(state);
  if (state.phase === 'deciding') return ringNow(state, atMs, reason);
  return state.phase === 'silent' ? ringLate(state, atMs, reason) : unchanged(state);
}

function ringLate(state: CallState, atMs: number, reason: Reason): Outcome {
  return ring({ ...withoutAlarm(state), rangLate: { reason, atMs } }, reason);
}

/** Ends the scan, where one runs, with the quiet. */
function ring(state: CallState, reason: Reason): Outcome {
  return {
    state: { ...state, phase: 'ringing', isScanning: false },
    actions: [...stopScan(state), { action: 'ring', reason }],
  };
}

/** What stops a scan that is running. */
function stopScan({ isScanning }: CallState): readonly CallAction[] {
  return isScanning ? [{ action: 'stop-scan' }] : [];
}

function withoutWatch(state: CallState): CallState {
  const { watch: _over, ...rest } = state;
  return rest;
}

/** Nothing is listened to any more, and no silence has an end. */
function withoutAlarm(state: CallState): CallState {
  const { ringsAtMs: _past, ...rest } = withoutWatch(state);
  return rest;
}

/** One event of a phone that is silent and goes on listening. The evidence of the decision stays as it was. */
function watchOn(state: CallState, watch: Watch, event: CallEvent): Outcome {
  if (event.event === 'scan-started') return unchanged({ ...state, watch: beginWatch(event.t, dutyOf(event)) });
  if (event.event === 'scan-stopped') return unchanged(withoutWatch({ ...state, isScanning: false }));
  const { evidence, site, lookup } = state;
  const heard = interpret(event, evidence, site, lookup, state.calledAtMs ?? 0);
  if (heard === undefined) return unchanged(state);
  const { windowsS, provenWindowsS } = heard.windows ?? evidence;
  const noted: CallState = { ...state, evidence: { ...evidence, windowsS, provenWindowsS } };
  if (heard.dropped === undefined) return unchanged({ ...noted, watch: addToWatch(watch, heard.sighting) });
  return ringFor(alarmOf({ dropped: { [heard.dropped]: 1 } }), noted, event.t);
}

function look(state: CallState, atMs: number): Outcome {
  const { evidence, site, host } = state;
  const assessment = assessmentOf(state, atMs);
  const taken = { atMs, ...assessment, marginNats: silenceMargin(assessment, host) };
  const looked: CallState = { ...state, looks: [...state.looks, taken] };
  const verdict = judge({ atMs, isLast: atMs === state.deadlineAtMs, assessment }, evidence, site, host);
  return verdict === undefined ? unchanged(looked) : conclude(looked, atMs, verdict, assessment);
}

/** Rings for a reason that no look at the evidence could change. */
function ringNow(state: CallState, atMs: number, reason: Reason): Outcome {
  return conclude(state, atMs, { decision: 'ring', reason }, assessmentOf(state, atMs));
}

function assessmentOf({ evidence, site, host }: CallState, atMs: number): Assessment {
  return assess(evidence, site, eligibleDesks(evidence, site, host), atMs);
}

function conclude(
  state: CallState,
  atMs: number,
  { decision, reason }: { readonly decision: 'ring' | 'silence'; readonly reason: Reason },
  { llr, pDesk }: Assessment,
): Outcome {
  const { host } = state;
  const base: Decision = { decision, reason, decidedAtMs: atMs, llr, pDesk };
  if (decision === 'ring') return ring({ ...state, decision: base }, reason);
  const ringAfterMs = host.canRingLate === false ? 0 : state.site.policy.ringAfterMs;
  const silence: CallAction = ringsFirst(host)
    ? { action: 'end-elsewhere', reason }
    : { action: 'silence', reason, ringAfterMs };
  // Whoever cannot ring late, or has ended the leg, has no use for knowing that the phone left.
  const isWatching =
    host.canWatch === true && host.canRingLate !== false && silence.action === 'silence' && state.isScanning;
  return {
    state: {
      ...state,
      phase: 'silent',
      isScanning: isWatching,
      decision: { ...base, ringAfterMs },
      ...(ringAfterMs > 0 ? { ringsAtMs: atMs + ringAfterMs } : {}),
      ...(isWatching ? { watch: beginWatch(atMs, state.evidence.scanDuty) } : {}),
    },
    actions: isWatching ? [silence] : [...stopScan(state), silence],
  };
}

function endCall(state: CallState, isElsewhere: boolean): Outcome {
  if (state.phase === 'over') return unchanged(state);
  const isEnded = isElsewhere && state.host.canEndElsewhere === true && state.phase !== 'waiting';
  return {
    state: { ...withoutAlarm(state), phase: 'over', isScanning: false },
    actions: isEnded ? [...stopScan(state), { action: 'end-elsewhere', reason: 'answered' }] : stopScan(state),
  };
}

function withDeadline(state: CallState, actions: readonly CallAction[]): Step {
  const next =
    state.phase === 'deciding'
      ? lookInstants(state)[state.looks.length]
      : earliest(state.ringsAtMs, state.watch?.nextLookAtMs);
  return next === undefined || state.phase === 'over' ? { state, actions } : { state, actions, nextDeadlineMs: next };
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
