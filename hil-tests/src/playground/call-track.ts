import {
  type CallAction,
  type CallEvent,
  type CallState,
  createReplay,
  explain,
  finishReplay,
  type LookTaken,
  type Replay,
  type ReplayedCall,
  replayLine,
  type SiteProfile,
  step,
  type TraceHeader,
} from '@deskbeacon/proximity-core';

/** Follows one call event by event and keeps what there is to see of it: packets, evidence, looks, actions. */

/** One packet, and what the core made of it. */
export interface HeardPacket {
  /** Which event of the call it was, from 0. */
  readonly event: number;
  readonly atMs: number;
  readonly rssiDbm: number;
  /** Whose beacon; absent when the packet did not count or is nobody's. */
  readonly desk?: string;
  /** Why it did not count. */
  readonly dropped?: string;
}

export interface TrackedEvent {
  readonly event: CallEvent;
  /** What the reducer asked of its host. */
  readonly actions: readonly CallAction[];
  readonly phase: CallState['phase'];
  readonly packet?: HeardPacket;
}

export interface CallTrack {
  readonly header: TraceHeader;
  readonly state: () => CallState;
  readonly nextDeadlineMs: () => number | undefined;
  readonly events: readonly TrackedEvent[];
  readonly packets: readonly HeardPacket[];
  /** The evidence as it grew, until the decision: what a look at that instant would have found. */
  readonly curve: readonly LookTaken[];
  /** @returns what the host shall do. @throws RangeError for an event that cannot stand here. */
  readonly feed: (event: CallEvent) => readonly CallAction[];
  /** @returns the call as it was decided, its remaining looks taken. */
  readonly finish: () => { readonly call: ReplayedCall; readonly explanation: string };
}

/** The evidence is shown so often, ms. */
const PEEK_MS = 25;

/**
 * @param header as a trace has it.
 * @param profile needed to tell whose an advertisement is.
 * @throws RangeError when the header cannot be used with the profile.
 */
export function trackCall(header: TraceHeader, profile?: SiteProfile): CallTrack {
  let replay = taken(createReplay(profile === undefined ? {} : { profile }), { kind: 'header', header });
  let nextDeadlineMs: number | undefined;
  let peekedMs = Number.NEGATIVE_INFINITY;
  const events: TrackedEvent[] = [];
  const packets: HeardPacket[] = [];
  const curve: LookTaken[] = [];

  const peekUntil = (untilMs: number): void => {
    const { calledAtMs } = stateOf(replay);
    if (calledAtMs === undefined) return;
    for (let atMs = Math.max(calledAtMs, peekedMs + PEEK_MS); atMs <= untilMs; atMs += PEEK_MS) {
      const look = peekAt(stateOf(replay), atMs);
      if (look === undefined) return;
      if (look.atMs > peekedMs) curve.push(look);
      peekedMs = atMs;
    }
  };

  return {
    header,
    state: () => stateOf(replay),
    nextDeadlineMs: () => nextDeadlineMs,
    events,
    packets,
    curve,
    feed(event) {
      peekUntil(event.t);
      const before = replay;
      replay = taken(replay, { kind: 'event', event });
      const { actions, nextDeadlineMs: next, state } = step(stateOf(before), event);
      nextDeadlineMs = next;
      const packet = packetOf(before, replay, event, events.length);
      if (packet !== undefined) packets.push(packet);
      events.push({ event, actions, phase: state.phase, ...(packet === undefined ? {} : { packet }) });
      return actions;
    },
    finish() {
      const { calledAtMs, deadlineAtMs, phase } = stateOf(replay);
      if (phase === 'deciding' && calledAtMs !== undefined) peekUntil(Math.min(replay.lastMs, deadlineAtMs ?? 0));
      const ended = finishReplay(replay);
      if (!ended.ok || ended.finished === undefined) throw new RangeError(ended.ok ? 'no call' : ended.reason);
      return { call: ended.finished, explanation: explain(ended.finished) };
    },
  };
}

/** The look that the rule would take if time were up at this instant; nothing once the call is decided. */
function peekAt(state: CallState, atMs: number): LookTaken | undefined {
  if (state.phase !== 'deciding') return undefined;
  const { looks } = step(state, { t: atMs, event: 'end' }).state;
  return looks[looks.length - 1];
}

function taken(replay: Replay, line: Parameters<typeof replayLine>[1]): Replay {
  const next = replayLine(replay, line);
  if (!next.ok) throw new RangeError(next.reason);
  return next.replay;
}

function stateOf({ state }: Replay): CallState {
  if (state === undefined) throw new RangeError('expected a header before the first event');
  return state;
}

/** Whose packet it was shows in whose count grew. */
function packetOf(before: Replay, after: Replay, event: CallEvent, number: number): HeardPacket | undefined {
  if (event.event !== 'advertisement' && event.event !== 'sighting' && event.event !== 'ranging') return undefined;
  const packet = { event: number, atMs: event.t, rssiDbm: event.rssiDbm };
  const then = before.watched;
  const now = after.watched;
  for (const [reason, count] of Object.entries(now.dropped)) {
    if (count !== (then.dropped as Readonly<Record<string, number>>)[reason]) return { ...packet, dropped: reason };
  }
  for (const [desk, beacon] of Object.entries(now.beacons))
    if (beacon !== then.beacons[desk]) return { ...packet, desk };
  return packet;
}
