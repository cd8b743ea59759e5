import {
  compileLookup,
  fitSite,
  type SiteModel,
  type SiteProfile,
  siteOfProfile,
  type WalkPose,
  walkPose,
} from '@deskbeacon/proximity-core';
import type { Recording } from './recording.js';

/** A pose with all its recordings. */
export interface WalkedPose {
  readonly name: string;
  readonly recordings: readonly [Recording, ...Recording[]];
  /** What it teaches about a desk with a beacon; absent where the walker stood at none, or nothing was heard. */
  readonly taught?: WalkPose;
}

/** Recordings of one pose, in the order in which poses first appear, each reduced to one level a beacon. */
export function groupPoses(recordings: readonly Recording[], profile: SiteProfile): readonly WalkedPose[] {
  const groups = new Map<string, [Recording, ...Recording[]]>();
  for (const recording of recordings) {
    // Walks of two desks may use one name for two poses.
    const key = JSON.stringify([recording.label.desk, recording.label.pose]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [recording]);
    else group.push(recording);
  }
  return [...groups.values()].map((group) => {
    const taught = teach(group, profile);
    return { name: group[0].label.pose, recordings: group, ...(taught === undefined ? {} : { taught }) };
  });
}

/** @returns the model of these poses; `undefined` where none of them teaches. */
export function fitPoses(poses: readonly WalkedPose[], profile: SiteProfile): SiteModel | undefined {
  const taught = poses.flatMap((pose) => (pose.taught === undefined ? [] : [pose.taught]));
  return taught.length === 0 ? undefined : fitSite(taught, siteOfProfile(profile).positionsM);
}

function teach(recordings: readonly [Recording, ...Recording[]], profile: SiteProfile): WalkPose | undefined {
  const { carriage } = recordings[0].label;
  const stoodAt = deskStoodAt(recordings[0]);
  if (stoodAt === undefined || !profile.beacons.some((beacon) => beacon.desk === stoodAt)) return undefined;
  const site = siteOfProfile(profile);
  const levels = recordings.map(({ events, wallClockMs }) => {
    const lookup = wallClockMs === undefined ? undefined : compileLookup(profile, wallClockMs);
    return walkPose({ desk: stoodAt, events }, site, lookup).levelsDb;
  });
  const levelsDb = meanOf(levels);
  if (Object.keys(levelsDb).length === 0) return undefined;
  return { desk: stoodAt, ...(carriage === undefined ? {} : { carriage }), levelsDb };
}

/** @returns the desk at which the walker was; `undefined` where it was at none, or none that has a name. */
export function deskStoodAt({ label: { place, desk, at } }: Recording): string | undefined {
  return place === 'at-desk' ? desk : at;
}

/** Several recordings of one pose are one observation, and count as one. */
function meanOf(levels: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const one of levels) {
    for (const [beacon, levelDb] of Object.entries(one)) {
      const { sum, count } = sums.get(beacon) ?? { sum: 0, count: 0 };
      sums.set(beacon, { sum: sum + levelDb, count: count + 1 });
    }
  }
  return Object.fromEntries([...sums].map(([beacon, { sum, count }]) => [beacon, sum / count]));
}
