import { clamp } from '../math/elementary.js';

/** Packets further than this from the median are moved to the edge: no single packet carries a decision. */
const CLIP_DB = 8;

/**
 * A mean that a few odd packets cannot drag: every level is clipped to the median ± 8 dB first.
 * @param levelsDb at least one level, dB.
 * @returns dB, between the smallest and the largest level.
 * @throws RangeError for an empty list.
 * @example robustMean([-60, -62, -61]) // -61
 */
export function robustMean(levelsDb: readonly number[]): number {
  if (levelsDb.length === 0) throw new RangeError('levelsDb: expected at least one level, got none');
  const sorted = levelsDb.slice().sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
  let sum = 0;
  for (const level of sorted) sum += clamp(level, median - CLIP_DB, median + CLIP_DB);
  return sum / sorted.length;
}
