/** Numbers about numbers: pure functions on lists. */

/** @returns the mean; NaN for an empty list. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @returns the standard deviation of a sample. */
export function standardDeviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/**
 * The smallest value that at least a share of the list does not exceed.
 * @param share 0..1.
 * @throws RangeError for an empty list.
 */
export function quantileOf(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('values: expected at least one, got none');
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] as number;
}

/**
 * The smallest value up to which a share of the weight lies.
 * @throws RangeError for an empty list.
 */
export function weightedQuantileOf(
  values: readonly { readonly value: number; readonly weight: number }[],
  share: number,
): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const wanted = share * sorted.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (passed >= wanted * (1 - 1e-12)) return value;
  }
  throw new RangeError('values: expected at least one, got none');
}

/**
 * Exact limits of a share (Clopper and Pearson 1934).
 * @param hits of `trials`.
 * @param confidence two-sided, 0..1; the upper limit for 0.9 is the one-sided one for 95 %.
 */
export function clopperPearson(
  hits: number,
  trials: number,
  confidence = 0.95,
): { readonly low: number; readonly high: number } {
  if (trials === 0) return { low: 0, high: 1 };
  const tail = (1 - confidence) / 2;
  return {
    low: hits === 0 ? 0 : bisect((p) => 1 - binomialCdf(hits - 1, trials, p) >= tail),
    high: hits === trials ? 1 : bisect((p) => binomialCdf(hits, trials, p) <= tail),
  };
}

/** @returns the one-sided upper 95 % limit of a share. */
export function upperLimit95(hits: number, trials: number): number {
  return clopperPearson(hits, trials, 0.9).high;
}

/** The smallest p in [0, 1] from which on a monotone condition holds. */
function bisect(holds: (p: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** P(X ≤ k) of a binomial, summed from the mode of what is summed, in logarithms. */
function binomialCdf(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  // Sum the shorter tail.
  if (k > n / 2) return 1 - binomialCdf(n - k - 1, n, 1 - p);
  let sum = 0;
  let logTerm = n * Math.log1p(-p);
  const logOdds = Math.log(p) - Math.log1p(-p);
  for (let i = 0; i <= k; i += 1) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1)) + logOdds;
  }
  return Math.min(1, sum);
}
