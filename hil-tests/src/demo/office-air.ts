import {
  type CallEvent,
  type CallState,
  compileLookup,
  createCall,
  type Decision,
  decodeHex,
  encodeHex,
  fitSite,
  type ProfileBeacon,
  type SiteModel,
  type SiteProfile,
  siteOfProfile,
  step,
  type WalkPose,
  walkPose,
} from '@deskbeacon/proximity-core';
import { parseAddress } from '../air/advertisement.js';
import { createAir } from '../air/air.js';
import type { Air } from '../air/air-contract.js';
import type { Pose } from '../air/channel-parameters.js';
import { createScriptPlayer } from '../air/scripted-frames.js';
import { INTERVAL_MS, type OtherDesk, type WindowFrames, windowsOf } from './provision.js';
import type { Desk, Point, Scene } from './scenes.js';

/** The demo's office in virtual time, without processes, controllers or noble: desks that send, and one phone. */
export interface OfficeAir {
  readonly air: Air;
  readonly transmit: (id: string, at: Point, frames: readonly WindowFrames[], isOn?: () => boolean) => void;
  /** Where advertisements go from now on, their time counted from this instant. */
  readonly listen: (onEvent: (event: CallEvent) => void) => void;
  /** @returns milliseconds since `listen`. */
  readonly elapsedMs: () => number;
  readonly wallClockMs: () => number;
}

export interface OfficeSetUp {
  readonly scene: Scene;
  /** What the draws of the channel are keyed by. */
  readonly seed: number;
  readonly own: ProfileBeacon;
  readonly others: readonly OtherDesk[];
  readonly organisationUuid: string;
  readonly startedUnixMs: number;
  readonly hasPower?: () => boolean;
  /** What the own desk's transmitter and the phone are called in the draws of the channel; the desk's id and `phone` where absent. */
  readonly names?: { readonly own: string; readonly phone: string };
}

export const LOW_LATENCY = { intervalUs: 100_000, windowUs: 100_000, isActive: false };
const DWELL_MS = 130;
const STEP_US = 5_000;
/** What a walker does at each desk, so long each; carried as in the guided walk. */
const WALK: readonly Pose[] = ['desk', 'desk', 'desk', 'hand', 'hand', 'pocket', 'pocket'];
const POSE_US = 1_500_000;

/** @returns the air with every desk of the scene sending and the phone not yet placed. */
export function openOfficeAir(setUp: OfficeSetUp): OfficeAir {
  const { scene, seed, own, others, organisationUuid, startedUnixMs } = setUp;
  const names = setUp.names ?? { own: scene.own.id, phone: 'phone' };
  const air = createAir({ seed });
  const unixMsAt = (atUs: number): number => startedUnixMs + atUs / 1000;
  air.setWalls(
    scene.walls.map(({ from, to, lossDb }) => ({ x1M: from.xM, y1M: from.yM, x2M: to.xM, y2M: to.yM, lossDb })),
  );
  const transmit: OfficeAir['transmit'] = (id, at, frames, isOn = () => true) => {
    const play = createScriptPlayer({
      address: parseAddress(frames[0]?.address as string),
      dwellMs: DWELL_MS,
      frames: frames.map(({ fromMs, address, data }) => ({
        fromUnixMs: fromMs,
        address: parseAddress(address),
        data: data.map((hexadecimal) => decodeHex(hexadecimal) as Uint8Array),
      })),
    });
    air.place({ id, xM: at.xM, yM: at.yM });
    air.addTransmitter({
      id,
      intervalUs: INTERVAL_MS * 1000,
      advertisementAt: (atUs) => (isOn() ? play(unixMsAt(atUs)) : undefined),
    });
  };
  for (const { desk, beacon } of others) transmit(desk.id, desk, windowsOf(beacon, organisationUuid, startedUnixMs));
  transmit(names.own, scene.own, windowsOf(own, organisationUuid, startedUnixMs), setUp.hasPower);

  let feed = (_event: CallEvent): void => {};
  let sinceUs = 0;
  air.addReceiver({
    id: names.phone,
    onReport: ({ atUs, data, rssiDbm }) =>
      feed({ t: (atUs - sinceUs) / 1000, event: 'advertisement', address: '', rssiDbm, data: encodeHex(data) }),
  });
  return {
    air,
    transmit,
    listen(onEvent) {
      feed = onEvent;
      sinceUs = air.nowUs();
    },
    elapsedMs: () => (air.nowUs() - sinceUs) / 1000,
    wallClockMs: () => unixMsAt(air.nowUs()),
  };
}

/**
 * One call in virtual time, from the INVITE to the decision, with the phone where it was placed.
 * @param deadlineMs the decision is due then.
 * @param phone what the phone is called on the air.
 * @returns the decided call, and when its scan stopped.
 */
export function callInVirtualTime(
  { air, listen, elapsedMs, wallClockMs }: OfficeAir,
  profile: SiteProfile,
  deadlineMs: number,
  phone = 'phone',
): { readonly state: CallState & { readonly decision: Decision }; readonly scanStoppedAtMs: number } {
  let state: CallState = createCall({ profile, wallClockMs: wallClockMs() });
  const feed = (event: CallEvent): void => {
    state = step(state, event).state;
  };
  listen(feed);
  feed({ t: 0, event: 'call', deadlineMs });
  air.startScan(phone, LOW_LATENCY);
  feed({ t: 0, event: 'scan-started', mode: 'low-latency' });
  while (state.decision === undefined) {
    air.advanceTo(air.nowUs() + STEP_US);
    feed({ t: elapsedMs(), event: 'tick' });
  }
  air.stopScan(phone);
  return { state: { ...state, decision: state.decision }, scanStoppedAtMs: elapsedMs() };
}

/**
 * Walks the office before the calls come in, as its admin would: seven poses at each desk, with a phone and shadows that are not
 * those of the calls.
 * @param profile without a walk: powers, places and keys.
 * @returns what the walk taught.
 */
export function walkOffice(setUp: OfficeSetUp, profile: SiteProfile): SiteModel {
  const office = openOfficeAir({ ...setUp, seed: setUp.seed + 1 });
  const poses = setUp.scene.desks.flatMap((desk) =>
    WALK.map((pose, i) => recordPose(office, desk, { pose, ordinal: i }, profile)),
  );
  return fitSite(poses, Object.fromEntries(setUp.scene.desks.map(({ id, xM, yM }) => [id, [xM, yM] as const])));
}

function recordPose(
  { air, listen, wallClockMs }: OfficeAir,
  desk: Desk,
  { pose, ordinal }: { readonly pose: Pose; readonly ordinal: number },
  profile: SiteProfile,
): WalkPose {
  const step = ordinal / (WALK.length - 1);
  const at = { xM: desk.xM - 0.35 + 0.7 * step, yM: desk.yM - 0.3 - 0.3 * step };
  air.place({ id: 'phone', ...at, pose, placement: `walk-${desk.id}-${ordinal}` });
  const events: CallEvent[] = [{ t: 0, event: 'scan-started', mode: 'low-latency' }];
  listen((event) => events.push(event));
  const lookup = compileLookup(profile, wallClockMs());
  air.startScan('phone', LOW_LATENCY);
  air.advanceTo(air.nowUs() + POSE_US);
  air.stopScan('phone');
  return walkPose({ desk: desk.id, carriage: pose, events }, siteOfProfile(profile), lookup);
}
