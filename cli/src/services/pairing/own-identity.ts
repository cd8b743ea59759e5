import { profileBeacon } from '@deskbeacon/beacon/identity';
import type { AdvertisingReport } from '@deskbeacon/beacon/radio';
import {
  compileLookup,
  decodeAdvertisement,
  encodeHex,
  type IdentityLookup,
  type ProfileBeacon,
} from '@deskbeacon/proximity-core';

/** What tells a beacon on the air by its keys. */
export interface BeaconIdentity {
  readonly rootKey: Uint8Array;
  readonly exponentK: number;
  readonly intervalMs: number;
  readonly measuredPowerDbm: number;
  readonly clockOffsetS: number;
}

/** `early` and `late`: its frame of another time, so its clock or ours is wrong. */
export type Heard = 'present' | 'early' | 'late';

const TOLERANCE_S = 10;

/**
 * @param organisationUuid 32 hexadecimal digits.
 * @returns what says of a report whether it is this beacon's Eddystone-EID frame, as a phone of its desk would.
 */
export function createEar(
  identity: BeaconIdentity,
  organisationUuid: string,
  nowUnixMs: () => number,
): (report: AdvertisingReport) => Heard | undefined {
  let lookup: IdentityLookup | undefined;
  let compiledAtMs = 0;
  return ({ data }) => {
    const nowMs = nowUnixMs();
    if (lookup === undefined || nowMs - compiledAtMs > 1000) {
      const beacon = profileBeacon({ ...identity, desk: 'own', nowUnixMs: nowMs, days: 1 });
      lookup = compileBeacons([beacon], organisationUuid, nowMs);
      compiledAtMs = nowMs;
    }
    const decoded = decodeAdvertisement(data);
    const frame = decoded.ok ? decoded.frames.find(({ kind }) => kind === 'eddystone-eid') : undefined;
    if (frame?.kind !== 'eddystone-eid') return undefined;
    const eid = encodeHex(frame.eid);
    if (Object.hasOwn(lookup.eids, eid)) return 'present';
    if (Object.hasOwn(lookup.futureEids, eid)) return 'early';
    return Object.hasOwn(lookup.staleEids, eid) ? 'late' : undefined;
  };
}

/** Every identity of these beacons that may be on the air now, each known by its `desk`. */
export function compileBeacons(
  beacons: readonly ProfileBeacon[],
  organisationUuid: string,
  nowUnixMs: number,
): IdentityLookup {
  return compileLookup(
    {
      deskbeacon: 'site-profile',
      version: 1,
      site: '',
      organisationUuid,
      ownDesks: beacons.map(({ desk }) => desk),
      beacons,
      policy: { ringAfterMs: 0, deskPhoneUnknown: 'ring', clockToleranceS: TOLERANCE_S },
      model: { calibration: 'none' },
      ringAll: false,
    },
    nowUnixMs,
  );
}
