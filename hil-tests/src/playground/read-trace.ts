import {
  createReplay,
  decodeProfile,
  decodeTraceLine,
  finishReplay,
  replayLine,
  type SiteProfile,
  type TraceHeader,
  type TraceLine,
} from '@deskbeacon/proximity-core';
import { type CallTrack, trackCall } from './call-track.js';

/** Reads what somebody drops: traces with many calls and the profile they need. What is wrong is named by its line. */

export const traceLimits = { characters: 8_000_000, calls: 500, eventsOfCall: 20_000, faults: 20 } as const;

export interface Fault {
  /** From 1; absent where the whole text is meant. */
  readonly line?: number;
  /** What was expected, or is wrong. */
  readonly problem: string;
  /** The beginning of the line. */
  readonly text?: string;
}

export interface TraceCall {
  readonly name: string;
  readonly header: TraceHeader;
  /** In the file, from 1. */
  readonly firstLine: number;
  readonly events: readonly { readonly line: number; readonly event: Extract<TraceLine, { kind: 'event' }>['event'] }[];
}

export interface TraceText {
  /** Those that are whole: a fault ends what can be replayed, as in `deskbeacon replay`. */
  readonly calls: readonly TraceCall[];
  readonly faults: readonly Fault[];
}

const SHOWN_CHARACTERS = 80;

/** @param profile needed where calls hold advertisements. */
export function readTrace(text: string, profile?: SiteProfile): TraceText {
  if (text.length > traceLimits.characters) {
    return { calls: [], faults: [{ problem: `expected at most ${traceLimits.characters} characters` }] };
  }
  const calls: { header: TraceHeader; firstLine: number; events: TraceCall['events'][number][] }[] = [];
  const faults: Fault[] = [];
  const add = (fault: Fault): void => {
    if (faults.length < traceLimits.faults) faults.push(fault);
  };
  let replay = createReplay(profile === undefined ? {} : { profile });
  let wholeCalls = 0;
  for (const [i, lineText] of text.split('\n').entries()) {
    if (lineText.trim() === '') continue;
    const at = { line: i + 1, text: lineText.slice(0, SHOWN_CHARACTERS) };
    const decoded = decodeLine(lineText);
    if (!decoded.ok) {
      add({ ...at, problem: decoded.reason });
      continue;
    }
    // Behind a fault lines are still read, to name the other faults, but nothing is decided any more.
    if (faults.length > 0) continue;
    const next = replayLine(replay, decoded.line);
    if (!next.ok) {
      add({ ...at, problem: next.reason });
      continue;
    }
    replay = next.replay;
    if (decoded.line.kind === 'header') {
      wholeCalls = calls.length;
      if (calls.length >= traceLimits.calls) add({ ...at, problem: `expected at most ${traceLimits.calls} calls` });
      else calls.push({ header: decoded.line.header, firstLine: i + 1, events: [] });
    } else {
      const events = calls[calls.length - 1]?.events;
      events?.push({ line: i + 1, event: decoded.line.event });
      if ((events?.length ?? 0) > traceLimits.eventsOfCall) {
        add({ ...at, problem: `expected at most ${traceLimits.eventsOfCall} events in a call` });
      }
    }
  }
  if (faults.length === 0) {
    const ended = finishReplay(replay);
    if (!ended.ok) add({ problem: ended.reason });
    else wholeCalls = calls.length;
    if (calls.length === 0) add({ problem: 'expected a trace: a header line, then one event a line' });
  }
  return { calls: calls.slice(0, wholeCalls).map((call) => ({ name: call.header.call, ...call })), faults };
}

/** @returns the call followed to its end. */
export function trackTrace({ header, events }: TraceCall, profile?: SiteProfile): CallTrack {
  const track = trackCall(header, profile);
  for (const { event } of events) track.feed(event);
  return track;
}

/** Whether a call holds packets that say nothing without a profile. */
export function needsProfile({ events }: TraceCall): boolean {
  return events.some(({ event }) => event.event === 'advertisement');
}

/** What one dropped file is. */
export type Dropped =
  | { readonly kind: 'trace'; readonly text: string }
  | { readonly kind: 'profile'; readonly profile: SiteProfile }
  | { readonly kind: 'bad-profile'; readonly problem: string };

/** Tells a profile from a trace by what is in it; a profile's text is never quoted, for it holds keys. */
export function sortDropped(text: string): Dropped {
  if (/^\s*eyJ[\w-]+\.[\w-]+\.[\w-]*\s*$/.test(text)) {
    return { kind: 'bad-profile', problem: 'a signed profile: expected the plain JSON that it signs' };
  }
  if (!/"deskbeacon"\s*:\s*"site-profile"/.test(text)) return { kind: 'trace', text };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'bad-profile', problem: 'not JSON' };
  }
  const decoded = decodeProfile(value);
  return decoded.ok ? { kind: 'profile', profile: decoded.profile } : { kind: 'bad-profile', problem: decoded.reason };
}

function decodeLine(text: string): ReturnType<typeof decodeTraceLine> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'not JSON: expected one object a line' };
  }
  return decodeTraceLine(value);
}
