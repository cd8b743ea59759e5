import type { DaemonConfig } from '../config/config.js';
import { BeaconError } from '../errors.js';
import { watchAir } from '../health/air-watch.js';
import { findBluetoothd } from '../health/bluetoothd.js';
import { watchButton } from '../health/button.js';
import { createIncidents } from '../health/incidents.js';
import { createServiceManager, type ServiceManager } from '../health/service-manager.js';
import type { RadioParts } from '../health/status.js';
import { readBootMark } from '../identity/boot-mark.js';
import type { BootMark } from '../identity/clock-record.js';
import type { OpenState } from '../identity/state-directory.js';
import { isSynchronisedByFile, isSystemClockSynchronised } from '../identity/synchronisation.js';
import { type HciLink, openRadio, parseRadioAddress } from '../radio/index.js';
import { type Asked, createAsked } from './asked.js';
import { type BeaconTime, openBeaconTime } from './beacon-time.js';
import { openStateWithSeed } from './first-start.js';
import { openLocalServer } from './local-server.js';
import type { Log } from './log.js';
import { createNeighbourhood } from './neighbourhood.js';
import { type RadioView, viewRadio } from './radio-view.js';
import { compareSettings, mergeSettings } from './reload.js';
import { CHECK_EVERY_MS } from './self-check.js';
import { serveRadio } from './serve-radio.js';
import { superviseRadio } from './supervise.js';
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
  /** Told how it goes; nobody when absent. */
  readonly manager?: ServiceManager;
  /** How often the radio is checked, ms; every 15 s when absent. */
  readonly checkEveryMs?: number;
  readonly reloads?: Reloads;
  /** Draws from 0 up to 1; `Math.random` when absent: it spreads tries, and keeps no secret. */
  readonly random?: () => number;
  readonly openLink?: typeof openRadio;
  readonly look?: () => Promise<RadioView>;
}

/** Whoever asks that the settings are read again. */
export interface Reloads {
  /** @returns a function that ends the listening. */
  onAsked(listener: () => void): () => void;
  /** @throws BeaconError `config-missing` or `config-invalid`. */
  read(): Promise<DaemonConfig>;
}

/** As `deskbeacond pair-window` without a number. */
const BUTTON_MINUTES = 5;
const STOPPING_LIMIT_MS = 300;
const TICK_MS = 1_000;
const NIGHT_LOOK_MS = 60_000;
/** A disk that hangs is not waited for. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * Runs the daemon until the signal. A radio that fails is opened again and again; the rest of the daemon goes on meanwhile.
 * @throws BeaconError of a radio that fails before the first frame, unless a service manager started the daemon, and of
 *   whatever else failed.
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { radio, signal, log, systemUnixMs = Date.now, manager = silentManager, random = Math.random } = options;
  const { openLink = openRadio, look = () => viewRadio(radio), checkEveryMs = CHECK_EVERY_MS } = options;
  let { config } = options;
  const state = await openStateWithSeed(config, log);
  const cleanUps: (() => unknown)[] = [];
  try {
    const time = openTime(options, state);
    void time.tick();
    const ticking = setInterval(() => void time.tick(), TICK_MS);
    cleanUps.push(() => {
      clearInterval(ticking);
      // Only where somebody asked: a beacon that its service manager starts over and over must not wear out its card.
      return signal.aborted ? within(CLOSE_LIMIT_MS, time.close()) : undefined;
    });
    const incidents = createIncidents({ unixMs: systemUnixMs, monotonicMs: () => performance.now() });
    const asked = createAsked(() => performance.now());
    const openWindow = asked.openWindow;
    const neighbourhood = createNeighbourhood({ state, config: () => config, time, signal, log });
    let atWork: RadioParts | undefined;
    const local = await openLocalServer(
      { config: () => config, state, time, neighbourhood, radio: () => atWork, health: incidents.snapshot, log },
      {
        openWindow,
        windowUntilMs: asked.windowUntilMs,
        changed: asked.changed,
        wrongAttempts: () => asked.attempts.get().wrong,
      },
    );
    cleanUps.push(() => local.close());
    watchButtonOf(config, { asked, signal, log });
    cleanUps.push(
      followReloads(options, {
        current: () => config,
        use: (next) => {
          config = next;
          asked.changed();
        },
        isOwned: () => state.ownership.owner !== undefined,
      }),
    );
    const listening = setInterval(neighbourhood.tick, NIGHT_LOOK_MS);
    cleanUps.push(() => clearInterval(listening));
    const suspect = (): Promise<string | undefined> => suspectBluetoothd(radio);
    const text = await suspect();
    if (text !== undefined) {
      incidents.note({ code: 'bluetoothd-present', text, isDark: false });
      log({ priority: 4, event: 'bluetoothd-present', text });
    }
    let isFirst = true;
    await superviseRadio({
      open: ({ isAgain, publicAddress }) =>
        openLink(radio, {
          onCaptureFailed: ({ message }) => log({ priority: 4, event: 'capture-ended', text: message }),
          continuesCapture: isAgain,
          ...(publicAddress === undefined ? {} : { publicAddress }),
        }),
      serve: async (link: HciLink, events) => {
        const onReady = (address: string): void => {
          events.onReady(address);
          if (isFirst && state.ownership.owner === undefined) openWindow(config.pairingMinutes);
          isFirst = false;
        };
        const service = { config: () => config, state, time, link, asked, checkEveryMs, signal, log };
        neighbourhood.use(link);
        const air = watchAir(link, () => performance.now());
        atWork = { radio: link, air: air.snapshot };
        const onAtWork = (parts: RadioParts): void => {
          atWork = { ...atWork, ...parts };
        };
        try {
          await serveRadio({ ...service, events: { ...events, onReady, onAtWork } });
        } finally {
          air.stop();
          atWork = undefined;
          neighbourhood.use(undefined);
        }
      },
      look,
      suspect,
      random,
      isPatient: manager.isThere,
      incidents,
      manager,
      checkEveryMs,
      signal,
      log,
    });
  } finally {
    await within(STOPPING_LIMIT_MS, manager.stopping());
    for (const cleanUp of cleanUps) await cleanUp();
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

function watchButtonOf(
  { button }: DaemonConfig,
  { asked, signal, log }: { readonly asked: Asked; readonly signal: AbortSignal; readonly log: Log },
): void {
  if (button === undefined) return;
  void watchButton({
    device: button,
    signal,
    onPress: () => {
      log({ priority: 6, event: 'button', text: 'the button was pressed: the pairing window opens' });
      asked.openWindow(BUTTON_MINUTES);
    },
    onState: ({ isThere, reason }) =>
      log(
        isThere
          ? { priority: 6, event: 'button-there', text: 'the button is there' }
          : { priority: 4, event: 'no-button', text: `the button cannot be read, looking again: ${reason}` },
      ),
  });
}

interface Settings {
  readonly current: () => DaemonConfig;
  readonly use: (next: DaemonConfig) => void;
  readonly isOwned: () => boolean;
}

/** @returns a function that ends it. */
function followReloads(
  { reloads, log, manager = silentManager }: DaemonOptions,
  { current, use, isOwned }: Settings,
): () => void {
  if (reloads === undefined) return () => {};
  let last: Promise<void> = Promise.resolve();
  async function readAgain({ read }: Reloads): Promise<void> {
    manager.reloading();
    try {
      const next = await read();
      const { live, needsRestart } = compareSettings(current(), next);
      use(mergeSettings(current(), next));
      tellChange(log, { live, needsRestart, isOwned: isOwned() });
    } catch (error) {
      if (!(error instanceof BeaconError)) throw error;
      log({ priority: 3, event: 'reload-refused', text: `${error.message}; the settings stay as they were` });
    }
    manager.reloaded();
  }
  return reloads.onAsked(() => {
    last = last.then(() => readAgain(reloads));
  });
}

function tellChange(
  log: Log,
  {
    live,
    needsRestart,
    isOwned,
  }: { readonly live: readonly string[]; readonly needsRestart: readonly string[]; readonly isOwned: boolean },
): void {
  const changed = live.length === 0 ? 'nothing changes on the air' : `changed: ${live.join(', ')}`;
  log({ priority: 6, event: 'reloaded', text: `the settings were read again: ${changed}` });
  if (isOwned && live.some((name) => name !== 'light'))
    log({ priority: 4, event: 'owner-counts', text: "the owner's settings count, not those of the file" });
  if (needsRestart.length === 0) return;
  const text = `needs a restart, and stays as it was until then: ${needsRestart.join(', ')}`;
  log({ priority: 4, event: 'needs-restart', text });
}

/** bluetoothd manages the kernel's adapters, and no others. */
async function suspectBluetoothd(radio: string): Promise<string | undefined> {
  const { kind } = parseRadioAddress(radio);
  if (kind !== 'kernel' && kind !== 'adapter') return undefined;
  const processId = await findBluetoothd();
  if (processId === undefined) return undefined;
  return `bluetoothd (process ${processId}) manages the adapters as well, and may stop our advertising or take them down`;
}

const silentManager: ServiceManager = createServiceManager({ socket: undefined, onState: () => {} });
