/**
 * How wrong keys are slowed down. With 128 bits nobody guesses a code; what this bounds is the work that somebody near by
 * can make a small computer do, and it leaves a number in the status that an owner can see.
 */
export interface Attempts {
  /** Since the daemon started. */
  readonly wrong: number;
  /** In a row, a minute each at most. */
  readonly inARow: number;
  readonly lastAtMs: number;
}

export const noAttempts: Attempts = { wrong: 0, inARow: 0, lastAtMs: Number.NEGATIVE_INFINITY };

const FREE = 3;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** @param nowMs on a clock that never goes back. */
export function noteWrongAttempt(attempts: Attempts, nowMs: number): Attempts {
  return { wrong: attempts.wrong + 1, inARow: attempts.inARow + 1, lastAtMs: nowMs };
}

export function noteRightAttempt(attempts: Attempts): Attempts {
  return { ...attempts, inARow: 0 };
}

/** @returns ms until the next attempt is looked at: none after three wrong ones, then 1 s, doubled each time, 60 s at most. */
export function pauseLeftMs({ inARow, lastAtMs }: Attempts, nowMs: number): number {
  if (inARow < FREE) return 0;
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (inARow - FREE), LONGEST_PAUSE_MS);
  return Math.max(0, lastAtMs + pauseMs - nowMs);
}
