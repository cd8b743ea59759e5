import type { SiteModel } from './site-model.js';

/** What a phone carries of its site, version 1 (unsigned). Plain JSON; secrets in it are keys that expire. */

/** An Eddystone temporary key: serves the 65 536 s whose counter has `epoch` as its upper 16 bits. */
export interface TemporaryKey {
  /** 0..65535. */
  readonly epoch: number;
  /** 16 octets, lower-case hexadecimal. */
  readonly key: string;
}

/** Received power at 1 m by kind of frame, −100..20 dBm. */
export interface FramePowers {
  /** Eddystone-EID. */
  readonly eid?: number;
  /** The iBeacon format. */
  readonly ibeacon?: number;
  /** As `eid` when absent. */
  readonly 'deskbeacon-eid'?: number;
}

/** One beacon of a site. */
export interface ProfileBeacon {
  /** The desk it stands at; an id that no extension owns makes it an anchor. */
  readonly desk: string;
  /** 0..15: identities change every 2^K seconds. */
  readonly exponentK: number;
  /** Added to Unix seconds to give the beacon's counter, 0..2^32−1. */
  readonly clockOffsetS: number;
  /** Received power at 1 m, −100..20 dBm. */
  readonly measuredPowerDbm: number;
  /** The same per kind of frame, where the beacon does not send all at one power; `measuredPowerDbm` for a kind not named. */
  readonly framePowersDbm?: FramePowers;
  /** Milliseconds between two advertising events, 20..10240. */
  readonly intervalMs: number;
  /** 16 octets, lower-case hexadecimal: tells whose iBeacon-format frame is heard, proves nothing. */
  readonly recognitionKey: string;
  /** Only for the owner's own desks: what authenticates their Eddystone-EID frames. */
  readonly temporaryKeys?: readonly TemporaryKey[];
  /** Metres in the plan of the floor. */
  readonly positionM?: readonly [number, number];
}

/** What a site wants of its phones. */
export interface ProfilePolicy {
  /** Silence lasts so long, then the phone rings after all: 0..60000 ms, 0 = stays silent. */
  readonly ringAfterMs: number;
  /** What to do when it is not known whether the desk phone alerts for the call. */
  readonly deskPhoneUnknown: 'ring' | 'decide';
  /** A neighbouring identity window is accepted this close to the boundary, 0..600 s. */
  readonly clockToleranceS: number;
  /**
   * How much a phone silenced at a neighbour's desk, within earshot of the own desk phone, is to be avoided: 0 not at all, 1 as
   * when absent, 10 ten times as much.
   */
  readonly neighbourWeight?: number;
}

/** What a phone carries of its site, version 1 (docs/profile.md). */
export interface SiteProfile {
  /** What this JSON is. */
  readonly deskbeacon: 'site-profile';
  /** Changes only where an older reader would misread it. */
  readonly version: 1;
  /** A name, 1..128 characters. */
  readonly site: string;
  /** 16 octets, lower-case hexadecimal: the proximity UUID of every iBeacon-format frame of the organisation. */
  readonly organisationUuid: string;
  /** Desks of the phone's owner, at most 64. */
  readonly ownDesks: readonly string[];
  /** Every beacon of the site, at most 2000. */
  readonly beacons: readonly ProfileBeacon[];
  /** What the site wants. */
  readonly policy: ProfilePolicy;
  /** The calibration of the site: `stale` rings for every call until it is renewed. */
  readonly model: {
    readonly calibration: 'none' | 'current' | 'stale';
    /** What a walk taught; absent without one. */
    readonly fingerprints?: SiteModel;
  };
  /** The administrator's switch: every call rings. */
  readonly ringAll: boolean;
}

export const defaultPolicy: ProfilePolicy = { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 };
