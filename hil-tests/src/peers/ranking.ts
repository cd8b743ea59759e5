import { drawUniform } from '../air/random.js';

/** How well scores rank near above far, with intervals that know that packets, calls and traces of one group are not independent. */

export interface Scored {
  /** Higher is nearer; no answer is −∞, for it rings. */
  readonly score: number;
  readonly isNear: boolean;
  /** Index of the group. */
  readonly group: number;
}

/** Near of group g against far of group h, all pairs counted once: every resampling is a weighted sum of these. */
export interface PairCounts {
  /** Pairs in which near has the higher score, ties half; [g][h]. */
  readonly wins: readonly (readonly number[])[];
  readonly pairs: readonly (readonly number[])[];
}

/** A value and the range of 95 % of its resamplings; without a range where there are fewer than two groups. */
export interface Interval {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** Counts all pairs in one pass over the sorted scores. */
export function countPairs(scored: readonly Scored[], groups: number): PairCounts {
  const table = (): number[][] => Array.from({ length: groups }, () => new Array<number>(groups).fill(0));
  const [wins, pairs] = [table(), table()];
  const farBelow = new Array<number>(groups).fill(0);
  const sorted = [...scored].sort((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0));
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.score === sorted[from]?.score) to += 1;
    const tied = sorted.slice(from, to);
    const farTied = new Array<number>(groups).fill(0);
    for (const { isNear, group } of tied) if (!isNear) farTied[group] = (farTied[group] as number) + 1;
    for (const { isNear, group } of tied) {
      if (!isNear) continue;
      const row = wins[group] as number[];
      for (let h = 0; h < groups; h += 1) {
        row[h] = (row[h] as number) + (farBelow[h] as number) + (farTied[h] as number) / 2;
      }
    }
    for (let h = 0; h < groups; h += 1) farBelow[h] = (farBelow[h] as number) + (farTied[h] as number);
    from = to;
  }
  for (const { isNear, group } of scored) {
    if (!isNear) continue;
    const row = pairs[group] as number[];
    for (let h = 0; h < groups; h += 1) row[h] = (row[h] as number) + (farBelow[h] as number);
  }
  return { wins, pairs };
}

/**
 * The area under the ROC curve: how often a near call scores higher than a far one.
 * @param weights how often each group is taken; once each when absent.
 * @returns 0..1, or `undefined` when the groups taken hold no pair.
 */
export function aucOf({ wins, pairs }: PairCounts, weights?: readonly number[]): number | undefined {
  let won = 0;
  let all = 0;
  for (let g = 0; g < wins.length; g += 1) {
    for (let h = 0; h < wins.length; h += 1) {
      const weight = weights === undefined ? 1 : (weights[g] as number) * (weights[h] as number);
      won += weight * (wins[g]?.[h] as number);
      all += weight * (pairs[g]?.[h] as number);
    }
  }
  return all === 0 ? undefined : won / all;
}

/** The same within groups alone: same people, same phones, same pose. */
export function aucWithinGroups({ wins, pairs }: PairCounts): number | undefined {
  const won = wins.reduce((sum, row, g) => sum + (row[g] as number), 0);
  const all = pairs.reduce((sum, row, g) => sum + (row[g] as number), 0);
  return all === 0 ? undefined : won / all;
}

/**
 * Draws groups with replacement.
 * @returns per resampling, how often each group is taken.
 */
export function resamplings(groups: number, count: number, seed: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, b) => {
    const weights = new Array<number>(groups).fill(0);
    for (let i = 0; i < groups; i += 1) {
      const drawn = Math.floor(drawUniform(seed, 'group', b, i) * groups);
      weights[drawn] = (weights[drawn] as number) + 1;
    }
    return weights;
  });
}

/**
 * A statistic with the 2.5th and 97.5th percentile of its resamplings.
 * @param statistic of the groups taken; resamplings of which it has no value are left out.
 * @returns `undefined` when it has no value at all.
 */
export function intervalOf(
  statistic: (weights?: readonly number[]) => number | undefined,
  samples: readonly (readonly number[])[],
): Interval | undefined {
  const value = statistic();
  if (value === undefined) return undefined;
  if ((samples[0]?.length ?? 0) < 2) return { value };
  const drawn = samples
    .map((weights) => statistic(weights))
    .filter((sample) => sample !== undefined)
    .sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.round(share * (drawn.length - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

/**
 * The mean of missed near and of passed far at the threshold where it is least: each rule with the best threshold it can have.
 * @returns 0..0.5, or `undefined` without both kinds.
 */
export function leastBalancedError(scored: readonly Scored[]): number | undefined {
  const near = scored.filter(({ isNear }) => isNear).length;
  const far = scored.length - near;
  if (near === 0 || far === 0) return undefined;
  const sorted = [...scored].sort((a, b) => b.score - a.score || 0);
  let [passedNear, passedFar, least] = [0, 0, 0.5];
  for (const [i, { score, isNear }] of sorted.entries()) {
    if (isNear) passedNear += 1;
    else passedFar += 1;
    if (sorted[i + 1]?.score === score) continue;
    least = Math.min(least, ((near - passedNear) / near + passedFar / far) / 2);
  }
  return least;
}
