import {
  type CallEvent,
  compileLookup,
  encodeHex,
  type IdentityLookup,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import type { Listener } from '../pairing/listener.js';
import { resolveFrame } from '../scan-site.js';
import type { HeardLevel } from './levels-of.js';
import type { PoseLabel } from './pose-label.js';
import type { Recording } from './recording.js';

/** This computer as a recorder: it listens all the time and keeps what it hears while a pose is recorded. */
export interface WalkRecorder {
  begin(): void;
  /** @returns the recording; `undefined` when none was begun. */
  end(label: Omit<PoseLabel, 'phone' | 'receiver'>): Recording | undefined;
  readonly isRecording: () => boolean;
  stop(): void;
}

/** Identities change while one walks. */
const COMPILE_EVERY_MS = 5000;
const MOST_EVENTS = 100_000;
const NO_LEVEL = 127;

/** @param onHeard told of every packet of the site that is heard while a pose is recorded. */
export function createWalkRecorder(
  listener: Listener,
  profile: SiteProfile,
  { nowUnixMs, onHeard }: { readonly nowUnixMs: () => number; readonly onHeard: (heard: HeardLevel) => void },
): WalkRecorder {
  const powers = new Map(profile.beacons.map(({ desk, measuredPowerDbm }) => [desk, measuredPowerDbm]));
  let lookup: IdentityLookup | undefined;
  let compiledAtMs = 0;
  let events: CallEvent[] | undefined;
  let startedMs = 0;
  let startedUnixMs = 0;
  const stop = listener.onReport(({ data, rssiDbm, atMs }) => {
    if (events === undefined || events.length >= MOST_EVENTS) return;
    events.push({
      t: Math.max(0, atMs - startedMs),
      event: 'advertisement',
      address: '',
      rssiDbm,
      data: encodeHex(data),
    });
    if (lookup === undefined || atMs - compiledAtMs > COMPILE_EVERY_MS) {
      lookup = compileLookup(profile, nowUnixMs());
      compiledAtMs = atMs;
    }
    const desk = resolveFrame(data, lookup)?.beacon;
    const powerDbm = desk === undefined ? undefined : powers.get(desk);
    if (desk !== undefined && powerDbm !== undefined && rssiDbm !== NO_LEVEL)
      onHeard({ desk, levelDb: rssiDbm - powerDbm, atMs });
  });
  return {
    begin() {
      startedMs = performance.now();
      startedUnixMs = nowUnixMs();
      events = [{ t: 0, event: 'scan-started', mode: 'low-latency' }];
    },
    end(label) {
      const heard = events;
      events = undefined;
      if (heard === undefined) return undefined;
      heard.push({ t: performance.now() - startedMs, event: 'end' });
      return {
        source: `pose ${label.pose}`,
        label: { ...label, phone: 'laptop', receiver: 'laptop' },
        wallClockMs: startedUnixMs,
        events: heard,
      };
    },
    isRecording: () => events !== undefined,
    stop,
  };
}
