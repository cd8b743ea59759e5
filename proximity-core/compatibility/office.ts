import {
  counterAt,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeDeskbeaconEid,
  encodeEddystoneEid,
  encodeHex,
  encodeIBeacon,
} from '@deskbeacon/proximity-core';

/**
 * A row of desks with real keys, and what a phone hears there: packets as our own encoders make them, with levels of a phone at its desk or
 * of one that is elsewhere. Only for tests of hosts; the air of hil-tests is the one with radio waves.
 */

const EXPONENT_K = 9;
const WINDOW_MS = 512_000;
/** In the middle of a window of identities. */
export const unixMs = Math.floor(Date.UTC(2026, 10, 24, 9) / WINDOW_MS) * WINDOW_MS + WINDOW_MS / 2;

const organisation = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const identityKey = Uint8Array.from({ length: 16 }, (_, i) => 7 * i + 1);
const recognitionKeyOf = (place: number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, i) => (13 * i + 31 * place + 5) % 256);
const epochs = [-1, 0, 1].map((step) => ((counterAt(unixMs, 0) >>> 16) + step) & 0xffff);

/** @param desks how many stand in the row; the phone's owner sits at the first. */
export function profileOf(desks = 3): object {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'office',
    organisationUuid: encodeHex(organisation),
    ownDesks: ['desk-0'],
    beacons: Array.from({ length: desks }, (_, place) => ({
      desk: `desk-${place}`,
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: encodeHex(recognitionKeyOf(place)),
      positionM: [1.6 * place, 0],
      ...(place === 0
        ? { temporaryKeys: epochs.map((epoch) => ({ epoch, key: encodeHex(deriveTemporaryKey(identityKey, epoch)) })) }
        : {}),
    })),
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}

export interface Packet {
  readonly t: number;
  readonly rssiDbm: number;
  readonly data: Uint8Array;
}

/** Which frames the phone is told of. */
export type Heard = 'all' | 'eid' | 'own-format';

/**
 * Packets as they come in a call, one every 35 ms.
 * @param place `desk`: the own one near, its neighbours as far as they are; `away`: two other desks, the own one not at all.
 */
export function packetsOf(place: 'desk' | 'away', untilMs: number, heard: Heard = 'all'): readonly Packet[] {
  const frames = place === 'desk' ? framesAtDesk(heard) : framesAway(heard);
  const packets: Packet[] = [];
  for (let i = 0; 20 + 35 * i < untilMs && frames.length > 0; i += 1) {
    const { data, rssiDbm } = frames[i % frames.length] as Omit<Packet, 't'>;
    packets.push({ t: 20 + 35 * i, data, rssiDbm: rssiDbm + ((i * 7) % 5) - 2 });
  }
  return packets;
}

type Frames = readonly Omit<Packet, 't'>[];

function framesAtDesk(heard: Heard): Frames {
  if (heard === 'eid') return [{ data: eidFrame(), rssiDbm: -48 }];
  if (heard === 'own-format') return [{ data: ownFrame(), rssiDbm: -48 }];
  return [
    { data: eidFrame(), rssiDbm: -50 },
    { data: iBeaconFrame(1), rssiDbm: -68 },
    { data: iBeaconFrame(0), rssiDbm: -50 },
    { data: iBeaconFrame(2), rssiDbm: -74 },
  ];
}

function framesAway(heard: Heard): Frames {
  return heard === 'all'
    ? [
        { data: iBeaconFrame(1), rssiDbm: -62 },
        { data: iBeaconFrame(2), rssiDbm: -58 },
      ]
    : [];
}

function ownEid(): Uint8Array {
  const counterS = counterAt(unixMs, 0);
  return deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, EXPONENT_K);
}

function eidFrame(): Uint8Array {
  return encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: ownEid() });
}

function ownFrame(): Uint8Array {
  return encodeDeskbeaconEid({ measuredPowerDbm: -59, eid: ownEid() });
}

function iBeaconFrame(place: number): Uint8Array {
  const id = deriveRecognitionId(recognitionKeyOf(place), counterAt(unixMs, 0), EXPONENT_K);
  return encodeIBeacon({ proximityUuid: organisation, ...id, measuredPowerDbm: -59 });
}
