import { compileLookup, decodeProfile } from '@deskbeacon/proximity-core';
import { type FuzzTarget, mustHold, octetsOf } from '../target.js';
import { encodeJson, jsonDictionary, mutateJson, parseJson } from './json-inputs.js';

const NOW_MS = 1_795_000_000_000;
const EPOCH = Math.floor(NOW_MS / 1000 / 65_536) & 0xffff;
const beacon = {
  desk: 'd-1',
  exponentK: 9,
  clockOffsetS: 0,
  measuredPowerDbm: -59,
  intervalMs: 100,
  recognitionKey: '0123456789abcdef0123456789abcdef',
};
export const validProfile = {
  deskbeacon: 'site-profile',
  version: 1,
  site: 'fuzz',
  organisationUuid: '00112233445566778899aabbccddeeff',
  ownDesks: ['d-1'],
  beacons: [
    {
      ...beacon,
      temporaryKeys: [{ epoch: EPOCH, key: 'ffeeddccbbaa99887766554433221100' }],
      framePowersDbm: { eid: -60, ibeacon: -58 },
      positionM: [0, 0],
    },
    { ...beacon, desk: 'd-2', recognitionKey: 'f123456789abcdef0123456789abcdef', positionM: [1.6, -2] },
  ],
  policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10, neighbourWeight: 1 },
  model: {
    calibration: 'current',
    fingerprints: {
      version: 1,
      desks: {
        'd-1': { poses: 7, links: { 'd-1': { gainDb: -3, sdDb: 4 }, 'd-2': { gainDb: -14.5, sdDb: 5 } } },
        'd-2': { poses: 7, links: { 'd-1': { gainDb: -14, sdDb: 4 }, 'd-2': { gainDb: -2, sdDb: 4 } } },
      },
    },
  },
  ringAll: false,
} as const;

/**
 * A profile as a file or a server hands it over: it is taken or refused with a reason; what is taken is the same when it is
 * written and read again, keeps the limits that bound a phone's work, and can be looked frames up in.
 */
export const profile: FuzzTarget = {
  name: 'profile',
  mostOctets: 4096,
  dictionary: [...jsonDictionary, ...octetsOf(...Object.keys(validProfile).map((name) => `"${name}":`))],
  seeds: () => [encodeJson(validProfile), encodeJson({ ...validProfile, beacons: [beacon], model: {}, policy: {} })],
  generate: (random) => encodeJson(mutateJson(validProfile, random)),
  run(input) {
    const parsed = parseJson(input);
    if (parsed === undefined) return;
    const decoded = decodeProfile(parsed.value);
    if (!decoded.ok) {
      mustHold(decoded.reason.length > 0, 'a profile is refused without a reason');
      return;
    }
    const { profile: taken } = decoded;
    const text = JSON.stringify(taken);
    const again = decodeProfile(JSON.parse(text));
    mustHold(again.ok && JSON.stringify(again.profile) === text, 'a profile is another one when it is read again');
    mustHold(
      taken.beacons.length <= 2000 && taken.ownDesks.length <= 64,
      'more beacons or desks than a phone can take',
    );
    for (const { exponentK, intervalMs, recognitionKey, temporaryKeys = [] } of taken.beacons) {
      mustHold(exponentK >= 0 && exponentK <= 15 && intervalMs >= 20 && intervalMs <= 10_240, 'settings out of range');
      mustHold(/^[0-9a-f]{32}$/.test(recognitionKey) && temporaryKeys.length <= 64, 'keys out of range');
    }
    compileLookup(taken, NOW_MS);
  },
};
