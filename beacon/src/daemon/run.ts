import type { DaemonConfig } from '../config/config.js';
import { BeaconError } from '../errors.js';
import { type BeaconClock, createClock } from '../identity/clock.js';
import { deriveKeys } from '../identity/keys.js';
import { type OpenState, openState } from '../identity/state-directory.js';
import { createAdvertiser, type HciAdvertiser, type HciLink, openRadio, startBleno } from '../radio/index.js';
import { keepOnAir } from './air-time.js';
import type { Log } from './log.js';
import { createSleeper } from './sleep.js';

export interface DaemonOptions {
  readonly config: DaemonConfig;
  readonly radio: string;
  /** Ends the daemon: advertising stops, the controller is left clean. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A window is written down as aired at most so often: SD cards wear out. */
const FLOOR_EVERY_MS = 600_000;
/** A controller that is down longer than this is a fault; a reset takes milliseconds. */
const DOWN_LIMIT_MS = 3_000;
const DOWN_POLL_MS = 500;
/** How long the end may take when the controller does not answer any more. */
const CLEAN_UP_LIMIT_MS = 1_500;

/**
 * Runs the daemon until the signal.
 * @throws BeaconError with the code of whatever failed; recovery is left to the service manager.
 */
export async function runDaemon({ config, radio, signal, log }: DaemonOptions): Promise<void> {
  const state = await openState(config.stateDirectory);
  try {
    const link = await openRadio(radio);
    try {
      await serve(config, state, link, signal, log);
    } finally {
      await within(CLEAN_UP_LIMIT_MS, link.close());
    }
  } finally {
    await state.release();
  }
}

async function serve(
  config: DaemonConfig,
  state: OpenState,
  link: HciLink,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  const clock = createClock(state.floorUnixMs, {
    systemUnixMs: () => Date.now(),
    monotonicMs: () => performance.now(),
  });
  if (clock.isHeld())
    log({
      priority: 4,
      event: 'clock-held',
      text: 'the system clock is behind the last window aired; holding on to that',
    });
  const failure = watchLink(link);
  const bleno = await Promise.race([startBleno(link), failure.failed]);
  const advertiser = createAdvertiser(link);
  const sleeper = createSleeper(signal);
  const keepFloor = createFloorKeeper(state, clock);
  let needsRestart = false;
  bleno.onReady(() => {
    needsRestart = true;
    sleeper.wake();
  });
  try {
    await Promise.race([failure.failed, stayOnAir()]);
  } finally {
    failure.stop();
    await within(CLEAN_UP_LIMIT_MS, leaveClean(link, advertiser));
    await state.saveFloor(clock.nowUnixMs());
    bleno.close();
    advertiser.close();
  }

  async function stayOnAir(): Promise<void> {
    while (!signal.aborted) {
      try {
        await keepOnAir({
          advertiser,
          clock,
          keys: deriveKeys(state.rootKey),
          settings: config,
          sleeper,
          signal,
          onIdentity: keepFloor,
          takeRestart: () => {
            const taken = needsRestart;
            needsRestart = false;
            return taken;
          },
          log: (entry) =>
            log(entry.event === 'advertising' ? { ...entry, fields: { ...entry.fields, radio: link.address } } : entry),
        });
      } catch (error) {
        // A reset in the middle of a command is no fault of the controller: bleno says when it is ready again.
        await sleeper.until(performance.now() + DOWN_LIMIT_MS, () => performance.now());
        if (!needsRestart && !signal.aborted) throw error;
        log({ priority: 4, event: 'reset', text: 'the controller was reset in the middle of a command' });
      }
    }
  }
}

/** Rejects when the link ends or stays down; a rejection that nobody waits for any more is no fault. */
function watchLink(link: HciLink): { readonly failed: Promise<never>; stop(): void } {
  let stop = (): void => {};
  const failed = new Promise<never>((_, reject) => {
    let downSinceMs: number | undefined;
    const poll = setInterval(() => {
      downSinceMs = link.isUp() ? undefined : (downSinceMs ?? performance.now());
      if (downSinceMs !== undefined && performance.now() - downSinceMs > DOWN_LIMIT_MS) {
        reject(new BeaconError('radio-lost', `${link.address}: the adapter is down`));
      }
    }, DOWN_POLL_MS);
    const unsubscribe = link.onClosed((error) =>
      reject(error ?? new BeaconError('radio-lost', `${link.address}: closed`)),
    );
    stop = () => {
      clearInterval(poll);
      unsubscribe();
    };
  });
  failed.catch(() => {});
  return { failed, stop: () => stop() };
}

/** @returns what writes the floor down: at the first window, then every ten minutes, and not while the clock is held. */
function createFloorKeeper(state: OpenState, clock: BeaconClock): (nowUnixMs: number) => Promise<void> {
  let savedUnixMs = 0;
  return async (nowUnixMs) => {
    if (nowUnixMs - savedUnixMs < FLOOR_EVERY_MS || clock.isHeld()) return;
    await state.saveFloor(nowUnixMs);
    savedUnixMs = nowUnixMs;
  };
}

async function leaveClean(link: HciLink, advertiser: HciAdvertiser): Promise<void> {
  if (!link.isUp()) return;
  await advertiser.stop().catch(() => {
    // The controller is gone or refuses; its radio is what it was, and the error that ends the daemon tells why.
  });
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
