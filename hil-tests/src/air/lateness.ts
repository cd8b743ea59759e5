/** How late the pump was: a bounded window of measurements and their quantiles. */

export interface LatenessSummary {
  /** Measurements ever taken; the quantiles are of the last 4096. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface LatenessMeter {
  record(latenessMs: number): void;
  /** `undefined` before the first measurement. */
  summarize(): LatenessSummary | undefined;
}

const windowSize = 4096;

export function createLatenessMeter(): LatenessMeter {
  const window = new Float64Array(windowSize);
  let count = 0;
  let maxMs = 0;

  return {
    record: (latenessMs) => {
      window[count % windowSize] = latenessMs;
      count += 1;
      maxMs = Math.max(maxMs, latenessMs);
    },
    summarize: () => {
      if (count === 0) return undefined;
      const sorted = window.slice(0, Math.min(count, windowSize)).sort();
      const quantile = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
      return { count, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs };
    },
  };
}
