import { classicCurve, quotientDistanceM } from './distance-curves.js';
import { heardUntil, levelsOf, type Packet } from './peer.js';
import { meanOf } from './statistics.js';

/** Ranging as Apple's CoreLocation shows itself from outside (A.9): one callback a second. Its insides are not published. */

const BIN_MS = 1000;
const LONG_MS = 20_000;
const DEFAULT_POWER_DBM = -59;
/** `near` ends here (Estimote's documentation; Apple gives no number). */
const NEAR_M = 3;

/** The end of the first second. */
export const APPLE_FIRST_ANSWER_MS = BIN_MS;

/**
 * The levels of the callbacks so far.
 * @returns the rounded mean of each whole second, dBm; `undefined` for a second in which nothing was heard.
 */
export function secondsUntil(packets: readonly Packet[], atMs: number): readonly (number | undefined)[] {
  const bins: (number | undefined)[] = [];
  for (let endMs = BIN_MS; endMs <= atMs; endMs += BIN_MS) {
    const heard = packets.filter(({ tMs }) => tMs >= endMs - BIN_MS && tMs < endMs);
    const level = meanOf(levelsOf(heard));
    bins.push(level === undefined ? undefined : Math.round(level));
  }
  return bins;
}

/** @returns the level of the last callback, dBm. */
export function lastSecondAt(packets: readonly Packet[], atMs: number): number | undefined {
  return secondsUntil(packets, atMs).at(-1);
}

/**
 * Whether the proximity of the last callback is `immediate` or `near`: less than 3 m on the mean of 20 s.
 * @param powerAt1mDbm −59 when absent.
 */
export function isAppleNearAt(packets: readonly Packet[], atMs: number, powerAt1mDbm = DEFAULT_POWER_DBM): boolean {
  if (lastSecondAt(packets, atMs) === undefined) return false;
  const callbackMs = Math.floor(atMs / BIN_MS) * BIN_MS;
  const heard = heardUntil(packets, callbackMs).filter(({ tMs }) => callbackMs - tMs < LONG_MS);
  const level = meanOf(levelsOf(heard));
  const distanceM = level === undefined ? undefined : quotientDistanceM(classicCurve, level, powerAt1mDbm);
  return distanceM !== undefined && distanceM < NEAR_M;
}
