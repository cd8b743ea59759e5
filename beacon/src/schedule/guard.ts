/**
 * How long before an identity change advertising is paused. It has to cover what this machine may lose between "pause now"
 * and silence on the air: a late timer and a slow answer of the controller. Both are measured; the worst of the recent
 * past counts, and is slowly forgotten.
 */
export interface Guard {
  /** Takes one measurement: how late a timer fired plus how long a command took, ms. */
  measure(delayMs: number): void;
  /** ms before the boundary. */
  leadMs(): number;
}

const LEAST_MS = 15;
/** More than this and a second advertising event would be lost at 100 ms. */
const MOST_MS = 80;
const INITIAL_MS = 25;
const MARGIN_MS = 5;
/** Of the worst seen, so much is kept at each measurement: halved after about 14 s of dwells. */
const MEMORY = 0.993;

export function createGuard(): Guard {
  let worstMs = INITIAL_MS - MARGIN_MS;
  return {
    measure(delayMs) {
      // What the guard cannot cover anyway, a suspended machine or a stepped clock, is not to be remembered for minutes.
      worstMs = Math.max(worstMs * MEMORY, Math.min(delayMs, MOST_MS - MARGIN_MS));
    },
    leadMs: () => Math.min(Math.max(worstMs + MARGIN_MS, LEAST_MS), MOST_MS),
  };
}
