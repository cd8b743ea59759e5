import { heardUntil, type Packet } from './peer.js';
import { quantileOf } from './statistics.js';

/** Herald, the contact tracing library: the median of a minute. */

const WINDOW_MS = 60_000;
const WEAKEST_DBM = -99;
const STRONGEST_DBM = -10;

/**
 * A.11: the median of the levels from −99 to −10 dBm.
 * @returns dBm, or `undefined` of nothing.
 */
export function minuteMedianAt(packets: readonly Packet[], atMs: number): number | undefined {
  const levels = heardUntil(packets, atMs)
    .filter(({ tMs, rssiDbm }) => atMs - tMs <= WINDOW_MS && rssiDbm >= WEAKEST_DBM && rssiDbm <= STRONGEST_DBM)
    .map(({ rssiDbm }) => rssiDbm);
  return quantileOf(levels, 0.5);
}
