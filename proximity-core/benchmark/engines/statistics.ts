/** The arithmetic of what engines were seen to take: pure, so that it can be shown right on made figures. */

export interface Spread {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** Octets on the heap after so many packets. */
export type Sample = readonly [packets: number, octets: number];

export interface Slope {
  /** Octets more for 10^5 packets: the straight line that fits best, and the interval that holds it 19 times in 20. */
  readonly per100kPackets: number;
  readonly low: number;
  readonly high: number;
}

/**
 * `flat`: the whole interval is under one octet kept for a packet, and `grows`: it is above. The smallest thing that could be kept
 * is a number, which is eight.
 */
export type Verdict = 'flat' | 'grows' | 'not told';

export const FLAT_OCTETS_PER_PACKET = 1;
const PACKETS = 100_000;
const FEWEST_SAMPLES = 4;
/** 97.5 % of the normal distribution lies below. */
const Z = 1.959964;

/** @param values at least one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return {
    n: sorted.length,
    min: sorted[0] ?? Number.NaN,
    median: median ?? Number.NaN,
    p95: at(0.95),
    max: sorted[sorted.length - 1] ?? Number.NaN,
  };
}

/**
 * Least squares, with Student's interval of the slope.
 * @returns nothing where there are fewer than four samples.
 */
export function slopeOf(samples: readonly Sample[]): Slope | undefined {
  const n = samples.length;
  if (n < FEWEST_SAMPLES) return undefined;
  const meanX = samples.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = samples.reduce((sum, [, y]) => sum + y, 0) / n;
  const xx = samples.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = samples.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / xx;
  const left = samples.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const half = studentOf(n - 2) * Math.sqrt(left / (n - 2) / xx);
  return { per100kPackets: slope * PACKETS, low: (slope - half) * PACKETS, high: (slope + half) * PACKETS };
}

export function verdictOf(slope: Slope | undefined): Verdict {
  const limit = FLAT_OCTETS_PER_PACKET * PACKETS;
  if (slope === undefined) return 'not told';
  if (slope.high < limit) return 'flat';
  return slope.low >= limit ? 'grows' : 'not told';
}

/** Two-sided 95 % of Student's t (Abramowitz and Stegun, 26.7.5), within 0.02 from three degrees of freedom on. */
export function studentOf(freedom: number): number {
  const terms = [
    (Z ** 3 + Z) / 4,
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96,
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384,
    (79 * Z ** 9 + 776 * Z ** 7 + 1482 * Z ** 5 - 1920 * Z ** 3 - 945 * Z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), Z);
}
