import type { DaemonConfig } from '../config/config.js';
import { type Attempts, noAttempts } from '../control/attempts.js';
import { BeaconError } from '../errors.js';
import { watchButton } from '../health/button.js';
import { createThermometer } from '../health/thermometer.js';
import { readBootMark } from '../identity/boot-mark.js';
import type { BootMark } from '../identity/clock-record.js';
import { deriveKeys } from '../identity/keys.js';
import type { OpenState } from '../identity/state-directory.js';
import { isSynchronisedByFile, isSystemClockSynchronised } from '../identity/synchronisation.js';
import {
  type BlenoStack,
  type ControllerCapabilities,
  type HciLink,
  openRadio,
  readCapabilities,
  startBleno,
} from '../radio/index.js';
import { createTelemetry } from '../schedule/telemetry.js';
import { keepOnAir } from './air-time.js';
import { type BeaconTime, openBeaconTime } from './beacon-time.js';
import { openStateWithSeed } from './first-start.js';
import { watchLink } from './link-watch.js';
import { openLocalServer } from './local-server.js';
import type { Log } from './log.js';
import { holdPairingWindow } from './pairing-window.js';
import { chooseAdvertising, type DaemonAdvertiser, intervalFor, powerFields } from './radio-fit.js';
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
  /** Whether that clock is right; asked of the system when absent. */
  readonly isSynchronised?: () => Promise<boolean>;
  /** The kernel's own clock; the kernel's when absent. */
  readonly bootMark?: () => BootMark | undefined;
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
const TICK_MS = 1_000;
/** As `deskbeacond pair-window` without a number. */
const BUTTON_MINUTES = 5;

/**
 * Runs the daemon until the signal.
 * @throws BeaconError with the code of whatever failed; recovery is left to the service manager.
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { config, radio, signal, log } = options;
  const state = await openStateWithSeed(config, log);
  try {
    const time = openTime(options, state);
    const opening = openRadio(radio, {
      onCaptureFailed: ({ message }) => log({ priority: 4, event: 'capture-ended', text: message }),
    });
    const link = await unlessAborted(opening, signal);
    if (link === undefined) {
      void opening.then((late) => late.close()).catch(() => {}); // The process ends; there is nobody to be told.
      return;
    }
    try {
      await serve({ config, state, time, clock: time.clock, link, signal, log });
    } finally {
      await within(CLOSE_LIMIT_MS, link.close());
    }
  } finally {
    // On a disk that has become read-only it stays: the next daemon sees that its holder is gone.
    await state.release().catch((error: Error) => log({ priority: 4, event: 'lock-left', text: error.message }));
  }
}

function openTime({ config, log, ...options }: DaemonOptions, state: OpenState): BeaconTime {
  const { synchronisedFile } = config;
  const { systemUnixMs = Date.now, bootMark = readBootMark } = options;
  const ofSystem = (): Promise<boolean> =>
    synchronisedFile === undefined ? isSystemClockSynchronised() : isSynchronisedByFile(synchronisedFile);
  const { isSynchronised = ofSystem } = options;
  return openBeaconTime({ state, systemUnixMs, monotonicMs: () => performance.now(), bootMark, isSynchronised, log });
}

interface Service {
  readonly config: DaemonConfig;
  readonly state: OpenState;
  readonly time: BeaconTime;
  readonly clock: BeaconTime['clock'];
  readonly link: HciLink;
  readonly signal: AbortSignal;
  readonly log: Log;
}

async function serve(service: Service): Promise<void> {
  const { config, time, link, signal, log } = service;
  const watch = watchLink(link);
  void time.tick();
  const ticking = setInterval(() => void time.tick(), TICK_MS);
  let bleno: BlenoStack | undefined;
  let advertiser: DaemonAdvertiser | undefined;
  // Ends the work on the air when the link has failed: nothing may switch advertising on again after the cleaning up.
  const failed = new AbortController();
  try {
    // Before bleno, whose own commands would make the choice.
    const choosing = chooseAdvertising(link, config.frames, log);
    const choice = await Promise.race([unlessAborted(choosing, signal), watch.failed]);
    if (choice === undefined) return;
    const starting = startBleno(link, { withholdsAdvertising: choice.isExtended });
    bleno = await Promise.race([unlessAborted(starting, signal), watch.failed]);
    if (bleno === undefined) return;
    advertiser = choice.makeAdvertiser();
    const untilEnd = AbortSignal.any([signal, failed.signal]);
    const onAir = stayOnAir(service, bleno, advertiser, choice.capabilities, untilEnd);
    await Promise.race([watch.failed, onAir, abortOf(signal).then(() => within(COMMAND_LIMIT_MS, onAir))]);
  } finally {
    failed.abort();
    watch.stop();
    clearInterval(ticking);
    // Only where somebody asked: a beacon that its service manager starts over and over must not wear out its card.
    const saving = signal.aborted ? time.close() : Promise.resolve();
    const silencing = advertiser === undefined ? Promise.resolve() : leaveSilent(link, advertiser);
    await within(CLEAN_UP_LIMIT_MS, Promise.all([saving, silencing]));
    advertiser?.close();
    bleno?.close();
  }
}

async function stayOnAir(
  service: Service,
  bleno: BlenoStack,
  advertiser: DaemonAdvertiser,
  known: ControllerCapabilities | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { config, state, time, clock, link, log } = service;
  const sleeper = createSleeper(signal);
  let windowUntilMs = performance.now() + (state.ownership.owner === undefined ? config.pairingMinutes * MINUTE_MS : 0);
  /** Ends the time on the air for a pairing window. */
  let interrupt = new AbortController();
  let needsRestart = false;
  let attempts: Attempts = noAttempts;
  let capabilities = known;
  const telemetry = createTelemetry({
    monotonicMs: () => performance.now(),
    temperatureC: createThermometer().latestC,
  });
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
  const local = await openLocalServer(service, {
    openWindow,
    windowUntilMs: () => windowUntilMs,
    changed: () => {
      interrupt.abort();
      sleeper.wake();
    },
  });
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
    log(
      entry.event === 'advertising'
        ? { ...entry, fields: { radio: link.address, ...entry.fields, ...powerFields(capabilities, advertiser) } }
        : entry,
    );
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
        const { rootKey, owner, isRingAll } = state.ownership;
        time.useKey(rootKey);
        if (!clock.isSettled()) {
          await sleeper.until(performance.now() + TICK_MS, () => performance.now());
          continue;
        }
        interrupt = new AbortController();
        const keys = deriveKeys(rootKey);
        capabilities ??= await readCapabilities(link);
        const chosen = owner?.settings ?? config;
        const settings = {
          ...chosen,
          intervalMs: intervalFor(chosen.intervalMs, capabilities, log),
          ...(config.frames === undefined ? {} : { frames: config.frames }),
        };
        const untilWindow = AbortSignal.any([signal, interrupt.signal]);
        await keepOnAir({
          advertiser,
          clock,
          keys,
          settings,
          telemetry,
          get provesIdentity() {
            return isRingAll !== true && time.mayProve(settings);
          },
          sleeper,
          signal: untilWindow,
          onIdentity: (unixMs) => time.reserve(unixMs, settings),
          takeRestart,
          log,
        });
        telemetry.end();
      } catch (error) {
        telemetry.end();
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
    await local?.close();
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

async function leaveSilent(link: HciLink, advertiser: DaemonAdvertiser): Promise<void> {
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
