import { encodeHex } from '../../advertisement/bytes.js';
import { encodeDeskbeaconEid } from '../../advertisement/deskbeacon-eid.js';
import { encodeEddystoneEid } from '../../advertisement/eddystone-eid.js';
import { encodeIBeacon } from '../../advertisement/ibeacon.js';
import { deriveEid, deriveTemporaryKey } from '../../identity/eid.js';
import { deriveRecognitionId } from '../../identity/recognition.js';
import { counterAt } from '../../identity/window.js';
import type { SiteProfile } from '../../profile/profile.js';
import type { CallEvent } from '../events.js';
import { type CallOptions, type CallState, createCall } from '../state.js';
import { step } from '../step.js';

/** A desk and its neighbour with real keys, and calls in which their frames are heard. */

const EXPONENT_K = 9;
export const WINDOW_MS = 512_000;
/** In the middle of a window, so that no tolerance reaches a neighbouring one. */
export const nowMs = Math.floor(Date.UTC(2026, 10, 24, 9) / WINDOW_MS) * WINDOW_MS + WINDOW_MS / 2;
const identityKey = Uint8Array.from({ length: 16 }, (_, i) => 7 * i + 1);
export const recognitionKey = Uint8Array.from({ length: 16 }, (_, i) => 200 - i);
export const neighbourKey = Uint8Array.from({ length: 16 }, (_, i) => 3 * i + 50);
export const organisation = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const epochs = [-1, 0, 1].map((step) => ((counterAt(nowMs, 0) >>> 16) + step) & 0xffff);

export const profile: SiteProfile = {
  deskbeacon: 'site-profile',
  version: 1,
  site: 'test',
  organisationUuid: encodeHex(organisation),
  ownDesks: ['own'],
  beacons: [
    {
      desk: 'own',
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: encodeHex(recognitionKey),
      temporaryKeys: epochs.map((epoch) => ({ epoch, key: encodeHex(deriveTemporaryKey(identityKey, epoch)) })),
      positionM: [0, 0],
    },
    {
      desk: 'east',
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: encodeHex(neighbourKey),
      positionM: [1.6, 0],
    },
  ],
  policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
  model: { calibration: 'none' },
  ringAll: false,
};

export function eidFrame(atMs: number, txPowerAt0mDbm = -18): string {
  const counterS = counterAt(atMs, 0);
  const eid = deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, EXPONENT_K);
  return encodeHex(encodeEddystoneEid({ txPowerAt0mDbm, eid }));
}

/** The frame of our own format, with the same identifier. */
export function ownFrame(atMs: number, measuredPowerDbm = -59): string {
  const counterS = counterAt(atMs, 0);
  const eid = deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, EXPONENT_K);
  return encodeHex(encodeDeskbeaconEid({ measuredPowerDbm, eid }));
}

export function iBeaconFrame(atMs: number, key: Uint8Array, measuredPowerDbm = -59): string {
  const id = deriveRecognitionId(key, counterAt(atMs, 0), EXPONENT_K);
  return encodeHex(encodeIBeacon({ proximityUuid: organisation, ...id, measuredPowerDbm }));
}

export interface Heard {
  readonly data: string;
  readonly rssiDbm: number;
}

/** A call in which the given packets come in turn, one every 40 ms. */
export function decide(
  packets: readonly Heard[],
  wallClockMs = nowMs,
  given: SiteProfile = profile,
  options: CallOptions = {},
): CallState {
  let state = createCall({ profile: given, wallClockMs, ...options });
  const feed = (event: CallEvent): void => {
    state = step(state, event).state;
  };
  feed({ t: 0, event: 'call', deadlineMs: 1500 });
  feed({ t: 2, event: 'scan-started', mode: 'low-latency' });
  for (let i = 0; 10 + 40 * i < 1500 && packets.length > 0; i += 1) {
    const { data, rssiDbm } = packets[i % packets.length] as Heard;
    feed({ t: 10 + 40 * i, event: 'advertisement', address: '12:34:56:78:9a:bc', rssiDbm: rssiDbm - (i % 3), data });
  }
  feed({ t: 1500, event: 'tick' });
  return state;
}

export const neighbour: Heard = { data: iBeaconFrame(nowMs, neighbourKey), rssiDbm: -68 };
