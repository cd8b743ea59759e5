import {
  type CallEvent,
  counterAt,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeEddystoneEid,
  encodeHex,
  encodeIBeacon,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { createRandom } from './frames.js';

/** A desk among fourteen others, and what a phone between two of them hears: raw advertisements under a profile. */

export const BEACONS = 15;
/** Beacons of the largest site that is measured; only the first fifteen are in range. */
const MOST_DESKS = 50;
export const WALL_CLOCK_MS = Date.UTC(2026, 0, 12, 9, 30);
const EXPONENT_K = 9;
const INTERVAL_MS = 100;
/** Desks of an office, five in a row (metres). */
const PITCH_M = 1.6;
const ROW_M = 2.4;
const PHONE_M = [1.9, 0.9] as const;
const organisation = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);

interface DeskKeys {
  readonly name: string;
  readonly placeM: readonly [number, number];
  readonly identityKey: Uint8Array;
  readonly recognitionKey: Uint8Array;
}

const desks: readonly DeskKeys[] = Array.from({ length: MOST_DESKS }, (_, i) => ({
  name: `d-${i}`,
  placeM: [PITCH_M * (i % 5), ROW_M * Math.floor(i / 5)],
  identityKey: Uint8Array.from({ length: 16 }, (_, k) => (31 * i + 7 * k + 1) & 255),
  recognitionKey: Uint8Array.from({ length: 16 }, (_, k) => (29 * i + 11 * k + 3) & 255),
}));

/**
 * The phone's owner sits at the first desk; keys that prove are carried for that one alone.
 * @param size 1..50 desks.
 */
export function officeProfile(size = BEACONS): SiteProfile {
  const epoch = counterAt(WALL_CLOCK_MS, 0) >>> 16;
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'benchmark',
    organisationUuid: encodeHex(organisation),
    ownDesks: ['d-0'],
    beacons: desks.slice(0, size).map(({ name, placeM, identityKey, recognitionKey }, i) => ({
      desk: name,
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: INTERVAL_MS,
      recognitionKey: encodeHex(recognitionKey),
      positionM: placeM,
      ...(i === 0 ? { temporaryKeys: [{ epoch, key: encodeHex(deriveTemporaryKey(identityKey, epoch)) }] } : {}),
    })),
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}

/**
 * The advertisements of a stretch of time, in order: each beacon alternates between its two frames.
 * @param lengthMs how long the phone listens.
 * @param intervalMs from one packet of a beacon to its next.
 * @param isAllRecognised whether other desks send the frame alone that this phone can tell.
 */
export function heardIn(
  lengthMs: number,
  intervalMs: number,
  seed: number,
  isAllRecognised = false,
): readonly CallEvent[] {
  const random = createRandom(seed);
  const events: CallEvent[] = [];
  for (const [i, desk] of desks.slice(0, BEACONS).entries()) {
    const frames = framesOf(desk);
    const levelDbm = levelAtPhone(desk.placeM);
    const phase = random();
    for (let n = 0; (n + phase) * intervalMs < lengthMs; n += 1) {
      events.push({
        t: (n + phase) * intervalMs,
        event: 'advertisement',
        address: `5a:11:c0:ff:ee:${String(i).padStart(2, '0')}`,
        rssiDbm: Math.round(levelDbm + 8 * (random() - 0.5)),
        data: frames[isAllRecognised && i > 0 ? 1 : n % 2] as string,
      });
    }
  }
  return events.sort((a, b) => a.t - b.t);
}

function framesOf({ identityKey, recognitionKey }: DeskKeys): readonly [string, string] {
  const counterS = counterAt(WALL_CLOCK_MS, 0);
  const eid = deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, EXPONENT_K);
  const id = deriveRecognitionId(recognitionKey, counterS, EXPONENT_K);
  return [
    encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -18, eid })),
    encodeHex(encodeIBeacon({ proximityUuid: organisation, ...id, measuredPowerDbm: -59 })),
  ];
}

/** Free space. The phone lies two steps from its desk, nearer to another: the rule must look to the very end. */
function levelAtPhone([x, y]: readonly [number, number]): number {
  return -59 - 10 * Math.log10((x - PHONE_M[0]) ** 2 + (y - PHONE_M[1]) ** 2);
}
