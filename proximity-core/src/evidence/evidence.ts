/** What a burst of packets amounts to: counts and levels per beacon, what was dropped and why, and how long was listened. */

import { amplitudeOf } from '../math/decibels.js';
import { ownValue } from '../own-value.js';

/** Own packets kept for the robust mean; later ones only count. A call of 1.5 s at 100 ms gives 15. */
export const MAX_LEVELS = 48;
/** A slot of scan time: packets within one slot may share a fade, and a single burst must not count as many. */
export const SLOT_MS = 100;
/** Beacons kept apart at once; a room full of strangers must not exhaust a phone. */
export const MAX_BEACONS = 512;

/** What was heard of one beacon. */
export interface BeaconEvidence {
  /** Packets that counted. */
  readonly packets: number;
  /** Of these, frames that were resolved with a key of the own desk. */
  readonly authenticated: number;
  /** Different slots in which packets were heard. */
  readonly slots: number;
  /** The last of these, counted from the call. */
  readonly lastSlot: number;
  /** Path gain in dB relative to 1 m: the RSSI less the beacon's measured power. */
  readonly strongestDb: number;
  /** The first levels in order of arrival, dB relative to 1 m; kept for own desks only. */
  readonly levelsDb: readonly number[];
  /** Of these, the levels of frames that were proven. */
  readonly provenLevelsDb: readonly number[];
  /** Cycles of an aggregate ranging API. */
  readonly cycles: number;
  /** How many of `packets` they stand for. */
  readonly rangedPackets: number;
  /** Its levels as they came. */
  readonly reported: Reported;
  /** The packet before, so that one heard twice counts once. */
  readonly last: { readonly atMs: number; readonly gainDb: number; readonly isAuthenticated: boolean };
}

/** Levels as the receiver gave them, one by one: a stuck receiver repeats the first whatever it hears. */
export interface Reported {
  /** Single packets with a level. */
  readonly count: number;
  /** Absent before the first. */
  readonly firstDbm?: number;
  /** Whether any differed from the first. */
  readonly isVaried: boolean;
}

const STUCK_AFTER = 8;
/** Well below the shortest interval, well above the time between two callbacks for one event. */
const SAME_PACKET_MS = 10;

/**
 * Whether a receiver seems to repeat one value whatever it hears: eight levels or more and all the same. Some phones do
 * (AltBeacon/android-beacon-library issues 318 and 620), and such a level says nothing about distance.
 */
export function isStuck({ count, isVaried }: Reported): boolean {
  return count >= STUCK_AFTER && !isVaried;
}

/** Whether levels differ, or are too few to: two equal ones are a coincidence or the beginning of a stuck receiver. */
export function hasVariedLevels({ count, isVaried }: Reported): boolean {
  return isVaried || count < 2;
}

/** Why a packet did not count. */
export type DropReason =
  | 'sentinel'
  | 'malformed'
  | 'unknown'
  | 'ambiguous'
  | 'stale'
  | 'ahead'
  | 'replayed'
  | 'superseded'
  | 'power-mismatch'
  | 'cached'
  | 'duplicate'
  | 'overflow';

/** What a burst of packets amounts to. Plain JSON, bounded. */
export interface Evidence {
  /** By the beacon's desk. */
  readonly beacons: Readonly<Record<string, BeaconEvidence>>;
  /** Packets of the site whose desk is not known. */
  readonly anonymousPackets: number;
  /** Sum of their amplitudes relative to 1 m. */
  readonly anonymousAmplitude: number;
  /** Packets that counted. */
  readonly used: number;
  /** Packets that did not, by why. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Scan time that is over, weighted by the duty of the scan, ms. */
  readonly exposureMs: number;
  /** Since when a scan is running, on the events' clock; absent when none is. */
  readonly scanningSinceMs?: number;
  /** How much of the time that scan listens, 0..1. */
  readonly scanDuty: number;
  /** All single packets with a level, of whichever beacon. */
  readonly reported: Reported;
  /** Start of the newest identity window heard per beacon, seconds of its counter; no more than the profile has beacons. */
  readonly windowsS: Readonly<Record<string, number>>;
  /** The same of own desks, of frames resolved with their keys alone. */
  readonly provenWindowsS: Readonly<Record<string, number>>;
}

const nothingReported: Reported = { count: 0, isVaried: false };

/** A beacon before its first packet. */
const unheard: Omit<BeaconEvidence, 'last'> = {
  packets: 0,
  authenticated: 0,
  slots: 0,
  lastSlot: -1,
  strongestDb: Number.NEGATIVE_INFINITY,
  levelsDb: [],
  provenLevelsDb: [],
  cycles: 0,
  rangedPackets: 0,
  reported: nothingReported,
};

export const noEvidence: Evidence = {
  beacons: {},
  anonymousPackets: 0,
  anonymousAmplitude: 0,
  used: 0,
  dropped: {},
  exposureMs: 0,
  scanDuty: 1,
  reported: nothingReported,
  windowsS: {},
  provenWindowsS: {},
};

/** A packet whose beacon is known. `desk` is `null` for a beacon of the site that cannot be told apart. */
export interface Sighting {
  /** Whose beacon. */
  readonly desk: string | null;
  /** On the events' clock. */
  readonly atMs: number;
  /** dB relative to the power at 1 m of this beacon's frames of this kind. */
  readonly gainDb: number;
  /** As the receiver gave it; where absent, `gainDb` stands for it. */
  readonly rssiDbm?: number;
  /** Whether a key proved it. */
  readonly isAuthenticated: boolean;
  /** Whether its desk is the owner's. */
  readonly isOwn: boolean;
  /** Of a ranging cycle: the packets behind its mean, 1 where unknown. Absent for a single packet. */
  readonly cyclePackets?: number;
}

/** A mean over one cycle weighs no more than so many packets: all of them share one fade, and nobody proved their sender. */
const MOST_PER_CYCLE = 4;

/**
 * Whether a receiver's report is a level at all. 127 means "not available" (Core Vol 4 Part E §7.7.65.2), 0 and −127
 * are what platforms put in its place, and no receiver hears a beacon at +1 dBm.
 * @param rssiDbm as reported.
 */
export function isLevel(rssiDbm: number): boolean {
  return rssiDbm > -127 && rssiDbm < 0;
}

/** Adds one packet. */
export function addSighting(evidence: Evidence, sighting: Sighting): Evidence {
  if (sighting.desk === null) {
    return {
      ...evidence,
      used: evidence.used + 1,
      anonymousPackets: evidence.anonymousPackets + 1,
      anonymousAmplitude: evidence.anonymousAmplitude + amplitudeOf(sighting.gainDb),
    };
  }
  const known = ownValue(evidence.beacons, sighting.desk);
  if (known === undefined && Object.keys(evidence.beacons).length >= MAX_BEACONS) return drop(evidence, 'overflow');
  if (known !== undefined && isDuplicate(known.last, sighting)) return drop(evidence, 'duplicate');
  const before = known ?? unheard;
  const slot = Math.floor(sighting.atMs / SLOT_MS);
  const { gainDb, rssiDbm = gainDb } = sighting;
  const isCycle = sighting.cyclePackets !== undefined;
  // Of others the strongest packet counts, and a mean is no maximum of many: their cycles are one packet each.
  const weight = sighting.isOwn ? Math.min(Math.floor(sighting.cyclePackets ?? 1), MOST_PER_CYCLE) : 1;
  const after: BeaconEvidence = {
    packets: before.packets + weight,
    authenticated: before.authenticated + (sighting.isAuthenticated ? 1 : 0),
    slots: before.slots + (!isCycle && slot !== known?.lastSlot ? 1 : 0),
    lastSlot: isCycle ? before.lastSlot : slot,
    strongestDb: Math.max(before.strongestDb, gainDb),
    levelsDb: sighting.isOwn ? withLevels(before.levelsDb, gainDb, weight) : [],
    provenLevelsDb: sighting.isAuthenticated
      ? withLevels(before.provenLevelsDb, gainDb, weight)
      : before.provenLevelsDb,
    cycles: before.cycles + (isCycle ? 1 : 0),
    rangedPackets: before.rangedPackets + (isCycle ? weight : 0),
    reported: isCycle ? before.reported : report(before.reported, rssiDbm),
    last: { atMs: sighting.atMs, gainDb, isAuthenticated: sighting.isAuthenticated },
  };
  return {
    ...evidence,
    used: evidence.used + 1,
    beacons: { ...evidence.beacons, [sighting.desk]: after },
    reported: isCycle ? evidence.reported : report(evidence.reported, rssiDbm),
  };
}

/** No beacon sends twice within 20 ms (Core Vol 4 Part E §7.8.5): the same again so soon is the same packet, told twice. */
function isDuplicate(last: BeaconEvidence['last'], { atMs, gainDb, isAuthenticated, cyclePackets }: Sighting): boolean {
  const isSame = gainDb === last.gainDb && isAuthenticated === last.isAuthenticated && cyclePackets === undefined;
  return isSame && Math.abs(atMs - last.atMs) < SAME_PACKET_MS;
}

function withLevels(levelsDb: readonly number[], gainDb: number, weight: number): readonly number[] {
  const kept = levelsDb.slice();
  for (let i = 0; i < weight && kept.length < MAX_LEVELS; i += 1) kept.push(gainDb);
  return kept;
}

function report(before: Reported, rssiDbm: number): Reported {
  const firstDbm = before.firstDbm ?? rssiDbm;
  return { count: before.count + 1, firstDbm, isVaried: before.isVaried || rssiDbm !== firstDbm };
}

/** Notes the identity window that a resolved frame belongs to. The caller has made sure that it is the newest. */
export function noteWindow(evidence: Evidence, desk: string, windowS: number, isProven: boolean): Evidence {
  const noted =
    ownValue(evidence.windowsS, desk) === windowS
      ? evidence
      : { ...evidence, windowsS: { ...evidence.windowsS, [desk]: windowS } };
  return !isProven || ownValue(noted.provenWindowsS, desk) === windowS
    ? noted
    : { ...noted, provenWindowsS: { ...noted.provenWindowsS, [desk]: windowS } };
}

/** Counts a packet that does not count. */
export function drop(evidence: Evidence, reason: DropReason): Evidence {
  return { ...evidence, dropped: { ...evidence.dropped, [reason]: (evidence.dropped[reason] ?? 0) + 1 } };
}

/** A scan began: from here on, packets that do not come are evidence. */
export function beginScan(evidence: Evidence, atMs: number, duty: number): Evidence {
  return { ...endScan(evidence, atMs), scanningSinceMs: atMs, scanDuty: duty };
}

/** A scan ended, or nothing was running. */
export function endScan(evidence: Evidence, atMs: number): Evidence {
  const { scanningSinceMs: _over, ...rest } = evidence;
  return { ...rest, exposureMs: exposureAt(evidence, atMs) };
}

/** @returns milliseconds in which the receiver was really listening, up to `atMs`. */
export function exposureAt(evidence: Evidence, atMs: number): number {
  if (evidence.scanningSinceMs === undefined) return evidence.exposureMs;
  return evidence.exposureMs + Math.max(0, atMs - evidence.scanningSinceMs) * evidence.scanDuty;
}
