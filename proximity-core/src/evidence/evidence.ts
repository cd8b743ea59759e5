/** What a burst of packets amounts to: counts and levels per beacon, what was dropped and why, and how long was listened. */

import { exponential } from '../math/elementary.js';

/** Own packets kept for the robust mean; later ones only count. A call of 1.5 s at 100 ms gives 15. */
export const MAX_LEVELS = 48;
/** A slot of scan time: packets within one slot may share a fade, and a single burst must not count as many. */
export const SLOT_MS = 100;
/** Beacons kept apart at once; a room full of strangers must not exhaust a phone. */
export const MAX_BEACONS = 512;

export interface BeaconEvidence {
  /** Packets that counted. */
  readonly packets: number;
  /** Of these, frames that were resolved with a key of the own desk. */
  readonly authenticated: number;
  /** Different slots in which packets were heard. */
  readonly slots: number;
  readonly lastSlot: number;
  /** Path gain in dB relative to 1 m: the RSSI less the beacon's measured power. */
  readonly strongestDb: number;
  /** The first levels in order of arrival, dB relative to 1 m; kept for own desks only. */
  readonly levelsDb: readonly number[];
}

/** Why a packet did not count. */
export type DropReason = 'sentinel' | 'malformed' | 'unknown' | 'ambiguous' | 'stale' | 'cached' | 'overflow';

export interface Evidence {
  readonly beacons: Readonly<Record<string, BeaconEvidence>>;
  /** Packets of the site whose desk is not known. */
  readonly anonymousPackets: number;
  /** Sum of their amplitudes relative to 1 m. */
  readonly anonymousAmplitude: number;
  readonly used: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Scan time that is over, weighted by the duty of the scan, ms. */
  readonly exposureMs: number;
  /** Since when a scan is running, on the events' clock; absent when none is. */
  readonly scanningSinceMs?: number;
  readonly scanDuty: number;
}

export const noEvidence: Evidence = {
  beacons: {},
  anonymousPackets: 0,
  anonymousAmplitude: 0,
  used: 0,
  dropped: {},
  exposureMs: 0,
  scanDuty: 1,
};

/** A packet whose beacon is known. `desk` is `null` for a beacon of the site that cannot be told apart. */
export interface Sighting {
  readonly desk: string | null;
  readonly atMs: number;
  /** dB relative to the beacon's power at 1 m. */
  readonly gainDb: number;
  readonly isAuthenticated: boolean;
  readonly isOwn: boolean;
}

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
      anonymousAmplitude: evidence.anonymousAmplitude + exponential((sighting.gainDb * Math.LN10) / 20),
    };
  }
  const before = evidence.beacons[sighting.desk];
  if (before === undefined && Object.keys(evidence.beacons).length >= MAX_BEACONS) return drop(evidence, 'overflow');
  const slot = Math.floor(sighting.atMs / SLOT_MS);
  const keepsLevel = sighting.isOwn && (before?.levelsDb.length ?? 0) < MAX_LEVELS;
  const after: BeaconEvidence = {
    packets: (before?.packets ?? 0) + 1,
    authenticated: (before?.authenticated ?? 0) + (sighting.isAuthenticated ? 1 : 0),
    slots: (before?.slots ?? 0) + (before === undefined || slot !== before.lastSlot ? 1 : 0),
    lastSlot: slot,
    strongestDb: before === undefined ? sighting.gainDb : Math.max(before.strongestDb, sighting.gainDb),
    levelsDb: keepsLevel ? [...(before?.levelsDb ?? []), sighting.gainDb] : (before?.levelsDb ?? []),
  };
  return { ...evidence, used: evidence.used + 1, beacons: { ...evidence.beacons, [sighting.desk]: after } };
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
