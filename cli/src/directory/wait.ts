import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, or throws the signal's reason at once when it is aborted. */
export type Wait = (durationMs: number, signal: AbortSignal) => Promise<void>;

export const wait: Wait = async (durationMs, signal) => {
  try {
    await sleep(durationMs, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
};

/** A wait ended at its limit. */
export class LateError extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`);
    this.name = 'LateError';
  }
}

/**
 * Ends the wait for work that cannot be cancelled itself; what the work does afterwards is the caller's to clean up.
 * @throws LateError at the limit, or the signal's reason.
 */
export async function within<T>(work: Promise<T>, limitMs: number, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  // Whoever lost the race may still fail, and nobody would be there to hear it.
  work.catch(() => undefined);
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const late = sleep(limitMs, undefined, { signal: either }).then(
    () => {
      throw new LateError(limitMs);
    },
    () => signal.throwIfAborted(),
  );
  try {
    return await Promise.race([work, late as Promise<never>]);
  } finally {
    done.abort();
  }
}
