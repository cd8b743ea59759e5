import { vi } from 'vitest';

/** Timers and `performance.now()` of this process in simulated time: none passes but by `passUntil`. */
export interface SimulatedTime {
  readonly nowMs: () => number;
  /** Lets time pass, timer by timer; after each, everything that follows from it without waiting happens. */
  passUntil(isOver: () => boolean, limitMs: number): Promise<boolean>;
  pass(forMs: number): Promise<void>;
  /** How many timers are armed. */
  timers(): number;
  restore(): void;
}

interface Timer {
  atMs: number;
  readonly order: number;
  readonly everyMs: number | undefined;
  readonly act: () => void;
}

const { setImmediate: realImmediate } = globalThis;

/** Vitest's own timers wait a real millisecond for each simulated one; an hour of a daemon's life would take half a day. */
export function simulateTime(): SimulatedTime {
  const timers = new Map<object, Timer>();
  let now = 1000;
  let order = 0;

  function arm(act: () => void, afterMs: number, everyMs?: number): object {
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => true };
    order += 1;
    timers.set(handle, { atMs: now + Math.max(1, afterMs || 0), order, everyMs, act });
    return handle;
  }
  const disarm = (handle: object | undefined): void => void timers.delete(handle as object);
  vi.stubGlobal('setTimeout', (act: (...values: unknown[]) => void, ms = 1, ...values: unknown[]) =>
    arm(() => act(...values), ms),
  );
  vi.stubGlobal('setInterval', (act: () => void, ms = 1) => arm(act, ms, Math.max(1, ms)));
  vi.stubGlobal('clearTimeout', disarm);
  vi.stubGlobal('clearInterval', disarm);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);

  /** Promises and ticks that are due, and what they make due. */
  const settle = (): Promise<void> => new Promise((resolve) => void realImmediate(resolve));

  function next(): [object, Timer] | undefined {
    let found: [object, Timer] | undefined;
    for (const entry of timers) {
      const [, { atMs, order: its }] = entry;
      if (found === undefined || atMs < found[1].atMs || (atMs === found[1].atMs && its < found[1].order))
        found = entry;
    }
    return found;
  }

  async function passUntil(isOver: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = now + limitMs;
    await settle();
    while (!isOver()) {
      const found = next();
      if (found === undefined || found[1].atMs > endMs) {
        now = endMs;
        return false;
      }
      const [handle, timer] = found;
      now = timer.atMs;
      if (timer.everyMs === undefined) timers.delete(handle);
      else timer.atMs += timer.everyMs;
      timer.act();
      await settle();
    }
    return true;
  }

  return {
    nowMs: () => now,
    passUntil,
    pass: async (forMs) => void (await passUntil(() => false, forMs)),
    timers: () => timers.size,
    restore() {
      vi.unstubAllGlobals();
      clock.mockRestore();
    },
  };
}
