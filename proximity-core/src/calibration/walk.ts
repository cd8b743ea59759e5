import type { CallEvent } from '../call/events.js';
import { observe } from '../call/observe.js';
import type { Site } from '../decision/site.js';
import { noEvidence } from '../evidence/evidence.js';
import { robustMean } from '../evidence/robust-level.js';
import type { IdentityLookup } from '../profile/lookup.js';

/** One pose of a walk: a phone held still at a desk for a second or more. */
export interface WalkPose {
  /** Where the walker stood or sat. */
  readonly desk: string;
  /** How the phone was carried; poses carried alike share what carrying takes. Free text, `any` when absent. */
  readonly carriage?: string;
  /** By the beacon's desk: mean level, dB relative to its power at 1 m, −100..60. */
  readonly levelsDb: Readonly<Record<string, number>>;
}

/** What a phone heard in one pose. */
export interface WalkRecording {
  /** Where the walker stood or sat. */
  readonly desk: string;
  /** How the phone was carried, free text; `any` when absent. */
  readonly carriage?: string;
  /** As a trace holds them: the packets of this pose alone. */
  readonly events: readonly CallEvent[];
}

/**
 * Reduces the recording of one pose to a level per beacon, by the same judgement of packets as a call's.
 * @param recording the events in order of time.
 * @param site powers of the beacons; its own desks do not matter here.
 * @param lookup needed to resolve raw advertisements.
 * @returns the pose; beacons that were not heard are absent.
 * @example walkPose({ desk: 'd-12', events: [{ t: 0, event: 'sighting', desk: 'd-12', rssiDbm: -63 }] }, siteOfTrace([], undefined)) // { desk: 'd-12', levelsDb: { 'd-12': -4 } }
 */
export function walkPose({ desk, carriage, events }: WalkRecording, site: Site, lookup?: IdentityLookup): WalkPose {
  const named = events.flatMap((event) =>
    (event.event === 'sighting' || event.event === 'ranging') && event.desk !== null ? [event.desk] : [],
  );
  // Levels are kept for own desks alone, and to a walk every desk is its own.
  const ids = lookup === undefined ? [] : [...Object.values(lookup.recognitionIds), ...Object.values(lookup.eids)];
  const ownDesks = [...new Set([...named, ...ids.filter((id): id is string => id !== null)])];
  const all: Site = { ...site, ownDesks };
  const evidence = events.reduce((before, event) => observe(before, event, all, lookup, 0), noEvidence);
  const levels = Object.entries(evidence.beacons).map(([id, beacon]): [string, number] => [
    id,
    robustMean(beacon.levelsDb),
  ]);
  return { desk, ...(carriage === undefined ? {} : { carriage }), levelsDb: Object.fromEntries(levels) };
}
