import { logDistanceM } from './distance-curves.js';
import { heardUntil, levelsOf, type Packet } from './peer.js';
import { meanOf, quantileOf } from './statistics.js';

/** ESPresense (commit a6f1105), and the two filters that it had before. No packet is dropped for its level. */

const WINDOW_MS = 15_000;
/** Places in its ring. After 10 s it adapts to 1.5 times the rate; no call lasts that long. */
const MOST_PACKETS = 20;
/** `absorption`. */
const EXPONENT = 2.7;
/** Of a device that states no power: −65 dBm at the receiver and a transmitter of −6 dBm. */
const DEFAULT_POWER_DBM = -71;
/** Persons are counted from the nearer, and until the farther (`count_enter`, `count_exit`). */
const ENTER_M = 2;
const EXIT_M = 4;

function windowAt(packets: readonly Packet[], atMs: number): readonly number[] {
  const heard = heardUntil(packets, atMs).filter(({ tMs }) => atMs - tMs <= WINDOW_MS);
  return levelsOf(heard.slice(-MOST_PACKETS));
}

/**
 * A.5 `medianIQR`: despite its name, the mean of what lies within Tukey's fences (1.5 interquartile ranges).
 * @returns dBm, or `undefined` of nothing.
 */
export function medianIqrAt(packets: readonly Packet[], atMs: number): number | undefined {
  const levels = windowAt(packets, atMs);
  const lower = quantileOf(levels, 0.25);
  const upper = quantileOf(levels, 0.75);
  if (lower === undefined || upper === undefined) return undefined;
  const reach = 1.5 * (upper - lower);
  const kept = levels.filter((level) => level >= lower - reach && level <= upper + reach);
  return meanOf(kept) ?? quantileOf(levels, 0.5);
}

/** A.6, March 2025: the 75th percentile of the same window. */
export function upperQuartileAt(packets: readonly Packet[], atMs: number): number | undefined {
  return quantileOf(windowAt(packets, atMs), 0.75);
}

/** A.5: metres of a level. */
export function espresenseDistanceM(levelDbm: number, powerAt1mDbm = DEFAULT_POWER_DBM): number {
  return logDistanceM(levelDbm, powerAt1mDbm, EXPONENT);
}

/**
 * A.5, counting: near from 2 m on, until further than 4 m. It looks after each packet.
 * @param powerAt1mDbm −71 when absent.
 */
export function isCountedAt(packets: readonly Packet[], atMs: number, powerAt1mDbm = DEFAULT_POWER_DBM): boolean {
  let isCounted = false;
  for (const { tMs } of heardUntil(packets, atMs)) {
    const level = medianIqrAt(packets, tMs);
    if (level === undefined) continue;
    isCounted = espresenseDistanceM(level, powerAt1mDbm) <= (isCounted ? EXIT_M : ENTER_M);
  }
  return isCounted;
}

const SPIKE_RING = 12;
const SPIKE_M = 1;
const CUTOFF_HZ = 0.1;
const SLOPE_CUTOFF_HZ = 0.005;
const SLOPE_SHARE = 0.001;
const LEAST_STEP_S = 0.05;

/**
 * A.6, version 3: on metres, with a guard against spikes before it. It bears the name of the 1 € filter, but the cutoff
 * does not follow the speed, which leaves a low-pass of 0.1 Hz.
 * @param powerAt1mDbm −71 when absent.
 * @returns metres, or `undefined` before the first packet.
 */
export function oneEuroDistanceM(
  packets: readonly Packet[],
  atMs: number,
  powerAt1mDbm = DEFAULT_POWER_DBM,
): number | undefined {
  const heard = heardUntil(packets, atMs);
  const first = heard[0];
  if (first === undefined) return undefined;
  const firstM = espresenseDistanceM(first.rssiDbm, powerAt1mDbm);
  const ring = new Array<number>(SPIKE_RING).fill(firstM);
  let filteredM = firstM;
  let shownM = firstM;
  for (let i = 1; i < heard.length; i += 1) {
    const { tMs, rssiDbm } = heard[i] as Packet;
    const stepS = Math.max((tMs - (heard[i - 1] as Packet).tMs) / 1000, LEAST_STEP_S);
    const rawM = espresenseDistanceM(rssiDbm, powerAt1mDbm);
    ring[(i - 1) % SPIKE_RING] = rawM;
    const ringMeanM = meanOf(ring) as number;
    const metres = Math.abs(rawM - ringMeanM) > SPIKE_M ? ringMeanM : rawM;
    filteredM += smoothing(CUTOFF_HZ, stepS) * (metres - filteredM);
    const slope = (smoothing(SLOPE_CUTOFF_HZ, stepS) * (metres - shownM)) / stepS;
    shownM = filteredM + SLOPE_SHARE * slope;
  }
  return shownM;
}

/** The share by which a first-order low-pass follows in one step. */
function smoothing(cutoffHz: number, stepS: number): number {
  return 1 / (1 + 1 / (2 * Math.PI * cutoffHz * stepS));
}
