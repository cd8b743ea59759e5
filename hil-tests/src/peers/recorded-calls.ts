import type { Packet } from './peer.js';
import type { RecordedPacket, RecordedSet, RecordedTrace } from './recorded-data.js';

/** What a recording would have been as incoming calls. */
export interface RecordedCall {
  readonly group: string;
  readonly pose: string;
  /** Mean over the packets of the first second. */
  readonly distanceM: number;
  /** From the first packet on, which came at 0 ms; one of each slot. */
  readonly packets: readonly Packet[];
}

/** iOS reports most packets twice, 1 ms apart; our beacon sends one in 100 ms. */
const SLOT_MS = 100;
const CALL_MS = 1500;
/** From the beginning of one call to that of the next. */
const CALL_EVERY_MS = 5000;
const DISTANCE_MS = 1000;
/** Shorter traces of this set are pieces of a log that broke off, not measurements (decision note §1.2). */
const FRAGMENT_MS = 5000;
const SET_WITH_FRAGMENTS = 'mit_matrix';

/** @returns the calls of every trace of the set, each starting cold, none overlapping another. */
export function callsOf({ name, traces }: RecordedSet): readonly RecordedCall[] {
  const leastMs = name === SET_WITH_FRAGMENTS ? FRAGMENT_MS : 0;
  return traces.filter((trace) => lengthMs(trace.packets) >= leastMs).flatMap(callsOfTrace);
}

/**
 * Keeps the first packet of each slot of 100 ms.
 * @param packets in order.
 */
export function thin(packets: readonly RecordedPacket[]): readonly RecordedPacket[] {
  let lastSlot = Number.NEGATIVE_INFINITY;
  return packets.filter(({ tMs }) => {
    const slot = Math.floor(tMs / SLOT_MS);
    const isNew = slot !== lastSlot;
    lastSlot = slot;
    return isNew;
  });
}

/** A call starts with a packet, and only where the recording goes on for as long as a call does. */
function callsOfTrace({ group, pose, packets }: RecordedTrace): readonly RecordedCall[] {
  const thinned = thin(packets);
  const endMs = thinned.at(-1)?.tMs ?? 0;
  const calls: RecordedCall[] = [];
  let nextMs = Number.NEGATIVE_INFINITY;
  for (const [i, { tMs: startMs }] of thinned.entries()) {
    if (startMs < nextMs || startMs + CALL_MS > endMs) continue;
    nextMs = startMs + CALL_EVERY_MS;
    const within: RecordedPacket[] = [];
    for (let k = i; k < thinned.length; k += 1) {
      const packet = thinned[k] as RecordedPacket;
      if (packet.tMs > startMs + CALL_MS) break;
      within.push({ ...packet, tMs: packet.tMs - startMs });
    }
    const first = within.filter(({ tMs }) => tMs <= DISTANCE_MS);
    const distanceM = first.reduce((sum, packet) => sum + packet.distanceM, 0) / first.length;
    calls.push({ group, pose, distanceM, packets: within });
  }
  return calls;
}

function lengthMs(packets: readonly Packet[]): number {
  return (packets.at(-1)?.tMs ?? 0) - (packets[0]?.tMs ?? 0);
}
