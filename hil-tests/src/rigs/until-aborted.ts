/**
 * Waits for something that nobody else can end, a person or a call under way, no longer than until the signal.
 * @throws the signal's reason when it comes first, or has come already.
 */
export async function untilAborted<T>(signal: AbortSignal, waiting: T | Promise<T>): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([waiting, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
