import { requireCounter, requireExponent } from './checks.js';

/** The seconds counter of a beacon, and the windows of 2^K seconds into which it falls. */

const COUNTER_SIZE = 4294967296;
/** Most windows that one instant may accept. */
const MOST_WINDOWS = 64;

/**
 * The beacon's counter: Unix seconds and its offset, modulo 2^32.
 * @param unixMs Unix milliseconds, finite.
 * @param offsetS 0..2^32−1 s.
 * @returns seconds, 0..2^32−1.
 * @throws RangeError when `unixMs` is not finite or the offset out of range.
 * @example counterAt(1500, 7) // 8
 */
export function counterAt(unixMs: number, offsetS: number): number {
  requireFinite(unixMs);
  requireCounter(offsetS);
  const seconds = (Math.floor(unixMs / 1000) + offsetS) % COUNTER_SIZE;
  return seconds < 0 ? seconds + COUNTER_SIZE : seconds;
}

/**
 * The window into which a counter falls (eddystone-eid/eid-computation.md).
 * @param counterS 0..2^32−1 s.
 * @param exponentK 0..15; a window lasts 2^K s.
 * @returns the counter with its K lowest bits cleared, seconds.
 * @throws RangeError for a counter or an exponent out of range.
 * @example windowStart(2000, 10) // 1024
 */
export function windowStart(counterS: number, exponentK: number): number {
  requireCounter(counterS);
  requireExponent(exponentK);
  return (counterS & ~((1 << exponentK) - 1)) >>> 0;
}

/**
 * The windows in which a beacon may be, for clocks that differ by up to a tolerance.
 * @param counterS what this side's clock says, 0..2^32−1.
 * @param exponentK 0..15.
 * @param toleranceS 0 or more seconds.
 * @returns window starts, oldest first, modulo 2^32; at most 64.
 * @throws RangeError for a counter, an exponent or a tolerance out of range.
 * @example acceptableWindows(1030, 10, 10) // [0, 1024]
 */
export function acceptableWindows(counterS: number, exponentK: number, toleranceS: number): readonly number[] {
  const current = windowStart(counterS, exponentK);
  if (!(toleranceS >= 0)) throw new RangeError(`toleranceS: expected 0 or more seconds, got ${toleranceS}`);
  // Counters show whole seconds: a part of one may be the step into the next.
  const wholeS = Math.ceil(toleranceS);
  const length = 1 << exponentK;
  const intoS = counterS - current;
  // The window before is still on the air when the other clock is behind by more than what has passed of this one.
  const before = Math.min(Math.ceil(Math.max(0, wholeS - intoS) / length), MOST_WINDOWS / 2 - 1);
  const after = Math.min(Math.floor((intoS + wholeS) / length), MOST_WINDOWS / 2);
  const windows: number[] = [];
  for (let i = -before; i <= after; i += 1) windows.push((current + i * length) >>> 0);
  return windows;
}

/**
 * Whether one window began before another, on a counter that wraps: the nearer way round decides.
 * @param a window start, 0..2^32−1.
 * @param b window start, 0..2^32−1.
 * @example isWindowBefore(4294966784, 0) // true
 */
export function isWindowBefore(a: number, b: number): boolean {
  const aheadS = (b - a) >>> 0;
  return aheadS > 0 && aheadS < COUNTER_SIZE / 2;
}

/**
 * The instant of the next identity change.
 * @param unixMs Unix milliseconds, finite.
 * @param offsetS 0..2^32−1 s.
 * @param exponentK 0..15.
 * @returns Unix milliseconds, later than `unixMs`.
 * @throws RangeError when `unixMs` is not finite, or offset or exponent are out of range.
 * @example nextBoundaryUnixMs(0, 0, 3) // 8000
 */
export function nextBoundaryUnixMs(unixMs: number, offsetS: number, exponentK: number): number {
  const counterS = counterAt(unixMs, offsetS);
  const leftS = windowStart(counterS, exponentK) + (1 << exponentK) - counterS;
  return (Math.floor(unixMs / 1000) + leftS) * 1000;
}

function requireFinite(unixMs: number): void {
  if (!(unixMs - unixMs === 0)) throw new RangeError(`unixMs: expected a finite number, got ${unixMs}`);
}
