/** Signals that end with what they were made for: a daemon that loses its radio a thousand times keeps no listener of each. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  abort(): void;
  /** Ends the listening on the parent. */
  unlink(): void;
}

/** @returns an abort that its parent aborts as well. */
export function linkAbort(parent: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (parent.aborted) abort();
  else parent.addEventListener('abort', abort);
  return { signal: controller.signal, abort, unlink: () => parent.removeEventListener('abort', abort) };
}

/** @returns what the work gives, or `undefined` when the signal comes first. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let end = (): void => {};
  const aborted = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Ends early at the signal. */
export function pause(forMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, forMs);
    signal.addEventListener('abort', end);
  });
}
