/** Waits that end early: by a signal, or because something happened. */
export interface Sleeper {
  /** Resolves at `atMs` of the given clock, when woken, or when the signal aborts; never before the clock says so otherwise. */
  until(atMs: number, clockMs: () => number): Promise<void>;
  wake(): void;
}

/** A timer is set no longer than this, so that a clock that was stepped is noticed. */
const LONGEST_MS = 1_000;

export function createSleeper(signal: AbortSignal): Sleeper {
  let end: (() => void) | undefined;
  let isWoken = false;
  signal.addEventListener('abort', () => end?.());
  return {
    async until(atMs, clockMs) {
      while (!isWoken && !signal.aborted) {
        const leftMs = atMs - clockMs();
        if (leftMs <= 0) return;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(finish, Math.min(Math.ceil(leftMs), LONGEST_MS));
          end = finish;
          function finish(): void {
            clearTimeout(timer);
            end = undefined;
            resolve();
          }
        });
      }
      isWoken = false;
    },
    wake() {
      isWoken = true;
      end?.();
    },
  };
}
