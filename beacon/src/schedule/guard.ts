/**
 * How long before an identity change advertising is paused. It has to cover what this machine may lose between "pause now"
 * and silence on the air: a late timer and a slow answer of the controller. Both are measured; the worst of the recent
 * past counts, and is slowly forgotten.
 */
export interface Guard {
  /** Takes one measurement at a change of data: how late a timer fired plus how long the command took, ms. */
  measure(delayMs: number): void;
  /**
   * Takes the same at a pause: from the instant it was planned for until the controller acknowledged it, ms. This is what
   * the guard is for, and it comes once in a window: it is forgotten by pauses, not among thousands of changes of data.
   */
  measurePause(delayMs: number): void;
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
/** The same for pauses: halved after seven windows. */
const PAUSE_MEMORY = 0.9;

export function createGuard(): Guard {
  let worstMs = INITIAL_MS - MARGIN_MS;
  let worstPauseMs = 0;
  // What the guard cannot cover anyway, a suspended machine or a stepped clock, is not to be remembered for minutes.
  const cap = (delayMs: number): number => Math.min(delayMs, MOST_MS - MARGIN_MS);
  return {
    measure(delayMs) {
      worstMs = Math.max(worstMs * MEMORY, cap(delayMs));
    },
    measurePause(delayMs) {
      worstPauseMs = Math.max(worstPauseMs * PAUSE_MEMORY, cap(delayMs));
    },
    leadMs: () => Math.min(Math.max(worstMs + MARGIN_MS, worstPauseMs + MARGIN_MS, LEAST_MS), MOST_MS),
  };
}
