import {
  counterAt,
  deriveAddress,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeAltBeacon,
  encodeDeskbeaconEid,
  encodeEddystoneEid,
  encodeEddystoneEtlm,
  encodeEddystoneUid,
  encodeEddystoneUrl,
  encodeIBeacon,
  nextBoundaryUnixMs,
  type Telemetry,
  windowStart,
} from '@deskbeacon/proximity-core';
import type { BeaconKeys } from '../identity/keys.js';
import { type FrameKind, type FrameSet, type Powered, usualFrames } from './frame-set.js';

/** Everything that changes together at an identity change. */
export interface Identity {
  /** Counter at the window's start, 0..2^32−1 s. */
  readonly windowS: number;
  /** Non-resolvable private address, most significant octet first. */
  readonly address: Uint8Array;
  /** Advertising data of every frame that is switched on, but for telemetry, which says something else each time. */
  readonly frames: readonly IdentityFrame[];
}

export interface IdentityFrame {
  readonly kind: Exclude<FrameKind, 'etlm'>;
  readonly data: Uint8Array;
}

export interface FrameSettings {
  /** 16 octets, the same for the whole organisation. */
  readonly organisationUuid: Uint8Array;
  readonly exponentK: number;
  readonly clockOffsetS: number;
  /** At 1 m, dBm. */
  readonly measuredPowerDbm: number;
  /** The usual ones when absent. */
  readonly frames?: FrameSet;
}

/** Eddystone states power at 0 m, 41 dB above that at 1 m, and no more than 20 dBm (protocol specification). */
const EDDYSTONE_OFFSET_DB = 41;
const EDDYSTONE_LEAST_DBM = -100;
const EDDYSTONE_MOST_DBM = 20;

/** @returns what is to be on the air at an instant (Unix ms). */
export function identityAt(unixMs: number, keys: BeaconKeys, settings: FrameSettings): Identity {
  const { exponentK, clockOffsetS } = settings;
  const counterS = counterAt(unixMs, clockOffsetS);
  const windowS = windowStart(counterS, exponentK);
  return {
    windowS,
    address: deriveAddress(keys.recognitionKey, counterS, addressExponent(settings)),
    frames: encodeFrames(windowS, keys, settings),
  };
}

/**
 * Every how many 2^J seconds there is a new address: K, or less where the settings ask for it. An owner's K that came over the
 * air may be as short as the cadence of the file; then the address changes with the identity.
 */
export function addressExponent({ exponentK, frames }: Pick<FrameSettings, 'exponentK' | 'frames'>): number {
  const { addressSeconds } = frames ?? usualFrames;
  // The only divisors of 2^K seconds are powers of two, so that each address belongs to one window.
  return addressSeconds === undefined ? exponentK : Math.min(exponentK, 31 - Math.clz32(addressSeconds));
}

/** @returns the instant (Unix ms) after `unixMs` at which something else has to be on the air. */
export function nextChangeUnixMs(unixMs: number, settings: FrameSettings): number {
  return nextBoundaryUnixMs(unixMs, settings.clockOffsetS, addressExponent(settings));
}

/**
 * The encrypted telemetry of this instant: keyed by the EID's identity key, for the window of its EID.
 * @param salt 0..65535, another one for each frame of a window.
 */
export function telemetryFrame(
  { windowS }: Identity,
  keys: BeaconKeys,
  telemetry: Telemetry,
  salt: number,
): Uint8Array {
  return encodeEddystoneEtlm(telemetry, salt, { identityKey: keys.identityKey, windowS });
}

function encodeFrames(windowS: number, keys: BeaconKeys, settings: FrameSettings): readonly IdentityFrame[] {
  const { organisationUuid: proximityUuid, exponentK, measuredPowerDbm, frames = usualFrames } = settings;
  const { major, minor } = deriveRecognitionId(keys.recognitionKey, windowS, exponentK);
  const eid = deriveEid(deriveTemporaryKey(keys.identityKey, windowS >>> 16), windowS, exponentK);
  const at1m = (frame: Powered): number => frame.measuredPowerDbm ?? measuredPowerDbm;
  const at0m = (frame: Powered): number =>
    Math.min(Math.max(at1m(frame) + EDDYSTONE_OFFSET_DB, EDDYSTONE_LEAST_DBM), EDDYSTONE_MOST_DBM);
  const { ibeacon, ownFormat, uid, url, altbeacon } = frames;
  const encoded: IdentityFrame[] = [
    { kind: 'ibeacon', data: encodeIBeacon({ proximityUuid, major, minor, measuredPowerDbm: at1m(ibeacon) }) },
    { kind: 'eid', data: encodeEddystoneEid({ txPowerAt0mDbm: at0m(frames.eid), eid }) },
  ];
  if (ownFormat !== undefined)
    encoded.push({ kind: 'own-format', data: encodeDeskbeaconEid({ measuredPowerDbm: at1m(ownFormat), eid }) });
  if (uid !== undefined) encoded.push({ kind: 'uid', data: encodeEddystoneUid({ ...uid, txPowerAt0mDbm: at0m(uid) }) });
  if (url !== undefined) encoded.push({ kind: 'url', data: encodeEddystoneUrl({ ...url, txPowerAt0mDbm: at0m(url) }) });
  if (altbeacon !== undefined) {
    const { companyId, beaconId, reserved: manufacturerReserved } = altbeacon;
    // The format knows no power above 0 dBm.
    const power = { measuredPowerDbm: Math.min(at1m(altbeacon), 0) };
    encoded.push({ kind: 'altbeacon', data: encodeAltBeacon({ companyId, beaconId, manufacturerReserved, ...power }) });
  }
  return encoded;
}
