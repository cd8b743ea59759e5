import type { PhoneOffset } from '../decision/phone-offset.js';
import { ownValue, putOwn } from '../own-value.js';
import { defaultPolicy, type FramePowers, type ProfilePolicy, type SiteProfile } from '../profile/profile.js';
import type { SiteModel } from '../profile/site-model.js';

/** What the decision knows of the building: powers, intervals, places. Plain JSON, no keys. */
export interface Site {
  /** Desks of the phone's owner. */
  readonly ownDesks: readonly string[];
  /** Received power at 1 m per desk, dBm; `defaultPowerDbm` for one not listed. */
  readonly powersDbm: Readonly<Record<string, number>>;
  /** Received power at 1 m of a desk that is not listed, −100..20 dBm. */
  readonly defaultPowerDbm: number;
  /** Where a beacon sends its kinds of frame at different powers. */
  readonly framePowersDbm: Readonly<Record<string, FramePowers>>;
  /** Milliseconds between advertising events per desk. */
  readonly intervalsMs: Readonly<Record<string, number>>;
  /** The same for a desk that is not listed, 20..10240 ms. */
  readonly defaultIntervalMs: number;
  /** Metres; desks and anchors without a known place are absent. */
  readonly positionsM: Readonly<Record<string, readonly [number, number]>>;
  /**
   * How many others the record keeps, the strongest, or the platform lets through; absent when all: only then was one that is not
   * in it not heard.
   */
  readonly othersAtMost?: number;
  /** What the site wants. */
  readonly policy: ProfilePolicy;
  /** Every call rings until the site is calibrated again. */
  readonly isCalibrationStale: boolean;
  /** The administrator's switch. */
  readonly isRingAll: boolean;
  /** How walked desks hear the beacons; absent without a walk. */
  readonly model?: SiteModel;
  /** What is known of this phone's receiver; absent when nothing is. */
  readonly phone?: PhoneOffset;
}

/** The kinds of frame for which a profile may state a power. */
export type FramePowerKind = keyof FramePowers;

/** What a trace's header may say of a site when no profile is given. */
export interface TraceSite {
  /** Received power at 1 m of every beacon, −100..20 dBm; −59 when absent. */
  readonly powerAt1mDbm?: number;
  /** Milliseconds between advertising events, 20..10240; 100 when absent. */
  readonly intervalMs?: number;
  /** Places in metres by desk or anchor; may be incomplete. */
  readonly desksM?: Readonly<Record<string, readonly [number, number]>>;
  /** How many other desks the record keeps, the strongest; absent: all. */
  readonly othersAtMost?: number;
  /** What a walk taught. */
  readonly model?: SiteModel;
}

/** A site of which nothing is known. */
const unknownSite: Site = {
  ownDesks: [],
  powersDbm: {},
  defaultPowerDbm: -59,
  framePowersDbm: {},
  intervalsMs: {},
  defaultIntervalMs: 100,
  positionsM: {},
  policy: defaultPolicy,
  isCalibrationStale: false,
  isRingAll: false,
};

/**
 * What the decision knows of the building a profile describes: no keys.
 * @param profile as `decodeProfile` gave it.
 * @returns plain JSON.
 * @example
 * ```ts
 * const decoded = decodeProfile({ deskbeacon: 'site-profile', version: 1, site: 's', organisationUuid: '0'.repeat(32), ownDesks: [], beacons: [] });
 * decoded.ok && siteOfProfile(decoded.profile).policy.ringAfterMs; // → 8000
 * ```
 */
export function siteOfProfile(profile: SiteProfile): Site {
  const powersDbm: Record<string, number> = {};
  const framePowersDbm: Record<string, FramePowers> = {};
  const intervalsMs: Record<string, number> = {};
  const positionsM: Record<string, readonly [number, number]> = {};
  for (const beacon of profile.beacons) {
    putOwn(powersDbm, beacon.desk, beacon.measuredPowerDbm);
    putOwn(intervalsMs, beacon.desk, beacon.intervalMs);
    if (beacon.framePowersDbm !== undefined) putOwn(framePowersDbm, beacon.desk, beacon.framePowersDbm);
    if (beacon.positionM !== undefined) putOwn(positionsM, beacon.desk, beacon.positionM);
  }
  return {
    ...unknownSite,
    ownDesks: profile.ownDesks,
    powersDbm,
    framePowersDbm,
    intervalsMs,
    positionsM,
    policy: profile.policy,
    isCalibrationStale: profile.model.calibration === 'stale',
    isRingAll: profile.ringAll,
    ...(profile.model.fingerprints === undefined ? {} : { model: profile.model.fingerprints }),
  };
}

/**
 * What a beacon's frames of one kind are held against.
 * @param site as `siteOfProfile` or `siteOfTrace` gave it.
 * @param desk the beacon's; `null` where it is not known.
 * @param frame `eid`, `ibeacon` or `deskbeacon-eid`; any other stands for all of the beacon's frames.
 * @returns received power at 1 m, dBm.
 * @example framePowerDbm(siteOfTrace(['d-12'], { powerAt1mDbm: -63 }), 'd-12', 'eid') // -63
 */
export function framePowerDbm(site: Site, desk: string | null, frame: string | undefined): number {
  if (desk === null) return site.defaultPowerDbm;
  const power = ownValue(site.powersDbm, desk) ?? site.defaultPowerDbm;
  const { eid = power, ibeacon = power, 'deskbeacon-eid': own = eid } = ownValue(site.framePowersDbm, desk) ?? {};
  if (frame === 'eid') return eid;
  if (frame === 'ibeacon') return ibeacon;
  // It carries the same proof; where the profile does not name it, its power is that of the Eddystone frame.
  return frame === 'deskbeacon-eid' ? own : power;
}

/**
 * The same where there is no profile: powers −59 dBm, an interval of 100 ms, no places, as far as nothing else is said.
 * @param ownDesks desks of the phone's owner.
 * @param site as a trace's header gives it.
 * @returns plain JSON.
 * @example siteOfTrace(['d-12'], { powerAt1mDbm: -63 }).defaultPowerDbm // -63
 */
export function siteOfTrace(ownDesks: readonly string[], site: TraceSite | undefined): Site {
  const { powerAt1mDbm, intervalMs, desksM, othersAtMost, model } = site ?? {};
  return {
    ...unknownSite,
    ownDesks,
    ...(powerAt1mDbm === undefined ? {} : { defaultPowerDbm: powerAt1mDbm }),
    ...(intervalMs === undefined ? {} : { defaultIntervalMs: intervalMs }),
    ...(desksM === undefined ? {} : { positionsM: desksM }),
    ...(othersAtMost === undefined ? {} : { othersAtMost }),
    ...(model === undefined ? {} : { model }),
  };
}
