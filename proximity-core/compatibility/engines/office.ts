import { createCipheriv } from 'node:crypto';
import {
  type CallEvent,
  encodeDeskbeaconEid,
  encodeEddystoneEid,
  encodeEddystoneTlm,
  encodeHex,
  encodeIBeacon,
  type ProfileBeacon,
  type SiteProfile,
} from '@deskbeacon/proximity-core';

/** An office with real keys and what a phone in it hears, raw. Identities come from OpenSSL's AES, not from the package's. */

export const WALL_CLOCK_MS = Date.UTC(2026, 0, 12, 9, 30);
const EXPONENT_K = 9;
const WINDOW_S = 1 << EXPONENT_K;
const PITCH_M = 1.6;
const DESKS_IN_A_ROW = 5;
const organisation = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);

/** Numbers 0..1 from a seed (Mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function aes(key: Uint8Array, block: Uint8Array): Uint8Array {
  return new Uint8Array(createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block));
}

function counterBlock(label: string, counterS: number): Uint8Array {
  const block = new Uint8Array(16);
  block.set(Buffer.from(label, 'ascii'));
  block[11] = EXPONENT_K;
  new DataView(block.buffer).setUint32(12, (counterS & ~(WINDOW_S - 1)) >>> 0);
  return block;
}

const octetsOf = (desk: number, factor: number, add: number): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, i) => (factor * desk + 7 * i + add) & 255);
const temporaryKeyOf = (desk: number): Uint8Array => octetsOf(desk, 31, 1);
const recognitionKeyOf = (desk: number): Uint8Array => octetsOf(desk, 29, 3);

/** The EID of a desk at an instant, 8 octets. */
export function eidOf(desk: number, unixMs: number): Uint8Array {
  return aes(temporaryKeyOf(desk), counterBlock('', Math.floor(unixMs / 1000))).subarray(0, 8);
}

/** major and minor of a desk at an instant. */
export function recognitionIdOf(desk: number, unixMs: number): { readonly major: number; readonly minor: number } {
  const block = aes(recognitionKeyOf(desk), counterBlock('ibeacon', Math.floor(unixMs / 1000)));
  const [a, b, c, d] = block as unknown as readonly [number, number, number, number];
  return { major: a * 256 + b, minor: c * 256 + d };
}

/** A profile of so many desks; the phone's owner sits at the first, whose temporary key serves all epochs of the day. */
export function officeProfile(desks: number): SiteProfile {
  const epoch = Math.floor(WALL_CLOCK_MS / 1000) >>> 16;
  const beacons = Array.from({ length: desks }, (_, i): ProfileBeacon => {
    const key = encodeHex(temporaryKeyOf(i));
    return {
      desk: `d-${i}`,
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: encodeHex(recognitionKeyOf(i)),
      positionM: [PITCH_M * (i % DESKS_IN_A_ROW), PITCH_M * Math.floor(i / DESKS_IN_A_ROW)],
      ...(i === 0 ? { temporaryKeys: [-1, 0, 1].map((by) => ({ epoch: (epoch & 0xffff) + by, key })) } : {}),
    };
  });
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'office',
    organisationUuid: encodeHex(organisation),
    ownDesks: ['d-0'],
    beacons,
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}

/** One packet of a desk: its EID in one of both formats, its iBeacon-format frame, or telemetry. */
export function frameOf(desk: number, kind: number, unixMs: number): string {
  const eid = eidOf(desk, unixMs);
  if (kind === 0) return encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -18, eid }));
  if (kind === 1) return encodeHex(encodeDeskbeaconEid({ measuredPowerDbm: -59, eid }));
  if (kind === 2) return encodeHex(encodeEddystoneTlm({ advertisements: 1, uptimeDs: 2 }));
  const id = recognitionIdOf(desk, unixMs);
  return encodeHex(encodeIBeacon({ proximityUuid: organisation, ...id, measuredPowerDbm: -59 }));
}

export interface OfficeCall {
  readonly events: readonly CallEvent[];
  readonly host: { readonly canWatch: boolean };
}

/** A call with fifteen beacons around, somewhere in the office; one in six hears a recording of the own desk beside them. */
export function officeCall(seed: number): OfficeCall {
  const random = createRandom(seed);
  // Every other phone lies at its owner's desk.
  const spread = seed % 2 === 0 ? 0.25 : 4;
  const placeM = [random() * spread * PITCH_M, (random() * spread * PITCH_M) / 2] as const;
  const isReplayed = random() < 1 / 6;
  const events: CallEvent[] = [
    { t: 0, event: 'call', deadlineMs: 1500 },
    { t: 3, event: 'scan-started', mode: 'low-latency' },
  ];
  for (let t = 10; t < 2600; t += 100 / 15) {
    const desk = Math.floor(random() * 15);
    const acrossM = PITCH_M * (desk % DESKS_IN_A_ROW) - placeM[0];
    const alongM = PITCH_M * Math.floor(desk / DESKS_IN_A_ROW) - placeM[1];
    const fadeDb = 8 * (random() - 0.5);
    const lossDb = 20 * Math.log10(Math.max(0.3, Math.hypot(acrossM, alongM)));
    const bornMs = WALL_CLOCK_MS + t - (isReplayed && desk === 0 && t > 700 ? 3_600_000 : 0);
    events.push({
      t: Math.round(t * 1000) / 1000,
      event: 'advertisement',
      address: '',
      rssiDbm: Math.round(-59 - lossDb + fadeDb),
      data: frameOf(desk, Math.floor(random() * 4), bornMs),
    });
  }
  return { events: [...events, { t: 3000, event: 'tick' }], host: { canWatch: random() < 0.5 } };
}
