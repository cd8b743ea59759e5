import type { RandomStream } from './random-stream.js';
import { quantileOf } from './statistics.js';
import { type ScoreList, silencedShare, thresholdFor, type WeightedScores } from './threshold.js';

/** The scores of one method. Two methods are paired: the same call stands at the same place in both. */
export interface MethodScores {
  /** Per class out of earshot, of the calls that set thresholds. */
  readonly away: readonly ScoreList[];
  readonly own: readonly WeightedScores[];
}

/** How much more one method silences at the desk than another, both at their threshold. */
export interface Difference {
  readonly mean: number;
  readonly low95: number;
  readonly high95: number;
}

/**
 * The difference of two methods on the same calls, with the 95 % interval of a bootstrap that draws calls, so that both methods
 * get the same draw.
 * @throws RangeError when a class of one is longer than of the other.
 */
export function pairedDifference(
  ours: MethodScores,
  theirs: MethodScores,
  falseSilence: number,
  random: RandomStream,
  replicates = 400,
): Difference {
  const pairs = [ours.away.map((scores, i) => [scores, theirs.away[i]] as const), ownPairs(ours, theirs)] as const;
  for (const [a, b] of pairs.flat()) {
    if (a.length !== b?.length)
      throw new RangeError(`scores: expected ${a.length} of the same calls, got ${b?.length}`);
  }
  const [ourOrders, theirOrders] = [ours.away.map(orderOf), theirs.away.map(orderOf)];
  const thresholdOf = (orders: readonly Order[], taken: readonly Uint16Array[]): number =>
    Math.max(...orders.map((order, i) => weightedThreshold(order, taken[i] as Uint16Array, falseSilence)));
  const ourThreshold = thresholdFor(ours.away, falseSilence);
  const theirThreshold = thresholdFor(theirs.away, falseSilence);
  const drawn = Array.from({ length: replicates }, () => {
    const away = ours.away.map(({ length }) => drawCounts(length, random));
    const [a, b] = [thresholdOf(ourOrders, away), thresholdOf(theirOrders, away)];
    return ours.own.reduce((sum, { scores, weight }, i) => {
      const others = (theirs.own[i] as WeightedScores).scores;
      let gained = 0;
      for (let n = 0; n < scores.length; n += 1) {
        const at = Math.floor(random.uniform() * scores.length);
        gained += Number((scores[at] as number) > a) - Number((others[at] as number) > b);
      }
      return sum + (weight * gained) / scores.length;
    }, 0);
  });
  return {
    mean: silencedShare(ours.own, ourThreshold) - silencedShare(theirs.own, theirThreshold),
    low95: quantileOf(drawn, 0.025),
    high95: quantileOf(drawn, 0.975),
  };
}

function ownPairs(ours: MethodScores, theirs: MethodScores): readonly (readonly [ScoreList, ScoreList | undefined])[] {
  return ours.own.map(({ scores }, i) => [scores, theirs.own[i]?.scores] as const);
}

interface Order {
  readonly scores: ScoreList;
  /** Places of the scores, the highest first. */
  readonly places: Uint32Array;
}

function orderOf(scores: ScoreList): Order {
  const places = Uint32Array.from(scores, (_, i) => i);
  places.sort((a, b) => {
    const [x, y] = [scores[a] as number, scores[b] as number];
    return x === y ? a - b : y > x ? 1 : -1;
  });
  return { scores, places };
}

function drawCounts(length: number, random: RandomStream): Uint16Array {
  const counts = new Uint16Array(length);
  for (let i = 0; i < length; i += 1) {
    const at = Math.floor(random.uniform() * length);
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

/** The threshold of one class of a resampling: how often each call was drawn is its weight. */
function weightedThreshold({ scores, places }: Order, counts: Uint16Array, falseSilence: number): number {
  const allowed = Math.floor(falseSilence * scores.length);
  let passed = 0;
  for (const place of places) {
    passed += counts[place] as number;
    if (passed > allowed) return scores[place] as number;
  }
  return Number.NEGATIVE_INFINITY;
}
