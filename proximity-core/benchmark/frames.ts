import {
  decodeAdStructures,
  encodeEddystoneEid,
  encodeEddystoneTlm,
  encodeEddystoneUid,
  encodeEddystoneUrl,
  encodeIBeacon,
} from '@deskbeacon/proximity-core';
import { HEARD_FROM, type Peripheral } from './rivals.js';

/** The frames that everybody decodes: for each kind as many different ones as no branch predictor learns by heart. */

export const kinds = ['ibeacon', 'eddystone-uid', 'eddystone-url', 'eddystone-tlm', 'eddystone-eid'] as const;
export type Kind = (typeof kinds)[number];

/** One advertisement in the form each decoder wants. None of the conversions is timed. */
export interface Sample {
  readonly octets: Uint8Array;
  readonly payload: Buffer;
  readonly peripheral: Peripheral;
}

export const SAMPLES = 64;

/** A generator for test octets: mulberry32 (public domain). */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function samplesOf(kind: Kind, seed: number): readonly Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: SAMPLES }, () => sampleOf(advertisementOf(kind, random)));
}

function advertisementOf(kind: Kind, random: () => number): Uint8Array {
  const integer = (most: number): number => Math.floor(random() * (most + 1));
  const octets = (length: number): Uint8Array => Uint8Array.from({ length }, () => integer(255));
  const txPowerAt0mDbm = -integer(40);
  switch (kind) {
    case 'ibeacon':
      return encodeIBeacon({
        proximityUuid: octets(16),
        major: integer(65535),
        minor: integer(65535),
        measuredPowerDbm: -integer(100),
      });
    case 'eddystone-uid':
      return encodeEddystoneUid({ txPowerAt0mDbm, namespace: octets(10), instance: octets(6) });
    case 'eddystone-url':
      return encodeEddystoneUrl({ txPowerAt0mDbm, url: `https://desk${integer(999)}.example.com/${integer(9)}` });
    case 'eddystone-tlm':
      return encodeEddystoneTlm({
        batteryMv: 1 + integer(3000),
        temperatureC: integer(60 * 256) / 256,
        advertisements: integer(2 ** 32 - 1),
        uptimeDs: integer(2 ** 32 - 1),
      });
    case 'eddystone-eid':
      return encodeEddystoneEid({ txPowerAt0mDbm, eid: octets(8) });
  }
}

function sampleOf(octets: Uint8Array): Sample {
  const decoded = decodeAdStructures(octets);
  if (!decoded.ok) throw new Error(decoded.reason);
  const ofType = (type: number) => decoded.structures.filter((structure) => structure.type === type);
  const [manufacturer] = ofType(0xff);
  return {
    octets,
    payload: Buffer.from(octets),
    peripheral: {
      ...HEARD_FROM,
      advertisement: {
        manufacturerData: manufacturer === undefined ? undefined : Buffer.from(manufacturer.data),
        serviceData: ofType(0x16).map(({ data }) => ({ uuid: 'feaa', data: Buffer.from(data.subarray(2)) })),
      },
    },
  };
}
