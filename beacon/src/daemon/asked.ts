import { type Attempts, noAttempts } from '../control/attempts.js';

/** What the beacon is asked to do while it runs; it outlives the radio, which may be lost and opened again meanwhile. */
export interface Asked {
  /** Until when somebody may connect, on `performance.now()`'s clock; in the past when nobody may. */
  windowUntilMs(): number;
  openWindow(minutes: number): void;
  endWindow(): void;
  /** Keys or settings have changed: what is on the air has to follow. */
  changed(): void;
  /** Called after each of these. @returns a function that ends the listening. */
  onChange(listener: () => void): () => void;
  /** Of all pairing windows since the daemon's start. */
  readonly attempts: { get(): Attempts; set(next: Attempts): void };
}

const MINUTE_MS = 60_000;

/** Nobody may connect until it is asked. */
export function createAsked(nowMs: () => number): Asked {
  const listeners = new Set<() => void>();
  let windowUntilMs = nowMs();
  let attempts: Attempts = noAttempts;
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  return {
    windowUntilMs: () => windowUntilMs,
    openWindow(forMinutes) {
      windowUntilMs = nowMs() + forMinutes * MINUTE_MS;
      tell();
    },
    // Whoever holds the window ends it by itself; nothing has to be woken.
    endWindow() {
      windowUntilMs = nowMs();
    },
    changed: tell,
    onChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    attempts: {
      get: () => attempts,
      set: (next) => {
        attempts = next;
      },
    },
  };
}
