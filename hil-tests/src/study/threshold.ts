import type { RandomStream } from './random-stream.js';
import { quantileOf } from './statistics.js';

/** Scores of calls of one class. */
export type ScoreList = readonly number[];

/** Calls of one own class, and its share of all calls at the desk. */
export interface WeightedScores {
  readonly scores: ScoreList;
  readonly weight: number;
}

/**
 * The threshold that the worst class keeps: a score above it silences, and of no class more than the allowed share does.
 * @param away scores per class out of earshot.
 * @param falseSilence allowed share, 0..1.
 * @throws RangeError when a class is empty.
 */
export function thresholdFor(away: readonly ScoreList[], falseSilence: number): number {
  return Math.max(...away.map((scores) => orderStatistic(descending(scores), falseSilence)));
}

/** @returns the share of calls that a threshold silences, weighted over classes. */
export function silencedShare(own: readonly WeightedScores[], threshold: number): number {
  return own.reduce(
    (sum, { scores, weight }) => sum + (weight * scores.filter((score) => score > threshold).length) / scores.length,
    0,
  );
}

/**
 * 95 % interval of the share silenced, from a bootstrap over calls: those at the desk and those that set the threshold are
 * drawn again, each class for itself.
 */
export function bootstrapSilenced(
  away: readonly ScoreList[],
  own: readonly WeightedScores[],
  falseSilence: number,
  random: RandomStream,
  replicates = 400,
): { readonly low: number; readonly high: number } {
  const sortedAway = away.map(descending);
  const sortedOwn = own.map(({ scores, weight }) => ({ scores: descending(scores), weight }));
  const shares = Array.from({ length: replicates }, () => {
    const threshold = Math.max(...sortedAway.map((scores) => resampledOrderStatistic(scores, falseSilence, random)));
    return sortedOwn.reduce((sum, { scores, weight }) => {
      const above = countAbove(scores, threshold);
      let hits = 0;
      for (let i = 0; i < scores.length; i += 1) if (random.uniform() * scores.length < above) hits += 1;
      return sum + (weight * hits) / scores.length;
    }, 0);
  });
  return { low: quantileOf(shares, 0.025), high: quantileOf(shares, 0.975) };
}

function descending(scores: ScoreList): ScoreList {
  if (scores.length === 0) throw new RangeError('away: expected scores of each class, got none');
  return [...Float64Array.from(scores).sort()].reverse();
}

function orderStatistic(sorted: ScoreList, falseSilence: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(falseSilence * sorted.length))] as number;
}

/** The same order statistic of a sample drawn with replacement, by the order statistics of uniform numbers. */
function resampledOrderStatistic(sorted: ScoreList, falseSilence: number, random: RandomStream): number {
  const n = sorted.length;
  const rank = Math.min(n - 1, Math.floor(falseSilence * n));
  let u = 0;
  for (let i = 0; i <= rank; i += 1) u = 1 - (1 - u) * (1 - random.uniform()) ** (1 / (n - i));
  return sorted[Math.min(n - 1, Math.floor(u * n))] as number;
}

/** @param sorted descending. */
function countAbove(sorted: ScoreList, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) > threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
