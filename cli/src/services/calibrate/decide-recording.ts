import {
  type CallEvent,
  type CallState,
  createCall,
  type Reason,
  type SiteModel,
  type SiteProfile,
  step,
} from '@deskbeacon/proximity-core';
import type { Recording } from './recording.js';

/** A call decides within so long; a recording is cut into as many calls as fit. */
export const WINDOW_MS = 1500;
const MOST_WINDOWS = 40;
/** A window that ends with the recording may be so much shorter: the last packet is not the last moment. */
const SLACK_MS = 200;

/** One window of a recording, decided as a call. */
export interface DecidedWindow {
  readonly wasSilenced: boolean;
  readonly reason: Reason;
  /** Of the look nearest to silence: nats above the line, negative below. */
  readonly marginNats: number;
  /** Whether the window says anything of the place: not where the scanner or the keys were at fault. */
  readonly isFit: boolean;
  /** Levels relative to 1 m, dB; absent where not heard. */
  readonly ownDb?: number;
  readonly strongestOtherDb?: number;
}

/** Reasons to ring that a working phone gives for what it heard. All others tell of a fault, and a fault proves nothing about a place. */
const fitReasons: ReadonlySet<Reason> = new Set([
  'at-own-desk',
  'away',
  'unsure',
  'own-desk-not-heard',
  'too-few-packets',
]);

/** The profile with which an owner's phone would have decided, at one desk and with this model. */
export function profileFor(desk: string, profile: SiteProfile, fingerprints: SiteModel | undefined): SiteProfile {
  return {
    ...profile,
    ownDesks: [desk],
    // The administrator's switch and a stale calibration ring whatever is heard; a walk asks what the evidence says.
    ringAll: false,
    model: fingerprints === undefined ? { calibration: 'none' } : { calibration: 'current', fingerprints },
  };
}

/** @returns what each window of a recording came to, at least one. */
export function decideRecording(recording: Recording, profile: SiteProfile): readonly DecidedWindow[] {
  return playRecording(recording, profile).map(resultOf);
}

/**
 * Plays a recording as calls that come in one after the other, each cold, through the reducer that phones run.
 * @param profile from `profileFor`.
 * @returns the call of each window after its end, at least one.
 */
export function playRecording(recording: Recording, profile: SiteProfile): readonly CallState[] {
  return windowsOf(recording.events).map(({ startMs, events }) => {
    let state = createCall({ profile, wallClockMs: (recording.wallClockMs ?? 0) + startMs });
    for (const event of events) state = step(state, event).state;
    return state;
  });
}

interface Window {
  readonly startMs: number;
  readonly events: readonly CallEvent[];
}

/** Only what the radio did is taken over: calls, audio routes and outcomes in a recording are not those of the windows. */
function windowsOf(events: readonly CallEvent[]): readonly Window[] {
  const startMs = events.find(({ event }) => event === 'scan-started')?.t ?? 0;
  const endMs = events.at(-1)?.t ?? startMs;
  const count = Math.min(Math.max(Math.floor((endMs - startMs + SLACK_MS) / WINDOW_MS), 1), MOST_WINDOWS);
  return Array.from({ length: count }, (_, i) => cut(events, startMs + i * WINDOW_MS));
}

function cut(events: readonly CallEvent[], startMs: number): Window {
  const kept: CallEvent[] = [{ t: 0, event: 'call', deadlineMs: WINDOW_MS }];
  const before = events.filter(({ t, event }) => t < startMs && event.startsWith('scan-')).at(-1);
  if (before?.event === 'scan-started') kept.push({ ...before, t: 0 });
  for (const event of events) {
    if (event.t < startMs || event.t >= startMs + WINDOW_MS) continue;
    if (isOfRadio(event)) kept.push({ ...event, t: event.t - startMs });
  }
  kept.push({ t: WINDOW_MS, event: 'end' });
  return { startMs, events: kept };
}

function isOfRadio({ event }: CallEvent): boolean {
  return event.startsWith('scan-') || event === 'advertisement' || event === 'sighting' || event === 'ranging';
}

function resultOf({ decision, looks, evidence, site }: CallState): DecidedWindow {
  if (decision === undefined) throw new Error('a call with an end was not decided');
  const own = evidence.beacons[site.ownDesks[0] as string];
  const others = Object.entries(evidence.beacons).filter(([desk]) => !site.ownDesks.includes(desk));
  return {
    wasSilenced: decision.decision === 'silence',
    reason: decision.reason,
    marginNats: looks.reduce((best, look) => Math.max(best, look.marginNats), -20),
    isFit: fitReasons.has(decision.reason),
    ...(own === undefined ? {} : { ownDb: median(own.levelsDb) }),
    ...(others.length === 0 ? {} : { strongestOtherDb: Math.max(...others.map(([, { strongestDb }]) => strongestDb)) }),
  };
}

function median(levels: readonly number[]): number {
  return [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 2)] ?? Number.NaN;
}
