import { faultOfCritical } from '../critical.js';
import {
  defaultPolicy,
  type FramePowers,
  type ProfileBeacon,
  type ProfilePolicy,
  type SiteProfile,
  type TemporaryKey,
} from './profile.js';
import {
  fault,
  fieldsOf,
  hexOf,
  integerOf,
  isWithin,
  listOf,
  objectOf,
  objectsOf,
  type Reading,
  textOf,
} from './read-fields.js';
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
  const root: Reading = { fields: fieldsOf(value) ?? {}, path: '', faults };
  const { deskbeacon, version, critical, ringAll } = root.fields;
  if (deskbeacon !== 'site-profile') return { ok: false, reason: 'deskbeacon: expected "site-profile"' };
  if (version !== 1)
    return { ok: false, reason: `version: expected 1, got ${typeof version === 'number' ? version : typeof version}` };
  const demanded = faultOfCritical(critical);
  if (demanded !== undefined) return { ok: false, reason: demanded };
  const site = textOf(root, 'site');
  const organisationUuid = hexOf(root, 'organisationUuid', 16);
  const ownDesks = listOf(root, 'ownDesks', 64).map((desk, i) => textOf(root, `ownDesks[${i}]`, desk));
  const beacons = objectsOf(root, 'beacons', MAX_PROFILE_BEACONS).map(decodeBeacon);
  const policy = decodePolicy(objectOf(root, 'policy'));
  const model = decodeModel(objectOf(root, 'model'));
  if (ringAll !== undefined && typeof ringAll !== 'boolean') fault(root, 'ringAll', 'true or false', false);
  for (const desk of ownDesks) {
    const own = beacons.filter((beacon) => beacon.desk === desk);
    if (own.length > 1) faults.push(`beacons: desk "${desk}" stands there ${own.length} times`);
  }
  if (faults.length > 0) return { ok: false, reason: faults[0] as string };
  return {
    ok: true,
    profile: {
      deskbeacon,
      version,
      site,
      organisationUuid,
      ownDesks,
      beacons,
      policy,
      model,
      ringAll: ringAll === true,
    },
  };
}

function decodeBeacon(from: Reading): ProfileBeacon {
  const { temporaryKeys, framePowersDbm, positionM } = from.fields;
  return {
    desk: textOf(from, 'desk'),
    exponentK: integerOf(from, 'exponentK', 0, 15),
    clockOffsetS: integerOf(from, 'clockOffsetS', 0, 0xffffffff, 0),
    measuredPowerDbm: integerOf(from, 'measuredPowerDbm', -100, 20),
    intervalMs: integerOf(from, 'intervalMs', 20, 10240, 100),
    recognitionKey: hexOf(from, 'recognitionKey', 16),
    ...(temporaryKeys === undefined
      ? {}
      : { temporaryKeys: objectsOf(from, 'temporaryKeys', MAX_TEMPORARY_KEYS).map(decodeTemporaryKey) }),
    ...(framePowersDbm === undefined ? {} : { framePowersDbm: decodeFramePowers(objectOf(from, 'framePowersDbm')) }),
    ...(positionM === undefined ? {} : { positionM: decodePosition(from) }),
  };
}

function decodeTemporaryKey(from: Reading): TemporaryKey {
  return { epoch: integerOf(from, 'epoch', 0, 0xffff), key: hexOf(from, 'key', 16) };
}

function decodeFramePowers(from: Reading): FramePowers {
  const powers: { -readonly [Kind in keyof FramePowers]: number } = {};
  for (const kind of framePowerKinds) {
    if (from.fields[kind] !== undefined) powers[kind] = integerOf(from, kind, -100, 20);
  }
  return powers;
}

function decodePosition(from: Reading): readonly [number, number] {
  const value = from.fields.positionM;
  return Array.isArray(value) && value.length === 2 && value.every((axis) => isWithin(axis, -1e5, 1e5))
    ? [value[0] as number, value[1] as number]
    : fault(from, 'positionM', 'two numbers, in metres', [0, 0]);
}

function decodePolicy(from: Reading): ProfilePolicy {
  const { ringAfterMs, deskPhoneUnknown, clockToleranceS } = defaultPolicy;
  const unknown = from.fields.deskPhoneUnknown ?? deskPhoneUnknown;
  const weight = from.fields.neighbourWeight;
  return {
    ringAfterMs: integerOf(from, 'ringAfterMs', 0, 60000, ringAfterMs),
    deskPhoneUnknown:
      unknown === 'ring' || unknown === 'decide'
        ? unknown
        : fault(from, 'deskPhoneUnknown', '"ring" or "decide"', 'ring'),
    clockToleranceS: integerOf(from, 'clockToleranceS', 0, 600, clockToleranceS),
    ...(weight === undefined
      ? {}
      : { neighbourWeight: isWithin(weight, 0, 10) ? weight : fault(from, 'neighbourWeight', 'a number 0..10', 1) }),
  };
}

function decodeModel(from: Reading): SiteProfile['model'] {
  const { calibration = 'none' } = from.fields;
  const known =
    calibration === 'none' || calibration === 'current' || calibration === 'stale'
      ? calibration
      : fault(from, 'calibration', '"none", "current" or "stale"', 'none' as const);
  const fingerprints = decodeFingerprints(from);
  return { calibration: known, ...(fingerprints === undefined ? {} : { fingerprints }) };
}

/** A print of a later version is as good as none: the phone decides as without a walk, and the profile serves for the rest. */
function decodeFingerprints({ fields: { fingerprints }, path, faults }: Reading): SiteModel | undefined {
  const version = fieldsOf(fingerprints)?.version;
  const isLater = typeof version === 'number' && Number.isInteger(version) && version > 1;
  if (fingerprints === undefined || isLater) return undefined;
  const decoded = decodeSiteModel(fingerprints);
  if (decoded.ok) return decoded.model;
  faults.push(`${path}fingerprints.${decoded.reason}`);
  return undefined;
}
