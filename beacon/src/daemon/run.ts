import type { DaemonConfig } from '../config/config.js';
import { type Attempts, noAttempts } from '../control/attempts.js';
import { BeaconError } from '../errors.js';
import { watchButton } from '../health/button.js';
import { type BeaconClock, createClock } from '../identity/clock.js';
import { deriveKeys } from '../identity/keys.js';
import type { OpenState } from '../identity/state-directory.js';
import {
  type BlenoStack,
  createAdvertiser,
  type HciAdvertiser,
  type HciLink,
  openRadio,
  startBleno,
} from '../radio/index.js';
import { keepOnAir } from './air-time.js';
import { openStateWithSeed } from './first-start.js';
import { createFloorKeeper } from './floor-keeper.js';
import { watchLink } from './link-watch.js';
import { openLocalServer } from './local-server.js';
import type { Log } from './log.js';
import { holdPairingWindow } from './pairing-window.js';
import { createSleeper } from './sleep.js';
import { within } from './within.js';

export interface DaemonOptions {
  readonly config: DaemonConfig;
  readonly radio: string;
  /** Ends the daemon: advertising stops, the controller is left clean, within 2 s. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The system's clock, Unix ms; `Date.now` when absent. */
  readonly systemUnixMs?: () => number;
}

/**
 * bleno is ready again within this time of a reset, or the command that failed has failed for good. The link itself resets
 * a controller 1 s after a command of ours timed out, which leaves 1.5 s for that; all in all the daemon ends within 5 s.
 */
const RESET_LIMIT_MS = 2_500;
/** A command may be under way at the signal; one that is not answered is not waited for longer. */
const COMMAND_LIMIT_MS = 250;
/** How long the silencing may take when the controller hardly answers any more, the disk as well, and how long the closing. */
const CLEAN_UP_LIMIT_MS = 1_000;
const CLOSE_LIMIT_MS = 500;
const MINUTE_MS = 60_000;
/** As `deskbeacond pair-window` without a number. */
const BUTTON_MINUTES = 5;

/**
 * Runs the daemon until the signal.
 * @throws BeaconError with the code of whatever failed; recovery is left to the service manager.
 */
export async function runDaemon({ config, radio, signal, log, systemUnixMs = Date.now }: DaemonOptions): Promise<void> {
  const state = await openStateWithSeed(config, log);
  try {
    const clock = createClock(state.floorUnixMs, { systemUnixMs, monotonicMs: () => performance.now() });
    const opening = openRadio(radio, {
      onCaptureFailed: ({ message }) => log({ priority: 4, event: 'capture-ended', text: message }),
    });
    const link = await unlessAborted(opening, signal);
    if (link === undefined) {
      void opening.then((late) => late.close()).catch(() => {}); // The process ends; there is nobody to be told.
      return;
    }
    try {
      await serve({ config, state, clock, link, signal, log });
    } finally {
      await within(CLOSE_LIMIT_MS, link.close());
    }
  } finally {
    // On a disk that has become read-only it stays: the next daemon sees that its holder is gone.
    await state.release().catch((error: Error) => log({ priority: 4, event: 'lock-left', text: error.message }));
  }
}

interface Service {
  readonly config: DaemonConfig;
  readonly state: OpenState;
  readonly clock: BeaconClock;
  readonly link: HciLink;
  readonly signal: AbortSignal;
  readonly log: Log;
}

async function serve(service: Service): Promise<void> {
  const { state, clock, link, signal, log } = service;
  const watch = watchLink(link);
  let bleno: BlenoStack | undefined;
  let advertiser: HciAdvertiser | undefined;
  // Ends the work on the air when the link has failed: nothing may switch advertising on again after the cleaning up.
  const failed = new AbortController();
  try {
    bleno = await Promise.race([unlessAborted(startBleno(link), signal), watch.failed]);
    if (bleno === undefined) return;
    advertiser = createAdvertiser(link);
    const onAir = stayOnAir(service, bleno, advertiser, AbortSignal.any([signal, failed.signal]));
    await Promise.race([watch.failed, onAir, abortOf(signal).then(() => within(COMMAND_LIMIT_MS, onAir))]);
  } finally {
    failed.abort();
    watch.stop();
    const saving = state.saveFloor(clock.nowUnixMs()).catch((error: Error) => {
      log({ priority: 3, event: 'floor-unsaved', text: error.message });
    });
    const silencing = advertiser === undefined ? Promise.resolve() : leaveSilent(link, advertiser);
    await within(CLEAN_UP_LIMIT_MS, Promise.all([saving, silencing]));
    advertiser?.close();
    bleno?.close();
  }
}

async function stayOnAir(
  service: Service,
  bleno: BlenoStack,
  advertiser: HciAdvertiser,
  signal: AbortSignal,
): Promise<void> {
  const { config, state, clock, link, log } = service;
  const sleeper = createSleeper(signal);
  const onIdentity = createFloorKeeper(state, clock, log);
  let windowUntilMs = performance.now() + (state.ownership.owner === undefined ? config.pairingMinutes * MINUTE_MS : 0);
  /** Ends the time on the air for a pairing window. */
  let interrupt = new AbortController();
  let needsRestart = false;
  let attempts: Attempts = noAttempts;
  const takeRestart = (): boolean => {
    const taken = needsRestart;
    needsRestart = false;
    return taken;
  };
  const unsubscribe = bleno.onReady(() => {
    needsRestart = true;
    sleeper.wake();
  });
  const openWindow = (minutes: number): void => {
    windowUntilMs = performance.now() + minutes * MINUTE_MS;
    interrupt.abort();
    sleeper.wake();
  };
  const local = await openLocalServer(
    { ...service, bleno, advertiser },
    {
      openWindow,
      windowUntilMs: () => windowUntilMs,
      wrongAttempts: () => attempts.wrong,
      changed: () => {
        interrupt.abort();
        sleeper.wake();
      },
    },
  );
  const { button } = config;
  if (button !== undefined)
    void watchButton({
      device: button,
      signal,
      onPress: () => {
        log({ priority: 6, event: 'button', text: 'the button was pressed: the pairing window opens' });
        openWindow(BUTTON_MINUTES);
      },
      onState: ({ isThere, reason }) =>
        log(
          isThere
            ? { priority: 6, event: 'button-there', text: 'the button is there' }
            : { priority: 4, event: 'no-button', text: `the button cannot be read, looking again: ${reason}` },
        ),
    });
  const withRadio: Log = (entry) =>
    log(entry.event === 'advertising' ? { ...entry, fields: { radio: link.address, ...entry.fields } } : entry);
  try {
    while (!signal.aborted) {
      try {
        const log = withRadio;
        const forMs = windowUntilMs - performance.now();
        if (forMs > 0) {
          await holdPairingWindow({
            ...service,
            bleno,
            advertiser,
            forMs,
            sleeper,
            takeRestart,
            attempts: {
              get: () => attempts,
              set: (next) => {
                attempts = next;
              },
            },
            // At once: a reset may end the window before it ends by itself.
            onChanged: () => {
              windowUntilMs = 0;
            },
            log,
          });
          continue;
        }
        interrupt = new AbortController();
        const { rootKey, owner, isRingAll } = state.ownership;
        const keys = deriveKeys(rootKey);
        const settings = owner?.settings ?? config;
        const untilWindow = AbortSignal.any([signal, interrupt.signal]);
        await keepOnAir({
          advertiser,
          clock,
          keys,
          settings,
          provesIdentity: isRingAll !== true,
          sleeper,
          signal: untilWindow,
          onIdentity,
          takeRestart,
          log,
        });
      } catch (error) {
        if (!isByReset(error)) throw error;
        // A reset in the middle of a command is no fault of the controller: bleno says when it is ready again.
        const limitMs = performance.now() + RESET_LIMIT_MS;
        // More than once: what woke it may be an earlier reset, which is dealt with already.
        while (!needsRestart && !signal.aborted && performance.now() < limitMs) {
          await sleeper.until(limitMs, () => performance.now());
        }
        if (!needsRestart && !signal.aborted) throw link.isUp() ? error : adapterIsDown(link, error);
        if (!signal.aborted)
          log({ priority: 4, event: 'reset', text: 'the controller was reset in the middle of a command' });
      }
    }
  } finally {
    unsubscribe();
    await local.close();
  }
}

/** What a command rejects with when the controller is reset under it, or is to be; a refusal or a bug is neither. */
function isByReset(error: unknown): boolean {
  return error instanceof BeaconError && (error.code === 'radio-lost' || error.code === 'hci-timeout');
}

/** A command that the kernel takes for an adapter that is down is never answered; what is wrong is the adapter. */
function adapterIsDown(link: HciLink, cause: unknown): BeaconError {
  return new BeaconError('radio-lost', `${link.address}: the adapter is down`, { cause });
}

async function leaveSilent(link: HciLink, advertiser: HciAdvertiser): Promise<void> {
  if (!link.isUp()) return;
  await advertiser.stop().catch(() => {
    // The controller is gone or refuses; its radio is what it was, and the error that ends the daemon tells why.
  });
}

/** @returns what the work gives, or `undefined` when the signal comes first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return Promise.race([work, abortOf(signal)]);
}

function abortOf(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
