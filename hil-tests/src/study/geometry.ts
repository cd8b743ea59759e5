import type { CallEvent, TraceHeader } from '@deskbeacon/proximity-core';
import { officeParameters } from './parameters.js';
import { replayCall } from './score.js';

/** Where the shipped rule silences, over the level of the own beacon and that of the one other that is heard. */
export interface Geometry {
  readonly ownDbm: readonly number[];
  readonly otherDbm: readonly number[];
  /** One row for each level of the own beacon, one letter for each of the other: `s` silenced, `r` rang. */
  readonly planKnown: readonly string[];
  readonly planUnknown: readonly string[];
}

const LOWEST_DBM = -94;
const HIGHEST_DBM = -34;
const STEP_DB = 2;
/** The desk beside. */
const OTHER_AT_M = 1.6;

/** Replays calls in which both beacons are heard every 100 ms at unchanging levels. */
export function drawGeometry(): Geometry {
  const levels: number[] = [];
  for (let level = LOWEST_DBM; level <= HIGHEST_DBM; level += STEP_DB) levels.push(level);
  const rows = (isPlanKnown: boolean): readonly string[] =>
    levels.map((own) => levels.map((other) => decide(own, other, isPlanKnown)).join(''));
  return { ownDbm: levels, otherDbm: levels, planKnown: rows(true), planUnknown: rows(false) };
}

function decide(ownDbm: number, otherDbm: number, isPlanKnown: boolean): 's' | 'r' {
  const { powerAt1mDbm, intervalMs, deadlineMs } = officeParameters;
  const header: TraceHeader = {
    call: 'geometry',
    desks: ['own'],
    host: { canHoldRing: true, canRingLate: true },
    site: { powerAt1mDbm, intervalMs, ...(isPlanKnown ? { desksM: { own: [0, 0], other: [OTHER_AT_M, 0] } } : {}) },
  };
  const events: CallEvent[] = [
    { t: 0, event: 'call', deadlineMs },
    { t: 0, event: 'scan-started', mode: 'low-latency' },
  ];
  for (let t = 10, isEid = true; t < deadlineMs; t += intervalMs, isEid = !isEid) {
    const own = { t, event: 'sighting', desk: 'own', rssiDbm: ownDbm } as const;
    events.push(isEid ? { ...own, frame: 'eid' } : { ...own, frame: 'ibeacon', authenticated: false });
    // Of others the app knows the iBeacon format alone, which is every second frame.
    if (isEid) continue;
    events.push({
      t: t + 5,
      event: 'sighting',
      desk: 'other',
      rssiDbm: otherDbm,
      frame: 'ibeacon',
      authenticated: false,
    });
  }
  events.push({ t: deadlineMs, event: 'end' });
  return replayCall(header, events, []).decision === 'silence' ? 's' : 'r';
}
