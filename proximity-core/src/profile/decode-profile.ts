import { faultOfCritical } from '../critical.js';
import {
  defaultPolicy,
  type FramePowers,
  type ProfileBeacon,
  type ProfilePolicy,
  type SiteProfile,
  type TemporaryKey,
} from './profile.js';
import { decodeSiteModel, type SiteModel } from './site-model.js';

/** At most so many beacons in one profile: what a phone can resolve within a call on the slowest engine. */
export const MAX_PROFILE_BEACONS = 2000;
const MAX_TEMPORARY_KEYS = 64;
const framePowerKinds: readonly (keyof FramePowers)[] = ['eid', 'ibeacon', 'deskbeacon-eid'];

export type ProfileResult =
  | { readonly ok: true; readonly profile: SiteProfile }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks a parsed JSON value and returns it as a site profile. Unknown fields are ignored, unless the profile itself names
 * them in `critical`; what is known must be right. Every profile of version 1 is read for ever (docs/profile.md, "Versions").
 * @param value what `JSON.parse` gave.
 * @returns the profile, or the first fault with its path, for example `beacons[3].exponentK: expected an integer 0..15`.
 * @example decodeProfile({}).ok // false
 */
export function decodeProfile(value: unknown): ProfileResult {
  const faults: string[] = [];
  const root = asObject(value);
  if (root.deskbeacon !== 'site-profile') return { ok: false, reason: 'deskbeacon: expected "site-profile"' };
  if (root.version !== 1)
    return {
      ok: false,
      reason: `version: expected 1, got ${typeof root.version === 'number' ? root.version : typeof root.version}`,
    };
  const critical = faultOfCritical(root.critical);
  if (critical !== undefined) return { ok: false, reason: critical };
  const site = text(root.site, 'site', faults);
  const organisationUuid = hex(root.organisationUuid, 16, 'organisationUuid', faults);
  const ownDesks = list(root.ownDesks, 64, 'ownDesks', faults).map((desk, i) => text(desk, `ownDesks[${i}]`, faults));
  const beacons = list(root.beacons, MAX_PROFILE_BEACONS, 'beacons', faults).map((beacon, i) =>
    decodeBeacon(asObject(beacon), `beacons[${i}]`, faults),
  );
  const policy = decodePolicy(asObject(root.policy), faults);
  const calibration = asObject(root.model).calibration ?? 'none';
  if (calibration !== 'none' && calibration !== 'current' && calibration !== 'stale') {
    faults.push('model.calibration: expected "none", "current" or "stale"');
  }
  const fingerprints = decodeFingerprints(asObject(root.model).fingerprints, faults);
  if (root.ringAll !== undefined && typeof root.ringAll !== 'boolean') faults.push('ringAll: expected true or false');
  for (const desk of ownDesks) {
    const own = beacons.filter((beacon) => beacon.desk === desk);
    if (own.length > 1) faults.push(`beacons: desk "${desk}" stands there ${own.length} times`);
  }
  if (faults.length > 0) return { ok: false, reason: faults[0] as string };
  return {
    ok: true,
    profile: {
      deskbeacon: 'site-profile',
      version: 1,
      site,
      organisationUuid,
      ownDesks,
      beacons,
      policy,
      model: {
        calibration: calibration as 'none' | 'current' | 'stale',
        ...(fingerprints === undefined ? {} : { fingerprints }),
      },
      ringAll: root.ringAll === true,
    },
  };
}

function decodeBeacon(value: Record<string, unknown>, path: string, faults: string[]): ProfileBeacon {
  const beacon: ProfileBeacon = {
    desk: text(value.desk, `${path}.desk`, faults),
    exponentK: integer(value.exponentK, 0, 15, `${path}.exponentK`, faults),
    clockOffsetS: integer(value.clockOffsetS ?? 0, 0, 0xffffffff, `${path}.clockOffsetS`, faults),
    measuredPowerDbm: integer(value.measuredPowerDbm, -100, 20, `${path}.measuredPowerDbm`, faults),
    intervalMs: integer(value.intervalMs ?? 100, 20, 10240, `${path}.intervalMs`, faults),
    recognitionKey: hex(value.recognitionKey, 16, `${path}.recognitionKey`, faults),
  };
  return {
    ...beacon,
    ...(value.temporaryKeys === undefined
      ? {}
      : { temporaryKeys: decodeTemporaryKeys(value.temporaryKeys, `${path}.temporaryKeys`, faults) }),
    ...(value.framePowersDbm === undefined
      ? {}
      : { framePowersDbm: decodeFramePowers(asObject(value.framePowersDbm), `${path}.framePowersDbm`, faults) }),
    ...(value.positionM === undefined
      ? {}
      : { positionM: decodePosition(value.positionM, `${path}.positionM`, faults) }),
  };
}

/** A print of a later version is as good as none: the phone decides as without a walk, and the profile serves for the rest. */
function decodeFingerprints(value: unknown, faults: string[]): SiteModel | undefined {
  const { version } = asObject(value);
  if (value === undefined || (typeof version === 'number' && Number.isInteger(version) && version > 1))
    return undefined;
  const decoded = decodeSiteModel(value);
  if (decoded.ok) return decoded.model;
  faults.push(`model.fingerprints.${decoded.reason}`);
  return undefined;
}

function decodeTemporaryKeys(value: unknown, path: string, faults: string[]): readonly TemporaryKey[] {
  return list(value, MAX_TEMPORARY_KEYS, path, faults).map((entry, i) => ({
    epoch: integer(asObject(entry).epoch, 0, 0xffff, `${path}[${i}].epoch`, faults),
    key: hex(asObject(entry).key, 16, `${path}[${i}].key`, faults),
  }));
}

function decodeFramePowers(value: Record<string, unknown>, path: string, faults: string[]): FramePowers {
  const powers: { -readonly [Kind in keyof FramePowers]: number } = {};
  for (const kind of framePowerKinds) {
    if (value[kind] !== undefined) powers[kind] = integer(value[kind], -100, 20, `${path}.${kind}`, faults);
  }
  return powers;
}

function decodePosition(value: unknown, path: string, faults: string[]): readonly [number, number] {
  if (Array.isArray(value) && value.length === 2 && value.every((axis) => isWithin(axis, -1e5, 1e5))) {
    return [value[0] as number, value[1] as number];
  }
  faults.push(`${path}: expected two numbers, in metres`);
  return [0, 0];
}

function decodePolicy(value: Record<string, unknown>, faults: string[]): ProfilePolicy {
  const deskPhoneUnknown = value.deskPhoneUnknown ?? defaultPolicy.deskPhoneUnknown;
  if (deskPhoneUnknown !== 'ring' && deskPhoneUnknown !== 'decide') {
    faults.push('policy.deskPhoneUnknown: expected "ring" or "decide"');
  }
  return {
    ringAfterMs: integer(value.ringAfterMs ?? defaultPolicy.ringAfterMs, 0, 60000, 'policy.ringAfterMs', faults),
    deskPhoneUnknown: deskPhoneUnknown === 'decide' ? 'decide' : 'ring',
    clockToleranceS: integer(
      value.clockToleranceS ?? defaultPolicy.clockToleranceS,
      0,
      600,
      'policy.clockToleranceS',
      faults,
    ),
    ...(value.neighbourWeight === undefined ? {} : { neighbourWeight: decodeWeight(value.neighbourWeight, faults) }),
  };
}

function decodeWeight(value: unknown, faults: string[]): number {
  if (isWithin(value, 0, 10)) return value;
  faults.push('policy.neighbourWeight: expected a number 0..10');
  return 1;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown, most: number, path: string, faults: string[]): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  faults.push(`${path}: expected a list of at most ${most}`);
  return [];
}

function text(value: unknown, path: string, faults: string[]): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= 128) return value;
  faults.push(`${path}: expected a text of 1 to 128 characters`);
  return '';
}

function hex(value: unknown, octets: number, path: string, faults: string[]): string {
  if (typeof value === 'string' && value.length === octets * 2 && /^[0-9a-f]+$/.test(value)) return value;
  // Never the value itself: it may be a key.
  faults.push(`${path}: expected ${octets} octets in lower-case hexadecimal`);
  return '';
}

function integer(value: unknown, least: number, most: number, path: string, faults: string[]): number {
  if (isWithin(value, least, most) && Number.isInteger(value)) return value;
  faults.push(
    `${path}: expected an integer ${least}..${most}, got ${typeof value === 'number' ? value : typeof value}`,
  );
  return least;
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
