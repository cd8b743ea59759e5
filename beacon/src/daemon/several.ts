import type { Log } from './log.js';

/**
 * Several beacons on one machine, each with a radio, keys and a process of its own: bleno is one per process, and what goes wrong with
 * one dongle stays with it. The parent starts them again when they end, and speaks for all of them to the service manager.
 */

/** A daemon for one radio, as a process. */
export interface BeaconProcess {
  kill(signal: NodeJS.Signals): void;
  /** Hears what it would tell a service manager: `READY`, `WATCHDOG`, `STATUS`, … */
  onTold(listener: (message: Readonly<Record<string, string>>) => void): void;
  /** Hears its end, once: the exit code, or nothing after a signal. */
  onEnded(listener: (code: number | undefined) => void): void;
}

export interface SeveralOptions {
  readonly names: readonly string[];
  readonly start: (name: string) => BeaconProcess;
  /** Ends all of them, and then this. */
  readonly signal: AbortSignal;
  readonly manager: { ready(status: string): void; alive(): void; status(text: string): void };
  readonly log: Log;
  readonly nowMs: () => number;
  /** 0 to 1: spreads starts, lest all dongles of a hub come up in one instant. */
  readonly random: () => number;
  /** Calls back once; returns what takes it back. */
  readonly after: (ms: number, act: () => void) => () => void;
}

const LEAST_WAIT_MS = 500;
const MOST_WAIT_MS = 30_000;
/** On the air for so long, and the next fault is a new one. */
const STEADY_MS = 60_000;
const LOOK_EVERY_MS = 20_000;
/** A beacon tells each time a self-check has passed; one that has told nothing for so long hangs. */
const SILENT_LIMIT_MS = 120_000;
/** A beacon cleans up within 2 s. */
const END_LIMIT_MS = 4_000;
/** Wrong use and wrong settings: started again they would end again. */
const FINAL_CODES = [2, 65, 66, 78];

interface Beacon {
  readonly name: string;
  process?: BeaconProcess | undefined;
  isOnAir: boolean;
  startedMs: number;
  heardMs: number;
  waitMs: number;
  restarts: number;
  finalCode?: number;
}

export interface Several {
  /** Resolves when all have ended: with 0 after the signal, else with the code of the first that cannot be started again. */
  readonly ended: Promise<number>;
  /** Passes a signal on: SIGHUP. */
  pass(signal: NodeJS.Signals): void;
}

export function runSeveral(options: SeveralOptions): Several {
  const { signal, log, manager, nowMs, after } = options;
  const beacons: Beacon[] = options.names.map((name) => newBeacon(name));
  let isReady = false;
  let resolveEnded = (_code: number): void => {};
  const ended = new Promise<number>((resolve) => {
    resolveEnded = resolve;
  });

  const start = (beacon: Beacon): void => {
    const process = options.start(beacon.name);
    Object.assign(beacon, { process, isOnAir: false, startedMs: nowMs(), heardMs: nowMs() });
    process.onTold((message) => take(beacon, message));
    process.onEnded((code) => takeEnd(beacon, code));
  };

  function take(beacon: Beacon, message: Readonly<Record<string, string>>): void {
    beacon.heardMs = nowMs();
    if (message.READY === '1') beacon.isOnAir = true;
    report();
  }

  function takeEnd(beacon: Beacon, code: number | undefined): void {
    beacon.process = undefined;
    beacon.isOnAir = false;
    if (code !== undefined && FINAL_CODES.includes(code)) beacon.finalCode = code;
    if (signal.aborted || beacon.finalCode !== undefined) finishIfDone();
    else startAgain(beacon, code);
    if (signal.aborted) return;
    if (beacon.finalCode !== undefined)
      log({
        priority: 3,
        event: 'beacon-given-up',
        text: `${beacon.name} cannot run`,
        fields: { code: code ?? 'signal' },
      });
    report();
  }

  function startAgain(beacon: Beacon, code: number | undefined): void {
    beacon.restarts += 1;
    beacon.waitMs = nowMs() - beacon.startedMs >= STEADY_MS ? LEAST_WAIT_MS : Math.min(MOST_WAIT_MS, beacon.waitMs * 2);
    const waitMs = Math.round(beacon.waitMs * (0.5 + options.random() / 2));
    const fields = { beacon: beacon.name, code: code ?? 'signal', waitMs, restarts: beacon.restarts };
    log({ priority: 4, event: 'beacon-ended', text: 'a beacon ended and is started again', fields });
    after(waitMs, () => {
      if (!signal.aborted) start(beacon);
    });
  }

  function report(): void {
    const onAir = beacons.filter(({ isOnAir }) => isOnAir).length;
    const missing = beacons.filter(({ isOnAir }) => !isOnAir).map(({ name }) => name);
    const status = `${onAir} of ${beacons.length} beacons on the air${missing.length === 0 ? '' : `; not: ${missing.join(', ')}`}`;
    // The first is enough: a machine with one broken dongle is not a machine that does not start.
    if (!isReady && onAir > 0) {
      isReady = true;
      manager.ready(status);
    } else manager.status(status);
  }

  function look(): void {
    if (signal.aborted) return;
    for (const { name, process, heardMs } of beacons) {
      if (process === undefined || nowMs() - heardMs < SILENT_LIMIT_MS) continue;
      log({ priority: 3, event: 'beacon-hangs', text: `${name} tells nothing any more, and is ended` });
      process.kill('SIGKILL');
    }
    if (beacons.some(({ isOnAir }) => isOnAir)) manager.alive();
    after(LOOK_EVERY_MS, look);
  }

  function finishIfDone(): void {
    if (beacons.some(({ process }) => process !== undefined)) return;
    const final = beacons.find(({ finalCode }) => finalCode !== undefined)?.finalCode;
    if (signal.aborted) resolveEnded(0);
    else if (beacons.every(({ finalCode }) => finalCode !== undefined)) resolveEnded(final as number);
  }

  function endAll(): void {
    for (const { process } of beacons) process?.kill('SIGTERM');
    after(END_LIMIT_MS, () => {
      for (const { process } of beacons) process?.kill('SIGKILL');
    });
    finishIfDone();
  }

  for (const beacon of beacons) start(beacon);
  after(LOOK_EVERY_MS, look);
  if (signal.aborted) endAll();
  else signal.addEventListener('abort', endAll, { once: true });
  return {
    ended,
    pass: (passed) => {
      for (const { process } of beacons) process?.kill(passed);
    },
  };
}

function newBeacon(name: string): Beacon {
  return { name, isOnAir: false, startedMs: 0, heardMs: 0, waitMs: LEAST_WAIT_MS / 2, restarts: 0 };
}
