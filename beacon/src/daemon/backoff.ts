export interface Backoff {
  /** How long to wait before the next try, ms. */
  next(): number;
  /** The radio has been on the air for so long. */
  noteOnAir(forMs: number): void;
  /** What stood in the way is gone: the next wait is the shortest again. */
  reset(): void;
}

export const SHORTEST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 30_000;
/** A radio that was on the air for so long has recovered; what comes after that is another fault. */
const RECOVERED_MS = 60_000;

/**
 * Doubles from 0.5 s to 30 s. Each wait is drawn between four fifths and the whole of its step, so that the beacons of a
 * building, after a power cut or a bad update, do not all come back in the same instant.
 * @param random draws from 0 up to, but not including, 1.
 */
export function createBackoff(random: () => number): Backoff {
  let stepMs = SHORTEST_WAIT_MS;
  return {
    next() {
      const waitMs = Math.round(stepMs * (0.8 + 0.2 * random()));
      stepMs = Math.min(2 * stepMs, LONGEST_WAIT_MS);
      return waitMs;
    },
    noteOnAir(forMs) {
      if (forMs >= RECOVERED_MS) stepMs = SHORTEST_WAIT_MS;
    },
    reset() {
      stepMs = SHORTEST_WAIT_MS;
    },
  };
}
