import {
  counterAt,
  deriveTemporaryKey,
  encodeHex,
  type ProfileBeacon,
  type SiteModel,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { drawUniform } from '../air/random.js';
import { officePlan } from './office-plan.js';

/**
 * Keys and profile of the playground's office. Keys are drawn by the seed, for a page without secrets needs none; a real
 * beacon derives its two from one random root key.
 */

/** A Tuesday morning in the middle of an identity window: a call's recording then says the same on every day. */
export const OPENED_UNIX_MS = Date.UTC(2026, 10, 24, 9, 0, 0);
const EXPONENT_K = 9;
export const INTERVAL_MS = 100;
const MEASURED_POWER_DBM = -59;
const KEY_OCTETS = 16;

/** What the beacons of the office hold and a phone of it is told. */
export interface OfficeKeys {
  readonly organisationUuid: string;
  /** With the temporary keys of all: what is on the air, not what a phone knows. */
  readonly beacons: readonly ProfileBeacon[];
}

export function drawKeys(seed: number): OfficeKeys {
  return {
    organisationUuid: encodeHex(drawOctets(seed, 'organisation')),
    beacons: officePlan.desks.map(({ id, xM, yM }) => {
      const identityKey = drawOctets(seed, 'eid', id);
      const clockOffsetS = Math.floor(drawUniform(seed, 'clock-offset', id) * (1 << EXPONENT_K));
      // The hour before is served too, so that its recording is known as one.
      const epoch = counterAt(OPENED_UNIX_MS, clockOffsetS) >>> 16;
      return {
        desk: id,
        exponentK: EXPONENT_K,
        clockOffsetS,
        measuredPowerDbm: MEASURED_POWER_DBM,
        intervalMs: INTERVAL_MS,
        recognitionKey: encodeHex(drawOctets(seed, 'ibeacon', id)),
        temporaryKeys: [epoch - 1, epoch, epoch + 1].map((one) => ({
          epoch: one & 0xffff,
          key: encodeHex(deriveTemporaryKey(identityKey, one & 0xffff)),
        })),
        positionM: [xM, yM] as const,
      };
    }),
  };
}

/** What the phone carries: temporary keys of its own desk alone, recognition keys and places of all. */
export function profileOf({ organisationUuid, beacons }: OfficeKeys, fingerprints?: SiteModel): SiteProfile {
  const own = officePlan.own.id;
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'playground',
    organisationUuid,
    ownDesks: [own],
    beacons: beacons.map((beacon) => {
      if (beacon.desk === own) return beacon;
      const { temporaryKeys: _notForOthers, ...told } = beacon;
      return told;
    }),
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: fingerprints === undefined ? { calibration: 'none' } : { calibration: 'current', fingerprints },
    ringAll: false,
  };
}

function drawOctets(seed: number, ...key: readonly string[]): Uint8Array {
  return Uint8Array.from({ length: KEY_OCTETS }, (_, i) => Math.floor(256 * drawUniform(seed, 'octet', ...key, i)));
}
