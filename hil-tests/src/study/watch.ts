import { type CallEvent, type CallState, createCall, step } from '@deskbeacon/proximity-core';
import { drawFloorPlan } from './floor.js';
import { type Beacon, drawLinks } from './links.js';
import { officeParameters } from './parameters.js';
import { type Placement, place } from './placement.js';
import { presentPackets } from './platform.js';
import { createRandomStream, type RandomStream } from './random-stream.js';
import { drawPackets } from './reception.js';
import { drawBursts, type ScanPlan } from './scan-plan.js';
import { type Setting, settings } from './setting.js';
import { quantileOf } from './statistics.js';

/**
 * Watching on after silence, in the study's office: how often it rings for a phone that stays, and how soon for one that is
 * carried off in the hand to the same room (4–12 m) or the next, at once, as if the way took no time.
 */
export interface WatchReport {
  readonly seed: number;
  readonly silenced: number;
  /** Phones that stayed. */
  readonly watchedS: number;
  readonly falseAlarms: number;
  /** Seconds of watching per false alarm; `null` when there was none. */
  readonly meanTimeToFalseAlarmS: number | null;
  /** Share that rang falsely within the eight seconds that a silence lasts by default. */
  readonly alarmWithinSilence: number;
  /** From leaving to ringing, of phones that left. */
  readonly left: number;
  readonly rangWithin30S: number;
  readonly delayP50Ms: number | null;
  readonly delayP95Ms: number | null;
}

const STAY_S = 60;
const LEAVES_AFTER_MS = 2000;
const LEFT_FOR_MS = 30_000;
const SILENCE_MS = 8000;

/** @param calls phones in the hand at the desk that are tried; those that are not silenced are not watched. */
export function measureWatch(seed: number, calls: number): WatchReport {
  const alarmsMs: (number | undefined)[] = [];
  const delaysMs: (number | undefined)[] = [];
  for (let index = 0; index < calls; index += 1) {
    const { silent, site, atMs } = silencedCall(seed, index) ?? {};
    if (silent === undefined || site === undefined || atMs === undefined) continue;
    const endMs = atMs + STAY_S * 1000;
    const alarm = feed(silent, site.packets(site.desk, 'stay', atMs, endMs), endMs).rangLate;
    alarmsMs.push(alarm === undefined ? undefined : alarm.atMs - atMs);
    const leavesMs = atMs + LEAVES_AFTER_MS;
    const before = feed(silent, site.packets(site.desk, 'stay', atMs, leavesMs), leavesMs);
    if (before.rangLate !== undefined) continue;
    const backMs = leavesMs + LEFT_FOR_MS;
    const left = feed(before, site.packets(site.away, 'left', leavesMs, backMs), backMs).rangLate;
    delaysMs.push(left === undefined ? undefined : left.atMs - leavesMs);
  }
  const watchedS = alarmsMs.reduce<number>((sum, ms) => sum + (ms ?? STAY_S * 1000) / 1000, 0);
  const alarms = alarmsMs.filter((ms) => ms !== undefined);
  const delays = delaysMs.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  return {
    seed,
    silenced: alarmsMs.length,
    watchedS: Math.round(watchedS),
    falseAlarms: alarms.length,
    meanTimeToFalseAlarmS: alarms.length === 0 ? null : Math.round(watchedS / alarms.length),
    alarmWithinSilence: alarms.filter((ms) => ms <= SILENCE_MS).length / Math.max(1, alarmsMs.length),
    left: delaysMs.length,
    rangWithin30S: delays.length,
    delayP50Ms: delays.length === 0 ? null : quantileOf(delays, 0.5),
    delayP95Ms: delays.length === 0 ? null : quantileOf(delays, 0.95),
  };
}

interface WatchSite {
  readonly desk: Placement;
  readonly away: Placement;
  readonly packets: (at: Placement, name: string, fromMs: number, untilMs: number) => readonly CallEvent[];
}

function silencedCall(
  seed: number,
  index: number,
): { readonly silent: CallState; readonly site: WatchSite; readonly atMs: number } | undefined {
  const random = createRandomStream(seed, 'watch', index);
  const setting = settings[0] as Setting;
  const plan = drawFloorPlan(setting.desksInBuilding / 2, setting.office, random);
  const placed = place(plan, index % 2 === 0 ? 'room' : 'next-room', setting.office, random);
  const own = plan.desks[placed.ownDesk];
  if (own === undefined) return undefined;
  const bodyAngle = 2 * Math.PI * random.uniform();
  const phone = { xM: own.xM + 0.5 * Math.cos(bodyAngle), yM: own.yM + 0.5 * Math.sin(bodyAngle), floor: 0 as const };
  const desk: Placement = { ownDesk: placed.ownDesk, phone, carriage: 'hand', bodyAngle };
  const away: Placement = { ...placed, carriage: 'hand', bodyAngle };
  const beacons: readonly Beacon[] = plan.desks.map(({ xM, yM }, i) => ({ name: `d-${i}`, xM, yM, floor: 0 }));
  const ownName = `d-${placed.ownDesk}`;
  const packets: WatchSite['packets'] = (at, name, fromMs, untilMs) => {
    // The same stream for both places: its first draws are building, hand and receiver, which stay.
    const links = drawLinks(plan, beacons, ownName, at, setting, createRandomStream(seed, 'watch-links', index));
    const air = createRandomStream(seed, 'watch-air', index, name);
    const heard = drawPackets(links, scanFor(untilMs - fromMs, air), setting, air);
    return presentPackets(heard, 0, 'android').map((event) => ({ ...event, t: event.t + fromMs }));
  };
  const site: WatchSite = { desk, away, packets };
  const begun = step(
    createCall({
      desks: [ownName],
      host: { canWatch: true },
      traceSite: {
        powerAt1mDbm: officeParameters.powerAt1mDbm,
        desksM: Object.fromEntries(beacons.map(({ name, xM, yM }) => [name, [xM, yM] as const])),
      },
    }),
    { t: 0, event: 'call' },
  ).state;
  // A silence without end, so that a false alarm has time to come.
  const { policy } = begun.site;
  const endless: CallState = { ...begun, site: { ...begun.site, policy: { ...policy, ringAfterMs: 0 } } };
  const scanning = step(endless, { t: 0, event: 'scan-started', mode: 'low-latency' }).state;
  let state = scanning;
  for (const event of packets(desk, 'call', 0, officeParameters.deadlineMs)) {
    state = step(state, event).state;
    if (state.phase === 'silent') break;
  }
  if (state.phase !== 'silent') state = step(state, { t: officeParameters.deadlineMs, event: 'tick' }).state;
  return state.phase === 'silent' ? { silent: state, site, atMs: state.nowMs } : undefined;
}

function feed(state: CallState, events: readonly CallEvent[], endMs: number): CallState {
  let current = state;
  for (const event of events) current = step(current, event).state;
  return step(current, { t: endMs, event: 'tick' }).state;
}

/** Low-latency as Android 13 does it: always listening, another channel every 100 ms. */
function scanFor(lengthMs: number, random: RandomStream): ScanPlan {
  const [least, most] = officeParameters.lossShare;
  const lossShare = least + (most - least) * random.uniform();
  return {
    startMs: 0,
    endMs: lengthMs,
    channelAt: (atMs) => (atMs < lengthMs ? Math.floor(atMs / 100) % 3 : -1),
    lossAt: drawBursts(lossShare, lengthMs, random),
  };
}
