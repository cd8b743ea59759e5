import type { CallEvent } from '@deskbeacon/proximity-core';
import { officeParameters } from './parameters.js';
import type { Packet } from './reception.js';
import type { Platform } from './setting.js';

/**
 * What an app gets of the packets, in the words of the trace. A phone resolves the EID of its own desk alone, for of no other
 * does it hold temporary keys; of the others it knows the iBeacon format, which proves nothing (docs/architecture.md).
 */
export function presentPackets(
  packets: readonly Packet[],
  scanStartMs: number,
  platform: Platform,
): readonly CallEvent[] {
  switch (platform) {
    case 'android':
      return packets.map(toSighting);
    case 'ios-foreground':
      // CoreBluetooth hides the iBeacon format; CoreLocation gives it once a second (note §3).
      return inOrder([...packets.filter(isOwnEid).map(toSighting), ...rangeOnceASecond(packets, scanStartMs)]);
    case 'ios-ranging':
      return rangeOnceASecond(packets, scanStartMs);
    case 'ios-woken':
      return tellOnce(packets);
    case 'ios-woken-ranging':
      return inOrder([...tellOnce(packets), ...rangeOnceASecond(packets, scanStartMs)]);
  }
}

/** Woken in background: of each beacon one EID, and those of others cannot be resolved. */
function tellOnce(packets: readonly Packet[]): readonly CallEvent[] {
  return firstOfEach(packets.filter(({ frame }) => frame === 'eid')).map((packet) =>
    packet.link.isOwn
      ? toSighting(packet)
      : { t: packet.atMs, event: 'sighting', desk: null, rssiDbm: packet.rssiDbm, authenticated: false },
  );
}

function isOwnEid({ frame, link }: Packet): boolean {
  return frame === 'eid' && link.isOwn;
}

function toSighting({ atMs, link, frame, rssiDbm }: Packet): CallEvent {
  const sighting = { t: atMs, event: 'sighting', desk: link.beacon.name, rssiDbm, frame } as const;
  return frame === 'eid' ? sighting : { ...sighting, authenticated: false };
}

/** The platform tells duplicates of one beacon once and no more. */
function firstOfEach(packets: readonly Packet[]): readonly Packet[] {
  const seen = new Set<string>();
  return packets.filter(({ link }) => !seen.has(link.beacon.name) && seen.add(link.beacon.name));
}

const CYCLE_MS = 1000;

/** CoreLocation: each second the mean level of each beacon heard in it. */
function rangeOnceASecond(packets: readonly Packet[], scanStartMs: number): readonly CallEvent[] {
  const cycles = new Map<string, { t: number; desk: string; sumDbm: number; count: number }>();
  for (const { atMs, link, frame, rssiDbm } of packets) {
    if (frame !== 'ibeacon') continue;
    const cycle = Math.floor((atMs - scanStartMs) / CYCLE_MS);
    const key = `${cycle}/${link.beacon.name}`;
    const t = scanStartMs + (cycle + 1) * CYCLE_MS;
    const { sumDbm, count } = cycles.get(key) ?? { sumDbm: 0, count: 0 };
    cycles.set(key, { t, desk: link.beacon.name, sumDbm: sumDbm + rssiDbm, count: count + 1 });
  }
  const events = [...cycles.values()].map(({ t, desk, sumDbm, count }) => {
    return { t, event: 'ranging' as const, desk, rssiDbm: Math.round(sumDbm / count), count };
  });
  // A cycle that the call does not live to see is never told.
  return inOrder(events.filter(({ t }) => t < officeParameters.deadlineMs));
}

function inOrder(events: readonly CallEvent[]): readonly CallEvent[] {
  return [...events].sort((a, b) => a.t - b.t);
}
