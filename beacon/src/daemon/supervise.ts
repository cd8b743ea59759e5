import { adviceFor, BeaconError, type BeaconErrorCode } from '../errors.js';
import type { Incidents } from '../health/incidents.js';
import type { ServiceManager } from '../health/service-manager.js';
import type { HciLink } from '../radio/index.js';
import { pause, unlessAborted } from './aborts.js';
import { createBackoff } from './backoff.js';
import type { Log } from './log.js';
import type { RadioEvents } from './radio-service.js';
import type { RadioView } from './radio-view.js';
import { within } from './within.js';

/** What one radio needs to be kept in use: how to open it, what to do on it, how to look at it from outside. */
export interface Supervision {
  /** Opens the radio; again with the public address that it had, where it has one. */
  readonly open: (again: { readonly isAgain: boolean; readonly publicAddress?: string }) => Promise<HciLink>;
  /** Puts the beacon on the air over the link, until the signal. */
  readonly serve: (link: HciLink, events: RadioEvents) => Promise<void>;
  readonly look: () => Promise<RadioView>;
  /** @returns who else uses the radio, one sentence; nothing where nobody is known to. */
  readonly suspect: () => Promise<string | undefined>;
  /** Draws from 0 up to 1. */
  readonly random: () => number;
  /** A fault before the first frame is waited out as well, for somebody watches who can do nothing at a terminal. */
  readonly isPatient: boolean;
  readonly incidents: Incidents;
  readonly manager: ServiceManager;
  /** As often as a self-check, where looking at an obstacle is all that can be checked, ms. */
  readonly checkEveryMs: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

const CLOSE_LIMIT_MS = 500;
const LOOK_EVERY_MS = 500;
/** A radio that seems to come and go all the time is tried no more often than this. */
const LEAST_WAIT_MS = 300;
/** Said again after so long, when nothing else can be said. */
const REPEAT_MS = 600_000;
const MOST_SAYINGS = 32;

/** What another try may mend. The others are a wrong setting, a disk, or a bug. */
const radioFaults: readonly BeaconErrorCode[] = [
  'radio-unavailable',
  'radio-permission',
  'radio-busy',
  'radio-lost',
  'hci-timeout',
  'hci-refused',
  'radio-shared',
  'stack-not-ready',
];

/**
 * Keeps one radio in use until the signal: opens it, serves on it, and after a fault opens it again, at growing intervals,
 * or as soon as what stood in the way is seen to be gone. A second radio is a second one of these, in a process of its own.
 * @throws BeaconError of a fault before the first frame, unless patient; whatever is no fault of the radio.
 */
export async function superviseRadio(supervision: Supervision): Promise<void> {
  const { incidents, manager, signal, log } = supervision;
  const backoff = createBackoff(supervision.random);
  const teller = createTeller(log);
  let publicAddress: string | undefined;
  let isAgain = false;
  let hasBeenOnAir = false;
  let hasTriedAgain = false;
  let onAirSinceMs: number | undefined;
  let darkSince: { readonly ms: number; readonly code: string } | undefined;

  const events: RadioEvents = {
    onReady: (address) => {
      publicAddress = address.toUpperCase();
    },
    onConfirmed: ({ wasOnAlready }) => {
      if (wasOnAlready) incidents.count('already-on');
      incidents.noteOnAir();
      onAirSinceMs ??= performance.now();
      if (!hasBeenOnAir || darkSince !== undefined) manager.ready('on the air');
      hasBeenOnAir = true;
      if (darkSince === undefined) return;
      const { ms, code } = darkSince;
      darkSince = undefined;
      teller.forget();
      const fields = { after: code, darkMs: Math.round(performance.now() - ms) };
      log({ priority: 4, event: 'recovered', text: 'on the air again', fields });
    },
    onFault: (fault) => incidents.note({ ...fault, isDark: true }),
    onFailed: noteFailure,
    onChecked: () => {
      if (darkSince === undefined) manager.alive();
    },
  };

  /** At once: what comes before the next try may take seconds. */
  function noteFailure(error: unknown): void {
    if (!isRadioFault(error) || (!hasBeenOnAir && !supervision.isPatient)) return;
    incidents.note({ code: error.code, text: error.message, isDark: true });
    if (onAirSinceMs !== undefined) backoff.noteOnAir(performance.now() - onAirSinceMs);
    onAirSinceMs = undefined;
    darkSince ??= { ms: performance.now(), code: error.code };
    teller.say({ code: error.code, reasons: [error.message], when: 'it is tried again' });
    tellStatus(error, undefined);
  }
  function tellStatus({ code, message }: BeaconError, obstacle: string | undefined): void {
    const status = `dark, ${code}: ${obstacle ?? message}`;
    if (hasBeenOnAir) manager.status(status);
    else manager.stillStarting(status);
  }

  async function useOnce(): Promise<void> {
    const known = publicAddress === undefined || !isAddress(publicAddress) ? {} : { publicAddress };
    const opening = supervision.open({ isAgain, ...known });
    isAgain = true;
    const link = await unlessAborted(opening, signal).catch((error: unknown) => {
      noteFailure(error);
      throw error;
    });
    if (link === undefined) {
      void opening.then((late) => late.close()).catch(() => {}); // It ends; there is nobody to be told.
      return;
    }
    try {
      await supervision.serve(link, events);
    } finally {
      await within(CLOSE_LIMIT_MS, link.close());
    }
  }

  /** Waits until another try is worth while. */
  async function waitAfter(error: BeaconError, forMs: number): Promise<void> {
    const sinceMs = performance.now();
    const suspect = await supervision.suspect();
    let view = await supervision.look();
    const before = view.signature;
    let wasObstructed = false;
    let aliveMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const { obstacle } = view;
      const waitedMs = performance.now() - sinceMs;
      const isMended = (wasObstructed && obstacle === undefined) || view.signature !== before;
      if (wasObstructed && obstacle === undefined) backoff.reset();
      wasObstructed ||= obstacle !== undefined;
      const reasons = [error.message, obstacle, suspect].filter((reason) => reason !== undefined);
      if (obstacle !== undefined)
        teller.say({ code: error.code, reasons, when: 'it is tried again when that is gone' });
      else teller.say({ code: error.code, reasons, when: 'it is tried again', inMs: forMs });
      if (obstacle === undefined && (waitedMs >= forMs || (isMended && waitedMs >= LEAST_WAIT_MS))) return;
      if (performance.now() - aliveMs >= supervision.checkEveryMs) {
        aliveMs = performance.now();
        tellStatus(error, obstacle);
        // A fresh process would find the same obstacle: there is nothing to be gained from ending this one.
        if (hasBeenOnAir && obstacle !== undefined) manager.alive();
      }
      const leftMs = obstacle === undefined ? forMs - waitedMs : LOOK_EVERY_MS;
      await pause(Math.max(1, Math.min(LOOK_EVERY_MS, leftMs)), signal);
      view = await supervision.look();
    }
  }

  while (!signal.aborted) {
    try {
      await useOnce();
    } catch (error) {
      if (!isRadioFault(error)) throw error;
      if (!hasBeenOnAir && !supervision.isPatient) {
        // An adapter that the kernel is only just setting up may go away once more under whoever opens it.
        if (error.code !== 'radio-lost' || hasTriedAgain) throw error;
        hasTriedAgain = true;
      }
      await waitAfter(error, backoff.next());
    }
  }
}

function isRadioFault(error: unknown): error is BeaconError {
  return error instanceof BeaconError && radioFaults.includes(error.code);
}

interface Saying {
  readonly code: BeaconErrorCode;
  readonly reasons: readonly string[];
  readonly when: string;
  readonly inMs?: number;
}

/** The same over and over is said once until the beacon is back, and every ten minutes; `--verbose` shows each wait. */
function createTeller(log: Log): { say(saying: Saying): void; forget(): void } {
  const saidMs = new Map<string, number>();
  let lastInMs: number | undefined;
  return {
    say({ code, reasons, when, inMs }) {
      const what = `${code} ${reasons.slice(1).join(' ')}`;
      const isNews = performance.now() - (saidMs.get(what) ?? Number.NEGATIVE_INFINITY) >= REPEAT_MS;
      if (!isNews && lastInMs === inMs) return;
      lastInMs = inMs;
      if (isNews) saidMs.set(what, performance.now());
      if (saidMs.size > MOST_SAYINGS) saidMs.clear();
      const fields = { code, ...(inMs === undefined ? {} : { inMs }), advice: adviceFor(code) };
      const text = `${reasons.join('; ')}; ${when}`;
      log({ priority: isNews ? 4 : 7, event: 'radio-fault', text, fields });
    },
    forget: () => saidMs.clear(),
  };
}

/** Some controllers have no public address and say zeros; bleno says `unknown` before it has read one. */
function isAddress(text: string): boolean {
  return /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/.test(text) && text !== '00:00:00:00:00:00';
}
