import { heardUntil, levelsOf, type Packet } from './peer.js';
import { meanOf } from './statistics.js';

/** AltBeacon android-beacon-library (commit 42e672e): its two filters. */

const CYCLE_MS = 1100;
const EXPIRY_MS = 20_000;
/** A level that Android gives where it has none; the only one that AltBeacon drops. */
const NOT_AVAILABLE_DBM = 127;

/** The end of the first scan cycle, in the foreground. */
export const ALTBEACON_FIRST_ANSWER_MS = CYCLE_MS;

/**
 * A.1 `RunningAverageRssiFilter`: the mean of 20 s without the ⌊n/10⌋ + 1 strongest and weakest, at the end of each cycle.
 * @returns dBm, or `undefined` before the end of a cycle in which something was heard.
 */
export function runningAverageAt(packets: readonly Packet[], atMs: number): number | undefined {
  if (atMs < CYCLE_MS) return undefined;
  const cycleEndMs = Math.floor(atMs / CYCLE_MS) * CYCLE_MS;
  const levels = heardUntil(packets, cycleEndMs)
    .filter(({ tMs, rssiDbm }) => cycleEndMs - tMs < EXPIRY_MS && rssiDbm !== NOT_AVAILABLE_DBM)
    .map(({ rssiDbm }) => rssiDbm);
  return trimmedMean(levels);
}

/**
 * The mean without the strongest and the weakest.
 * @returns dBm; of one or two levels, their plain mean; `undefined` of none.
 */
export function trimmedMean(levelsDbm: readonly number[]): number | undefined {
  if (levelsDbm.length <= 2) return meanOf(levelsDbm);
  const sorted = [...levelsDbm].sort((a, b) => a - b);
  const dropped = Math.floor(sorted.length / 10) + 1;
  return meanOf(sorted.slice(dropped, sorted.length - dropped));
}

/**
 * A.2 `ArmaRssiFilter`: a ← a − c (a − r). The original keeps a whole number and cuts towards 0 at every step, so that it
 * rises with any stronger packet and falls only for one that is 1/c dB weaker; `isWhole` false is what was meant.
 * @param speed c, 0..1; 0.1 by default there.
 */
export function armaAt(packets: readonly Packet[], atMs: number, speed: number, isWhole: boolean): number | undefined {
  let level: number | undefined;
  for (const rssiDbm of levelsOf(heardUntil(packets, atMs))) {
    if (rssiDbm === NOT_AVAILABLE_DBM) continue;
    if (level === undefined) level = rssiDbm;
    else {
      const next: number = level - speed * (level - rssiDbm);
      level = isWhole ? Math.trunc(next) : next;
    }
  }
  return level;
}
