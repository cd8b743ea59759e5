import { nextBoundaryUnixMs } from '@deskbeacon/proximity-core';
import { BeaconError } from '../errors.js';
import { createThermometer } from '../health/thermometer.js';
import { deriveKeys } from '../identity/keys.js';
import {
  type ControllerCapabilities,
  type HciCommands,
  type HciLink,
  opcodes,
  readCapabilities,
} from '../radio/index.js';
import { createTelemetry } from '../schedule/telemetry.js';
import { linkAbort, pause } from './aborts.js';
import { keepOnAir } from './air-time.js';
import type { Log } from './log.js';
import { holdPairingWindow } from './pairing-window.js';
import { intervalFor, powerFields } from './radio-fit.js';
import type { RadioAtWork } from './radio-service.js';

/** Frames on the air, or a pairing window in their place, in turn as it is asked. */
export interface TimeOnAir {
  /** Until the signal. @throws BeaconError of a fault that cannot be mended on this link, or any more. */
  stay(): Promise<void>;
  /** Something has switched advertising off: everything is set up anew at once. */
  restart(): void;
  isInWindow(): boolean;
  /** How long the identity on the air lasts on, ms. */
  windowLeftMs(): number;
  close(): void;
}

/**
 * bleno is ready again within this time of a reset, or the command that failed has failed for good. The link itself resets
 * a controller 1 s after a command of ours timed out, which leaves 1.5 s for that.
 */
const RESET_LIMIT_MS = 2_500;
/** After two commands without an answer that may be less: the link has missed the first one by then, and resets. */
const UNANSWERED_LIMIT_MS = 1_500;
/** A controller that refuses is not asked again in the same instant. */
const AFTER_REFUSAL_MS = 50;
/** Nearer to its end than this a window is not interrupted: its last identity would stay on the air until it is replaced. */
const CLEAR_OF_END_MS = 300;
const AFTER_END_MS = 100;
/** A clock that has to be waited for is looked at so often. */
const UNSETTLED_MS = 1_000;

export function createTimeOnAir(radio: RadioAtWork, commands: Pick<HciCommands, 'issue'>): TimeOnAir {
  const { service, bleno, advertiser, sleeper, signal, allowance } = radio;
  const { config, state, time, link, asked, events } = service;
  const { clock } = time;
  let capabilities: ControllerCapabilities | undefined = radio.capabilities;
  const telemetry = createTelemetry({
    monotonicMs: () => performance.now(),
    temperatureC: createThermometer().latestC,
    isClockSynchronised: clock.isTrusted,
  });
  const log: Log = (entry) =>
    service.log(
      entry.event === 'advertising'
        ? { ...entry, fields: { radio: link.address, ...entry.fields, ...powerFields(capabilities, advertiser) } }
        : entry,
    );
  /** Ends the frames for whatever is asked. */
  let frames = linkAbort(signal);
  let later: NodeJS.Timeout | undefined;
  let needsRestart = false;
  let isInWindow = false;

  const settings = () => state.ownership.owner?.settings ?? config();
  function windowLeftMs(): number {
    const { exponentK, clockOffsetS } = settings();
    return nextBoundaryUnixMs(clock.nowUnixMs(), clockOffsetS, exponentK) - clock.nowUnixMs();
  }
  function takeRestart(): boolean {
    const taken = needsRestart;
    needsRestart = false;
    return taken;
  }
  function interrupt(): void {
    frames.abort();
    sleeper.wake();
  }
  function interruptInTime(): void {
    const leftMs = windowLeftMs();
    clearTimeout(later);
    if (leftMs > CLEAR_OF_END_MS) interrupt();
    else later = setTimeout(interrupt, leftMs + AFTER_END_MS);
  }
  const endings = [
    asked.onChange(interruptInTime),
    bleno.onReady(() => {
      needsRestart = true;
      sleeper.wake();
    }),
  ];

  async function holdWindow(forMs: number): Promise<void> {
    isInWindow = true;
    try {
      const { attempts } = asked;
      // At once: a reset may end the window before it ends by itself.
      const onChanged = asked.endWindow;
      const open = { bleno, advertiser, state, clock, config: config(), forMs, sleeper, signal };
      await holdPairingWindow({ ...open, takeRestart, attempts, onChanged, log });
    } finally {
      isInWindow = false;
    }
  }

  async function airFrames(): Promise<void> {
    frames.unlink();
    frames = linkAbort(signal);
    const { rootKey, isRingAll } = state.ownership;
    time.useKey(rootKey);
    if (!clock.isSettled()) {
      await sleeper.until(performance.now() + UNSETTLED_MS, () => performance.now());
      return;
    }
    capabilities ??= await readCapabilities(link);
    const chosen = settings();
    const frameSet = config().frames;
    const onAir = {
      ...chosen,
      intervalMs: intervalFor(chosen.intervalMs, capabilities, log),
      ...(frameSet === undefined ? {} : { frames: frameSet }),
    };
    try {
      await keepOnAir({
        advertiser,
        clock,
        keys: deriveKeys(rootKey),
        settings: onAir,
        telemetry,
        get provesIdentity() {
          return isRingAll !== true && time.mayProve(onAir);
        },
        sleeper,
        signal: frames.signal,
        onIdentity: (unixMs) => time.reserve(unixMs, onAir),
        takeRestart,
        log,
      });
    } finally {
      telemetry.end();
    }
  }

  /** @returns when what has failed is to be tried again. @throws what cannot be mended here. */
  async function mend(error: unknown): Promise<void> {
    if (!(error instanceof BeaconError)) throw error;
    if (signal.aborted) return;
    if (error.code === 'hci-refused') {
      if (!allowance.take()) throw error;
      events.onFault({ code: error.code, text: error.message });
      log({ priority: 4, event: 'refused', text: `${error.message}; everything is set up anew` });
      return pause(AFTER_REFUSAL_MS, signal);
    }
    if (error.code === 'hci-timeout') {
      events.onFault({ code: error.code, text: error.message });
      if (!allowance.take()) return untilReady(error, RESET_LIMIT_MS);
      if (!(await answers(link, commands))) return untilReady(error, UNANSWERED_LIMIT_MS);
      log({ priority: 4, event: 'unanswered', text: `${error.message}; the next one is answered, and it goes on` });
      return;
    }
    if (error.code !== 'radio-lost') throw error;
    await untilReady(error, RESET_LIMIT_MS);
  }

  /** A reset in the middle of a command is no fault of the controller: bleno says when it is ready again. */
  async function untilReady(error: BeaconError, forMs: number): Promise<void> {
    const limitMs = performance.now() + forMs;
    // More than once: what woke it may be an earlier reset, which is dealt with already.
    while (!needsRestart && !signal.aborted && performance.now() < limitMs) {
      await sleeper.until(limitMs, () => performance.now());
    }
    if (signal.aborted) return;
    if (!needsRestart) throw link.isUp() ? error : adapterIsDown(link, error);
    log({ priority: 4, event: 'reset', text: 'the controller was reset in the middle of a command' });
  }

  return {
    async stay() {
      while (!signal.aborted) {
        const forMs = asked.windowUntilMs() - performance.now();
        try {
          await (forMs > 0 ? holdWindow(forMs) : airFrames());
        } catch (error) {
          // Whatever it was that failed, what is on the air now is not known.
          advertiser.forget();
          await mend(error);
        }
      }
    },
    restart() {
      advertiser.forget();
      needsRestart = true;
      interrupt();
    },
    isInWindow: () => isInWindow,
    windowLeftMs,
    close() {
      clearTimeout(later);
      frames.unlink();
      for (const end of endings) end();
    },
  };
}

/** Whether the controller answers a command that changes nothing. */
async function answers(link: HciLink, commands: Pick<HciCommands, 'issue'>): Promise<boolean> {
  if (!link.isUp()) return false;
  return commands.issue(opcodes.readBdAddr).then(
    () => true,
    () => false,
  );
}

/** A command that the kernel takes for an adapter that is down is never answered; what is wrong is the adapter. */
function adapterIsDown(link: HciLink, cause: unknown): BeaconError {
  return new BeaconError('radio-lost', `${link.address}: the adapter is down`, { cause });
}
