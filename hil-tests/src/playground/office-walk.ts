import {
  type CallEvent,
  compileLookup,
  fitSite,
  type SiteProfile,
  siteOfProfile,
  type WalkPose,
  walkPose,
} from '@deskbeacon/proximity-core';
import type { Pose } from '../air/channel-parameters.js';
import { type OfficeKeys, OPENED_UNIX_MS, profileOf } from './office-keys.js';
import { officePlan, type PlacedDesk } from './office-plan.js';
import { openRadio } from './office-radio.js';

/** What an admin does before the calls come in: seven poses at each desk, from which the profile learns the office. */
export interface OfficeWalk {
  readonly desks: number;
  /** Walks to the next desk; a page may breathe between two. @returns desks done. */
  readonly walkOn: () => number;
  /** @returns the profile with what was learned, after walking to all desks that are left. */
  readonly finish: () => SiteProfile;
}

const WALK: readonly Pose[] = ['desk', 'desk', 'desk', 'hand', 'hand', 'pocket', 'pocket'];
const POSE_US = 1_500_000;

/** The walk is taken with a phone and shadows that are not those of the calls. */
export function beginWalk(seed: number, keys: OfficeKeys): OfficeWalk {
  const { desks } = officePlan;
  const unwalked = profileOf(keys);
  const poses: WalkPose[] = [];
  let done = 0;
  let events: CallEvent[] = [];
  let sinceUs = 0;
  const radio = openRadio({
    seed: seed + 1,
    keys,
    startedUnixMs: OPENED_UNIX_MS,
    hasOwnPower: true,
    onReport: ({ atUs, ...heard }) => events.push({ t: (atUs - sinceUs) / 1000, event: 'advertisement', ...heard }),
  });
  const { air } = radio;

  const recordPose = (desk: PlacedDesk, pose: Pose, ordinal: number): WalkPose => {
    const step = ordinal / (WALK.length - 1);
    const at = { xM: desk.xM - 0.35 + 0.7 * step, yM: desk.yM - 0.3 - 0.3 * step };
    radio.placePhone(at, pose, `walk-${desk.id}-${ordinal}`);
    events = [{ t: 0, event: 'scan-started', mode: 'low-latency' }];
    sinceUs = air.nowUs();
    const lookup = compileLookup(unwalked, OPENED_UNIX_MS + sinceUs / 1000);
    radio.startScan();
    air.advanceTo(sinceUs + POSE_US);
    radio.stopScan();
    return walkPose({ desk: desk.id, carriage: pose, events }, siteOfProfile(unwalked), lookup);
  };
  const walkOn = (): number => {
    const desk = desks[done];
    if (desk !== undefined) {
      poses.push(...WALK.map((pose, i) => recordPose(desk, pose, i)));
      done += 1;
    }
    return done;
  };
  return {
    desks: desks.length,
    walkOn,
    finish() {
      while (done < desks.length) walkOn();
      const places = desks.map(({ id, xM, yM }) => [id, [xM, yM] as const]);
      return profileOf(keys, fitSite(poses, Object.fromEntries(places)));
    },
  };
}
