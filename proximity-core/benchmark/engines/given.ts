import { type CallEvent, encodeTraceEvent } from '@deskbeacon/proximity-core';
import { BEACONS, heardIn, officeProfile, WALL_CLOCK_MS } from '../office.js';

/** What the scripts that engines run find as `given`: requests and events as the JSON texts that a host would pass. */
export interface Given {
  readonly wallClockMs: number;
  readonly prepare: string;
  readonly openProfile: string;
  /** The events with which a call begins. */
  readonly begin: readonly string[];
  /** Of each call its batches, one packet of each of the fifteen beacons. */
  readonly calls: readonly (readonly (readonly string[])[])[];
  readonly packetsInCall: number;
  /** At the deadline. */
  readonly end: string;
  readonly turns: number;
  readonly packets: number;
  readonly samples: number;
}

export const DEADLINE_MS = 1500;
const INTERVAL_MS = 100;
const TURNS = 21;
const SAMPLES = 20;

/**
 * @param desks 1..50, of which the first fifteen are in range.
 * @param calls how many different ones.
 */
export function givenFor(desks: number, calls: number, seed: number, packets = 0): Given {
  const profile = officeProfile(desks);
  const text = (event: CallEvent): string => encodeTraceEvent(event);
  const heard = Array.from({ length: calls }, (_, i) => heardIn(DEADLINE_MS, INTERVAL_MS, seed + i, true));
  const request = JSON.stringify({ profile, wallClockMs: WALL_CLOCK_MS });
  return {
    wallClockMs: WALL_CLOCK_MS,
    prepare: request,
    openProfile: request,
    begin: [
      text({ t: 0, event: 'call', deadlineMs: DEADLINE_MS }),
      text({ t: 0, event: 'scan-started', mode: 'low-latency' }),
    ],
    calls: heard.map((events) => batchesOf(events.map(text))),
    packetsInCall: heard[0]?.length ?? 0,
    end: text({ t: DEADLINE_MS, event: 'tick' }),
    turns: TURNS,
    packets,
    samples: SAMPLES,
  };
}

/** Each beacon sends once in an interval, so that fifteen packets in a row are of fifteen beacons. */
function batchesOf(events: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: events.length / BEACONS }, (_, i) => events.slice(BEACONS * i, BEACONS * (i + 1)));
}
