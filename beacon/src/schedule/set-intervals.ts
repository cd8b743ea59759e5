import { clampPaces, type FramePace } from './queue.js';

/** advDelay is 5 ms on average: a controller's period is that much longer than its interval (Core Vol 6 Part B §4.4.2.2.1). */
const MEAN_DELAY_MS = 5;
const LEAST_MS = 20;

/**
 * Intervals with which frames that have a set each share the air as they would in turn on one: all together there are as many
 * events as one set with `intervalMs` has, for a phone's profile counts with that.
 * @param paces at least one with a weight.
 * @returns ms in the same order, at least 20.
 */
export function setIntervalsMs(paces: readonly FramePace[], intervalMs: number): readonly number[] {
  const periodMs = intervalMs + MEAN_DELAY_MS;
  const clamped = clampPaces(paces, periodMs);
  let sum = 0;
  let left = 1;
  for (const { everyMs, weight = 0 } of clamped) {
    sum += weight;
    if (everyMs !== undefined) left -= periodMs / everyMs;
  }
  return clamped.map(({ everyMs, weight = 1 }) =>
    Math.max(LEAST_MS, (everyMs ?? (periodMs * sum) / (weight * left)) - MEAN_DELAY_MS),
  );
}
