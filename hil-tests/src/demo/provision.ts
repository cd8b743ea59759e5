import { createHash } from 'node:crypto';
import { deriveKeys } from '@deskbeacon/beacon/identity';
import {
  counterAt,
  decodeHex,
  deriveAddress,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeEddystoneEid,
  encodeHex,
  encodeIBeacon,
  nextBoundaryUnixMs,
  type ProfileBeacon,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { drawUniform } from '../air/random.js';
import type { Desk, Scene } from './scenes.js';

/** Keys, frames and the profile of the demo's office. */

export const EXPONENT_K = 9;
export const INTERVAL_MS = 100;
const MEASURED_POWER_DBM = -59;
/** Eddystone states power at 0 m: 41 dB above that at 1 m (Eddystone specification, frame "Tx Power"). */
const EDDYSTONE_POWER_DB = 41;

export interface OtherDesk {
  readonly desk: Desk;
  readonly keys: { readonly identityKey: Uint8Array; readonly recognitionKey: Uint8Array };
  readonly clockOffsetS: number;
}

/** What one beacon sends in one identity window. */
export interface WindowFrames {
  readonly fromMs: number;
  readonly address: string;
  readonly data: readonly string[];
}

/** Keys, and with them identities and addresses, and when each desk changes them: all by the seed. */
export function provisionOthers(scene: Scene): readonly OtherDesk[] {
  return scene.desks
    .filter((desk) => desk.id !== scene.own.id)
    .map((desk) => ({
      desk,
      keys: deriveKeys(createHash('sha256').update(`demo ${scene.seed} ${desk.id}`).digest()),
      clockOffsetS: Math.floor(drawUniform(scene.seed, 'clock-offset', desk.id) * (1 << EXPONENT_K)),
    }));
}

/** The frames of a desk from now until well after the demo: its present window and the next. */
export function framesOf(other: OtherDesk, organisationUuid: string, nowMs: number): readonly WindowFrames[] {
  const next = nextBoundaryUnixMs(nowMs, other.clockOffsetS, EXPONENT_K);
  return [nowMs, next].map((fromMs) => {
    const counterS = counterAt(fromMs, other.clockOffsetS);
    const temporaryKey = deriveTemporaryKey(other.keys.identityKey, counterS >>> 16);
    return windowFrames(fromMs, counterS, temporaryKey, other.keys.recognitionKey, organisationUuid);
  });
}

/** What somebody recorded beside the own desk one hour ago. */
export function recordingOf(own: ProfileBeacon, organisationUuid: string, nowMs: number): WindowFrames | undefined {
  const counterS = counterAt(nowMs - 3_600_000, own.clockOffsetS);
  const key = own.temporaryKeys?.find(({ epoch }) => epoch === counterS >>> 16)?.key;
  if (key === undefined) return undefined;
  return windowFrames(nowMs, counterS, bytes(key), bytes(own.recognitionKey), organisationUuid);
}

function windowFrames(
  fromMs: number,
  counterS: number,
  temporaryKey: Uint8Array,
  recognitionKey: Uint8Array,
  organisationUuid: string,
): WindowFrames {
  const { major, minor } = deriveRecognitionId(recognitionKey, counterS, EXPONENT_K);
  const address = deriveAddress(recognitionKey, counterS, EXPONENT_K);
  return {
    fromMs,
    address: encodeHex(address).replace(/(..)(?!$)/g, '$1:'),
    data: [
      encodeIBeacon({ proximityUuid: bytes(organisationUuid), major, minor, measuredPowerDbm: MEASURED_POWER_DBM }),
      encodeEddystoneEid({
        txPowerAt0mDbm: MEASURED_POWER_DBM + EDDYSTONE_POWER_DB,
        eid: deriveEid(temporaryKey, counterS, EXPONENT_K),
      }),
    ].map(encodeHex),
  };
}

/** What the phone carries: keys of its own desk, recognition keys and places of all. */
export function profileOf(
  scene: Scene,
  own: ProfileBeacon,
  others: readonly OtherDesk[],
  organisationUuid: string,
): SiteProfile {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: `demo-${scene.name}`,
    organisationUuid,
    ownDesks: [scene.own.id],
    beacons: [
      { ...own, desk: scene.own.id, positionM: [scene.own.xM, scene.own.yM] },
      ...others.map(({ desk, keys, clockOffsetS }) => ({
        desk: desk.id,
        exponentK: EXPONENT_K,
        clockOffsetS,
        measuredPowerDbm: MEASURED_POWER_DBM,
        intervalMs: INTERVAL_MS,
        recognitionKey: encodeHex(keys.recognitionKey),
        positionM: [desk.xM, desk.yM] as const,
      })),
    ],
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: { calibration: 'none' },
    ringAll: false,
  };
}

function bytes(hexadecimal: string): Uint8Array {
  const decoded = decodeHex(hexadecimal);
  if (decoded === undefined) throw new RangeError('expected hexadecimal');
  return decoded;
}
