import { createReplay, finishReplay, type ReplayedCall, replayLine, type TraceLine } from '@deskbeacon/proximity-core';
import { heardUntil, type Packet, type Peer } from './peer.js';

/** Our decision, as the peers are: the own desk's packets alone, without a site, through the public replay. */

const DESK = 'own';
const DEADLINE_MS = 1500;

/**
 * Replays one call in which nothing but the own desk's beacon is heard.
 * @param atMs the instant at which the evidence is to be shown, ms since the scan started.
 */
export function replayOwnDesk(packets: readonly Packet[], atMs: number): ReplayedCall {
  const lines: TraceLine[] = [
    { kind: 'header', header: { call: 'recorded', desks: [DESK] } },
    { kind: 'event', event: { t: 0, event: 'call', deadlineMs: DEADLINE_MS } },
    { kind: 'event', event: { t: 0, event: 'scan-started', mode: 'low-latency' } },
  ];
  const untilMs = Math.max(atMs, DEADLINE_MS);
  for (const { tMs, rssiDbm } of heardUntil(packets, untilMs)) {
    lines.push({ kind: 'event', event: { t: tMs, event: 'sighting', desk: DESK, rssiDbm } });
  }
  // The phone goes on listening when nothing more is heard.
  lines.push({ kind: 'event', event: { t: untilMs, event: 'end' } });
  let replay = createReplay({ atMs: [atMs] });
  for (const line of lines) {
    const taken = replayLine(replay, line);
    if (!taken.ok) throw new Error(taken.reason);
    replay = taken.replay;
  }
  const ended = finishReplay(replay);
  if (!ended.ok || ended.finished === undefined) throw new Error(ended.ok ? 'expected one call' : ended.reason);
  return ended.finished;
}

/** Our likelihood ratio at one instant, and what the shipped rule decides by its deadline. */
export const ourDecision: Peer = {
  id: 'deskbeacon',
  title: 'Deskbeacon, own desk alone',
  source: '@deskbeacon/proximity-core',
  firstAnswerMs: 0,
  estimateAt: (packets, atMs) =>
    heardUntil(packets, atMs).length === 0 ? undefined : replayOwnDesk(packets, atMs).at?.[String(atMs)]?.llr,
  native: {
    rule: 'the shipped rule, decided within 1.5 s',
    isNearAt: (packets, atMs) => {
      const call = replayOwnDesk(packets, atMs);
      return call.decision === 'silence' && call.decidedAtMs <= atMs;
    },
  },
};
