import { decodeHex, encodeHex } from '../advertisement/bytes.js';
import { type EncryptAes128Block, encryptAes128Block } from '../identity/aes.js';
import { deriveEid } from '../identity/eid.js';
import { deriveRecognitionId } from '../identity/recognition.js';
import { acceptableWindows, counterAt } from '../identity/window.js';
import type { ProfileBeacon, SiteProfile } from './profile.js';

/** Frames of the own desk this far in the past or in the future are told apart from a stranger's, and named as what they are. */
export const IDENTITY_HORIZON_S = 7200;
const MAX_HORIZON_WINDOWS = 128;
const COUNTER_SIZE = 4294967296;

/** Every identity that a phone accepts at one instant. Plain JSON; it holds identities that are on the air anyway, no keys. */
export interface IdentityLookup {
  /** Of every iBeacon-format frame of the organisation, 32 hexadecimal digits. */
  readonly organisationUuid: string;
  /** EID (16 hexadecimal digits) → own desk: these frames are authenticated. */
  readonly eids: Readonly<Record<string, string>>;
  /** EIDs of own desks whose window is over: heard now, they are a recording, or the beacon's clock is behind. */
  readonly staleEids: Readonly<Record<string, string>>;
  /** EIDs of own desks whose window has not begun: nobody can have recorded them, so one of the clocks is wrong. */
  readonly futureEids: Readonly<Record<string, string>>;
  /** major and minor (8 hexadecimal digits) → desk; `null` where two desks share the value just now. */
  readonly recognitionIds: Readonly<Record<string, string | null>>;
  /** Start of the window that an acceptable identity of either kind belongs to, seconds of the beacon's counter. */
  readonly windowsS: Readonly<Record<string, number>>;
}

/**
 * Derives all identities that may be on the air now, so that a packet costs one table look-up.
 * @param profile the site's profile.
 * @param wallClockMs Unix milliseconds of the phone, any finite value.
 * @param encryptBlock AES-128 of one block; the bundled one when absent.
 * @returns the table for this instant; it ages with the identities, so one is made for each call.
 * @throws RangeError for a clock that is not finite, or a key that is not 16 octets.
 * @example
 * ```ts
 * const beacons = [{ desk: 'd-13', exponentK: 9, measuredPowerDbm: -59, recognitionKey: '0'.repeat(32) }];
 * const decoded = decodeProfile({ deskbeacon: 'site-profile', version: 1, site: 's', organisationUuid: '0'.repeat(32), ownDesks: [], beacons });
 * decoded.ok && compileLookup(decoded.profile, 1767862900000).recognitionIds; // → { dead6b80: 'd-13' }
 * ```
 */
export function compileLookup(
  profile: SiteProfile,
  wallClockMs: number,
  encryptBlock: EncryptAes128Block = encryptAes128Block,
): IdentityLookup {
  const eids: Record<string, string> = {};
  const staleEids: Record<string, string> = {};
  const futureEids: Record<string, string> = {};
  const windowsS: Record<string, number> = {};
  const recognitionIds: Record<string, string | null> = {};
  for (const beacon of profile.beacons) {
    const counterS = counterAt(wallClockMs, beacon.clockOffsetS);
    const windows = acceptableWindows(counterS, beacon.exponentK, profile.policy.clockToleranceS);
    addRecognitionIds(recognitionIds, windowsS, beacon, windows, encryptBlock);
    if (profile.ownDesks.indexOf(beacon.desk) < 0) continue;
    addEids(eids, windowsS, beacon, windows, encryptBlock);
    addEids(staleEids, {}, beacon, windowsBeside(windows[0] ?? 0, -1, beacon.exponentK), encryptBlock);
    addEids(futureEids, {}, beacon, windowsBeside(windows[windows.length - 1] ?? 0, 1, beacon.exponentK), encryptBlock);
  }
  return { organisationUuid: profile.organisationUuid, eids, staleEids, futureEids, recognitionIds, windowsS };
}

/**
 * Until when a table of this instant holds every identity that is acceptable, and none that is not.
 * @param profile the site's profile.
 * @param wallClockMs Unix milliseconds of the phone, any finite value.
 * @returns Unix milliseconds, later than `wallClockMs`: the first whole second in which a beacon's acceptable windows may change.
 * @example
 * ```ts
 * const beacons = [{ desk: 'd-13', exponentK: 9, measuredPowerDbm: -59, recognitionKey: '0'.repeat(32) }];
 * const decoded = decodeProfile({ deskbeacon: 'site-profile', version: 1, site: 's', organisationUuid: '0'.repeat(32), ownDesks: [], beacons });
 * // Ten seconds into a window of 512 s; ten seconds before its end the next one is accepted.
 * decoded.ok && nextLookupChangeMs(decoded.profile, 1767862794000) - 1767862794000; // → 492000
 * ```
 */
export function nextLookupChangeMs(profile: SiteProfile, wallClockMs: number): number {
  const toleranceS = Math.ceil(profile.policy.clockToleranceS);
  let leastS = COUNTER_SIZE;
  for (const { clockOffsetS, exponentK } of profile.beacons) {
    const counterS = counterAt(wallClockMs, clockOffsetS);
    const lengthS = 1 << exponentK;
    // The newest acceptable window begins, the oldest ends, or, where tolerance spans more windows than are accepted, one passes.
    for (const edgeS of [counterS + toleranceS, counterS - toleranceS, counterS]) {
      leastS = Math.min(leastS, lengthS - (((edgeS % lengthS) + lengthS) % lengthS));
    }
  }
  return (Math.floor(wallClockMs / 1000) + leastS) * 1000;
}

function addRecognitionIds(
  table: Record<string, string | null>,
  windowsS: Record<string, number>,
  beacon: ProfileBeacon,
  windows: readonly number[],
  encryptBlock: EncryptAes128Block,
): void {
  const key = keyBytes(beacon.recognitionKey);
  for (const windowS of windows) {
    const { major, minor } = deriveRecognitionId(key, windowS, beacon.exponentK, encryptBlock);
    const id = recognitionIdText(major, minor);
    // Two desks on one value: neither may be taken for the other (protocols §8).
    table[id] = id in table && table[id] !== beacon.desk ? null : beacon.desk;
    windowsS[id] = windowS;
  }
}

function addEids(
  table: Record<string, string>,
  windowsS: Record<string, number>,
  beacon: ProfileBeacon,
  windows: readonly number[],
  encryptBlock: EncryptAes128Block,
): void {
  for (const windowS of windows) {
    for (const { epoch, key } of beacon.temporaryKeys ?? []) {
      if (epoch !== windowS >>> 16) continue;
      const eid = encodeHex(deriveEid(keyBytes(key), windowS, beacon.exponentK, encryptBlock));
      table[eid] = beacon.desk;
      windowsS[eid] = windowS;
    }
  }
}

/** The windows before the oldest acceptable one (direction −1) or after the newest (1), as far as the horizon. */
function windowsBeside(outermost: number, direction: -1 | 1, exponentK: number): readonly number[] {
  const windowLengthS = 1 << exponentK;
  const count = Math.min(MAX_HORIZON_WINDOWS, Math.ceil(IDENTITY_HORIZON_S / windowLengthS));
  const windows: number[] = [];
  for (let i = 1; i <= count; i += 1) windows.push((outermost + direction * i * windowLengthS) >>> 0);
  return windows;
}

/** The text under which a recognition id stands in the table. */
export function recognitionIdText(major: number, minor: number): string {
  return encodeHex(Uint8Array.of(major >>> 8, major & 255, minor >>> 8, minor & 255));
}

function keyBytes(hexadecimal: string): Uint8Array {
  const bytes = decodeHex(hexadecimal);
  if (bytes === undefined) throw new RangeError('expected a key in hexadecimal');
  return bytes;
}
