import { logDistanceM } from './distance-curves.js';
import { heardUntil, type Packet } from './peer.js';

/** Bermuda (agittins, commit cd46d17): the distance of one scanner. */

const CYCLE_MS = 1050;
const EXPONENT = 3;
const DEFAULT_POWER_DBM = -55;
const STALE_MS = 30_000;
const MOST_READINGS = 20;
const MOST_VELOCITIES = 10;
/** Faster than this nobody walks off: the reading before it is taken once more. */
const FASTEST_M_PER_S = 3;
/** A level that Bermuda drops; no other. */
const NOT_AVAILABLE_DBM = -127;
const AREA_M = 20;

/** The end of the first cycle. */
export const BERMUDA_FIRST_ANSWER_MS = CYCLE_MS;

interface Reading {
  readonly distanceM: number;
  readonly tMs: number;
}

/**
 * A.7: every 1.05 s the newest packet alone is taken. The answer is the mean of running minima, so that it approaches at
 * once and retreats over some twenty cycles.
 * @param powerAt1mDbm −55 when absent.
 * @returns metres, or `undefined` without a fresh reading.
 */
export function bermudaDistanceM(
  packets: readonly Packet[],
  atMs: number,
  powerAt1mDbm = DEFAULT_POWER_DBM,
): number | undefined {
  const usable = packets.filter(({ rssiDbm }) => rssiDbm !== NOT_AVAILABLE_DBM);
  let readingsM: readonly number[] = [];
  let history: readonly Reading[] = [];
  let answerM: number | undefined;
  let newest: Packet | undefined;
  for (let cycleMs = CYCLE_MS; cycleMs <= atMs; cycleMs += CYCLE_MS) {
    const latest = heardUntil(usable, cycleMs).at(-1);
    if (latest === undefined) continue;
    if (cycleMs - latest.tMs > STALE_MS) {
      readingsM = [];
      answerM = undefined;
      continue;
    }
    const distanceM = logDistanceM(latest.rssiDbm, powerAt1mDbm, EXPONENT);
    if (latest !== newest) history = [{ distanceM, tMs: latest.tMs }, ...history].slice(0, MOST_VELOCITIES);
    newest = latest;
    const before = readingsM[0];
    const taken = before !== undefined && velocityOf(history) > FASTEST_M_PER_S ? before : distanceM;
    readingsM = [taken, ...readingsM].slice(0, MOST_READINGS);
    answerM = before === undefined ? distanceM : Math.min(distanceM, meanOfMinima(distanceM, readingsM));
  }
  return answerM;
}

/** A.7, A.13: Bermuda puts a device into the area of the nearest scanner within 20 m; there is one scanner here. */
export function isInAreaAt(packets: readonly Packet[], atMs: number, powerAt1mDbm = DEFAULT_POWER_DBM): boolean {
  const distanceM = bermudaDistanceM(packets, atMs, powerAt1mDbm);
  return distanceM !== undefined && distanceM <= AREA_M;
}

/** @returns metres a second away from the scanner: the last step, or, when it leads away, the fastest since any older reading. */
function velocityOf(history: readonly Reading[]): number {
  const [latest, before, ...older] = history;
  if (latest === undefined || before === undefined) return 0;
  let velocity = speedBetween(before, latest);
  if (velocity < 0) return velocity;
  for (const reading of older) velocity = Math.max(velocity, speedBetween(reading, latest));
  return velocity;
}

function speedBetween(from: Reading, to: Reading): number {
  const seconds = (to.tMs - from.tMs) / 1000;
  return seconds > 0 ? (to.distanceM - from.distanceM) / seconds : 0;
}

/** The mean over k of the least of this reading and the newest k. */
function meanOfMinima(distanceM: number, readingsM: readonly number[]): number {
  let least = distanceM;
  let sum = 0;
  for (const readingM of readingsM) {
    least = Math.min(least, readingM);
    sum += least;
  }
  return sum / readingsM.length;
}
