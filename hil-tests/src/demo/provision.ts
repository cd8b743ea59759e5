import { createHash } from 'node:crypto';
import { profileBeacon } from '@deskbeacon/beacon/identity';
import { nextBoundaryUnixMs, type ProfileBeacon, type SiteModel, type SiteProfile } from '@deskbeacon/proximity-core';
import { drawUniform } from '../air/random.js';
import { type BeaconFrames, framesOf } from '../rigs/frames-of.js';
import type { Desk, Scene } from './scenes.js';

/** Keys, frames and the profile of the demo's office. */

export const EXPONENT_K = 9;
export const INTERVAL_MS = 100;
export const MEASURED_POWER_DBM = -59;
const HOUR_MS = 3_600_000;

export interface OtherDesk {
  readonly desk: Desk;
  readonly beacon: ProfileBeacon;
}

/** What a scripted transmitter sends, and from when on. */
export type WindowFrames = BeaconFrames & { readonly fromMs: number };

/** Keys, and with them identities and addresses, and when each desk changes them: all by the seed. */
export function provisionOthers(scene: Scene, nowUnixMs: number): readonly OtherDesk[] {
  return scene.desks
    .filter((desk) => desk.id !== scene.own.id)
    .map((desk) => {
      const rootKey = createHash('sha256').update(`demo ${scene.seed} ${desk.id}`).digest();
      const clockOffsetS = Math.floor(drawUniform(scene.seed, 'clock-offset', desk.id) * (1 << EXPONENT_K));
      return { desk, beacon: provision(desk.id, rootKey, clockOffsetS, nowUnixMs) };
    });
}

/** @returns what the daemon of a desk would tell of it. */
export function provision(desk: string, rootKey: Uint8Array, clockOffsetS: number, nowUnixMs: number): ProfileBeacon {
  const settings = { exponentK: EXPONENT_K, intervalMs: INTERVAL_MS, measuredPowerDbm: MEASURED_POWER_DBM };
  return profileBeacon({ ...settings, desk, rootKey, clockOffsetS, nowUnixMs, days: 1 });
}

/** The frames of a desk from now until well after the demo: its present window and the next. */
export function windowsOf(beacon: ProfileBeacon, organisationUuid: string, nowMs: number): readonly WindowFrames[] {
  const next = nextBoundaryUnixMs(nowMs, beacon.clockOffsetS, EXPONENT_K);
  return [nowMs, next].map((fromMs) => ({ fromMs, ...framesOf(beacon, organisationUuid, fromMs) }));
}

/** What somebody recorded beside the own desk one hour ago, to be replayed from now on. */
export function recordingOf(own: ProfileBeacon, organisationUuid: string, nowMs: number): WindowFrames {
  return { fromMs: nowMs, ...framesOf(own, organisationUuid, nowMs - HOUR_MS) };
}

/** What the phone carries: temporary keys of its own desk alone, recognition keys and places of all. */
export function profileOf(
  scene: Scene,
  own: ProfileBeacon,
  others: readonly OtherDesk[],
  organisationUuid: string,
  fingerprints?: SiteModel,
): SiteProfile {
  return {
    deskbeacon: 'site-profile',
    version: 1,
    site: `demo-${scene.name}`,
    organisationUuid,
    ownDesks: [scene.own.id],
    beacons: [
      { ...own, positionM: [scene.own.xM, scene.own.yM] },
      ...others.map(({ desk, beacon: { temporaryKeys: _notForOthers, ...beacon } }) => ({
        ...beacon,
        positionM: [desk.xM, desk.yM] as const,
      })),
    ],
    policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
    model: fingerprints === undefined ? { calibration: 'none' } : { calibration: 'current', fingerprints },
    ringAll: false,
  };
}
