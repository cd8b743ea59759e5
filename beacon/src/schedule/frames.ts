import {
  counterAt,
  deriveAddress,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeEddystoneEid,
  encodeIBeacon,
  windowStart,
} from '@deskbeacon/proximity-core';
import type { BeaconKeys } from '../identity/keys.js';

/** Everything that changes together at an identity change. */
export interface Identity {
  /** Counter at the window's start, 0..2^32−1 s. */
  readonly windowS: number;
  /** Non-resolvable private address, most significant octet first. */
  readonly address: Uint8Array;
  /** Advertising data to alternate between: iBeacon-format, Eddystone-EID. */
  readonly frames: readonly [Uint8Array, Uint8Array];
}

export interface FrameSettings {
  /** 16 octets, the same for the whole organisation. */
  readonly organisationUuid: Uint8Array;
  readonly exponentK: number;
  readonly clockOffsetS: number;
  /** At 1 m, dBm. */
  readonly measuredPowerDbm: number;
}

/** Eddystone states power at 0 m, 41 dB above that at 1 m, and no more than 20 dBm (protocol specification). */
const EDDYSTONE_OFFSET_DB = 41;
const EDDYSTONE_LEAST_DBM = -100;
const EDDYSTONE_MOST_DBM = 20;

/** @returns what is to be on the air at an instant (Unix ms). */
export function identityAt(unixMs: number, keys: BeaconKeys, settings: FrameSettings): Identity {
  const { organisationUuid, exponentK, clockOffsetS, measuredPowerDbm } = settings;
  const windowS = windowStart(counterAt(unixMs, clockOffsetS), exponentK);
  const temporaryKey = deriveTemporaryKey(keys.identityKey, windowS >>> 16);
  const { major, minor } = deriveRecognitionId(keys.recognitionKey, windowS, exponentK);
  const txPowerAt0mDbm = Math.min(
    Math.max(measuredPowerDbm + EDDYSTONE_OFFSET_DB, EDDYSTONE_LEAST_DBM),
    EDDYSTONE_MOST_DBM,
  );
  return {
    windowS,
    address: deriveAddress(keys.recognitionKey, windowS, exponentK),
    frames: [
      encodeIBeacon({ proximityUuid: organisationUuid, major, minor, measuredPowerDbm }),
      encodeEddystoneEid({ txPowerAt0mDbm, eid: deriveEid(temporaryKey, windowS, exponentK) }),
    ],
  };
}
