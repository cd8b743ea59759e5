import {
  type CallAction,
  type CallEvent,
  encodeTraceEvent,
  encodeTraceHeader,
  type HostCapabilities,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import type { Pose } from '../air/channel-parameters.js';
import type { Point } from '../air/plan.js';
import { type CallTrack, trackCall } from './call-track.js';
import { type OfficeKeys, OPENED_UNIX_MS } from './office-keys.js';
import { addForger, type OfficeRadio, openRadio } from './office-radio.js';

/** One call in the office: the air moves on in virtual time, and the reducer is told what a phone's host would tell it. */

export interface CallSetting {
  readonly seed: number;
  /** Counts the calls: each is a laying-down of the phone of its own, and half a minute after the one before. */
  readonly number: number;
  readonly at: Point;
  readonly pose: Pose;
  readonly hasForger: boolean;
  readonly hasOwnPower: boolean;
  readonly isBluetoothOn: boolean;
  /** The app may go on listening while it is silent. */
  readonly canWatch: boolean;
}

/** What one hears. */
export interface Ringing {
  readonly desk: 'ringing' | 'quiet' | 'answered';
  readonly mobile: 'idle' | 'listening' | 'quiet' | 'ringing' | 'answered';
  /** When the mobile rings after all, ms from the call. */
  readonly ringsAtMs?: number;
}

export type Ending = 'desk' | 'this-phone' | 'hung-up';

export interface OfficeCall {
  readonly track: CallTrack;
  readonly nowMs: () => number;
  readonly ringing: () => Ringing;
  /** Lets time pass, up to `untilMs` from the call. @returns what the reducer asked for meanwhile. */
  readonly advanceTo: (untilMs: number) => readonly CallAction[];
  readonly move: (at: Point, pose: Pose) => void;
  readonly end: (ending: Ending) => void;
  readonly isOver: () => boolean;
  /** The call as `deskbeacon replay` reads it. */
  readonly toTrace: () => string;
}

const DEADLINE_MS = 1500;
/** From the wish to scan to the radio's first open window. */
const SCAN_START_MS = 20;
const BETWEEN_CALLS_MS = 30_000;
/** The air runs before the call, so that beacons are not all about to begin. */
const WARM_UP_US = 1_000_000;

export function takeCall(setting: CallSetting, keys: OfficeKeys, profile: SiteProfile): OfficeCall {
  const { seed, number } = setting;
  const wallClockMs = OPENED_UNIX_MS + number * BETWEEN_CALLS_MS;
  const startedUnixMs = wallClockMs - WARM_UP_US / 1000;
  const host: HostCapabilities = { canHoldRing: true, canRingLate: true, canWatch: setting.canWatch };
  const call = `c-${String(number).padStart(4, '0')}`;
  const desks = profile.ownDesks;
  const track = trackCall({ call, desks, host, wallClock: wallClockMs }, profile);
  let nowMs = 0;
  let ending: Ending | undefined;
  let scanAtMs: number | undefined;
  let asked: CallAction[] = [];

  const feed = (event: CallEvent): void => {
    for (const action of track.feed(event)) {
      asked.push(action);
      if (action.action === 'start-scan') scanAtMs = event.t + SCAN_START_MS;
      if (action.action === 'stop-scan') stopScan();
    }
  };
  const radio: OfficeRadio = openRadio({
    seed,
    keys,
    startedUnixMs,
    hasOwnPower: setting.hasOwnPower,
    onReport: ({ atUs, ...heard }) => feed({ t: (atUs - WARM_UP_US) / 1000, event: 'advertisement', ...heard }),
  });
  if (setting.hasForger) addForger(radio, keys, startedUnixMs);
  radio.placePhone(setting.at, setting.pose, call);
  radio.air.advanceTo(WARM_UP_US);

  const startScan = (): void => {
    scanAtMs = undefined;
    if (setting.isBluetoothOn) {
      radio.startScan();
      feed({ t: nowMs, event: 'scan-started', mode: 'low-latency' });
    } else {
      feed({ t: nowMs, event: 'scan-failed', reason: 'bluetooth-off' });
    }
  };
  const stopScan = (): void => {
    scanAtMs = undefined;
    radio.stopScan();
  };

  feed({ t: 0, event: 'call', deadlineMs: DEADLINE_MS });
  return {
    track,
    nowMs: () => nowMs,
    ringing: () => ringingOf(track, ending),
    isOver: () => ending !== undefined,
    advanceTo(untilMs) {
      while (nowMs < untilMs && ending === undefined) {
        const deadlineMs = track.nextDeadlineMs() ?? untilMs;
        nowMs = Math.max(nowMs, Math.min(untilMs, Math.ceil(deadlineMs), scanAtMs ?? untilMs));
        radio.air.advanceTo(WARM_UP_US + Math.round(nowMs * 1000));
        if (scanAtMs !== undefined && nowMs >= scanAtMs) startScan();
        if (nowMs >= (track.nextDeadlineMs() ?? Number.POSITIVE_INFINITY)) feed({ t: nowMs, event: 'tick' });
      }
      const actions = asked;
      asked = [];
      return actions;
    },
    move: (at, pose) => radio.placePhone(at, pose, call),
    end(how) {
      if (ending !== undefined) return;
      ending = how;
      feed(how === 'hung-up' ? { t: nowMs, event: 'call-ended' } : { t: nowMs, event: 'answered', by: how });
      feed({ t: nowMs, event: 'end' });
    },
    toTrace: () =>
      [
        encodeTraceHeader({ call, desks, host, wallClockMs }),
        ...track.events.map(({ event }) => encodeTraceEvent(event)),
        '',
      ].join('\n'),
  };
}

function ringingOf(track: CallTrack, ending: Ending | undefined): Ringing {
  if (ending !== undefined) {
    return {
      desk: ending === 'desk' ? 'answered' : 'quiet',
      mobile: ending === 'this-phone' ? 'answered' : 'idle',
    };
  }
  const { phase, ringsAtMs } = track.state();
  if (phase === 'deciding') return { desk: 'ringing', mobile: 'listening' };
  if (phase === 'ringing') return { desk: 'ringing', mobile: 'ringing' };
  return { desk: 'ringing', mobile: 'quiet', ...(ringsAtMs === undefined ? {} : { ringsAtMs }) };
}
