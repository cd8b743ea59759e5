import type { SiteProfile } from '@deskbeacon/proximity-core';
import type { Point } from '../air/plan.js';
import { takeCall } from './office-call.js';
import type { OfficeKeys } from './office-keys.js';
import { officePlan } from './office-plan.js';

/** Three calls of the office to look into, recorded when they are asked for: no recording is kept that could grow old. */

export const sampleNames = ['at-desk', 'next-room', 'forged'] as const;
export type SampleName = (typeof sampleNames)[number];

export const sampleTitles: Readonly<Record<SampleName, string>> = {
  'at-desk': 'At the desk',
  'next-room': 'In the next room',
  forged: 'Beside a forger',
};

/** The seed whose office the samples are of. */
export const SAMPLE_SEED = 7;
/** Calls that take a look more than the shortest. */
const callNumbers: Readonly<Record<SampleName, number>> = { 'at-desk': 10, 'next-room': 2, forged: 3 };
/** So long a record: to the ring after a silence, and a little more. */
const RECORDED_MS = 10_000;

/** @returns the text of a trace; its advertisements need the profile. */
export function sampleTrace(name: SampleName, keys: OfficeKeys, profile: SiteProfile): string {
  const call = takeCall(
    {
      seed: SAMPLE_SEED,
      number: callNumbers[name],
      at: placeOf(name),
      pose: 'hand',
      hasForger: name === 'forged',
      hasOwnPower: true,
      isBluetoothOn: true,
      canWatch: false,
    },
    keys,
    profile,
  );
  call.advanceTo(RECORDED_MS);
  call.end('hung-up');
  return call.toTrace();
}

function placeOf(name: SampleName): Point {
  const id = name === 'forged' ? 'corridor' : name;
  const place = officePlan.places.find((one) => one.id === id);
  if (place === undefined) throw new RangeError(`sample: there is no place ${id}`);
  return place.at;
}
