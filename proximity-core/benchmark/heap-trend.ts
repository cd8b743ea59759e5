/** Whether memory grows, from samples that follow each other. */

export interface HeapTrend {
  readonly packets: number;
  readonly samples: number;
  readonly firstOctets: number;
  readonly lastOctets: number;
  /** Least squares over the last three quarters of the samples, octets in 100 000 packets, and its 95 % interval. */
  readonly slopeOctets: number;
  readonly slopeInterval: readonly [number, number];
  /** Whether a million packets more would add less than one part in a hundred, at the upper end of the interval. */
  readonly isFlat: boolean;
}

const PER_PACKETS = 100_000;
/** Student's t for 95 %, by degrees of freedom from 1; beyond the table that of 15. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13];

/**
 * @param samples packets so far and octets in use then, in order; at least 8.
 * @throws RangeError for fewer: a line through less says nothing.
 */
export function trendOf(samples: readonly (readonly [number, number])[]): HeapTrend {
  if (samples.length < 8) throw new RangeError(`samples: expected 8 or more, got ${samples.length}`);
  const [first, last] = [samples[0], samples.at(-1)] as [readonly [number, number], readonly [number, number]];
  // Caches fill and code is compiled at first.
  const kept = samples.slice(Math.ceil(samples.length / 4));
  const n = kept.length;
  const mean = (i: 0 | 1): number => kept.reduce((sum, sample) => sum + sample[i], 0) / n;
  const [meanX, meanY] = [mean(0), mean(1)];
  const sxx = kept.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = kept.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / sxx;
  const residual = kept.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const half = (STUDENT[Math.min(n - 2, STUDENT.length) - 1] as number) * Math.sqrt(residual / (n - 2) / sxx);
  return {
    packets: last[0],
    samples: samples.length,
    firstOctets: first[1],
    lastOctets: last[1],
    slopeOctets: slope * PER_PACKETS,
    slopeInterval: [(slope - half) * PER_PACKETS, (slope + half) * PER_PACKETS],
    isFlat: (slope + half) * 1e6 < last[1] / 100,
  };
}
