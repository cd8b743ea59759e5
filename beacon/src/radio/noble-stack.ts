import { BeaconError } from '../errors.js';
import { HciRefusal } from './hci-commands.js';
import type { HciSocket } from './hci-socket.js';
import type { HciLink } from './link.js';
import { opcodes, statuses } from './opcodes.js';
import { rewriteScanParameters, type ScanSettings } from './scan-settings.js';
import { initialiseWithoutSigint, type StackInsides, type StackWatch, takePolling, watchStack } from './stack-watch.js';
import { ownSocket, substituteSocket } from './substitute-socket.js';
import { createTurns } from './turns.js';

/** noble's object, as its own types describe it. */
export type Noble = typeof import('@abandonware/noble');

/** One advertising report (Core Vol 4 Part E §7.7.65.2), before anything is merged. */
export interface AdvertisingReport {
  /** As noble writes it: six hexadecimal octets in lower case with colons, most significant first. */
  readonly address: string;
  readonly addressType: 'public' | 'random';
  /** 0 ADV_IND, 1 ADV_DIRECT_IND, 2 ADV_SCAN_IND, 3 ADV_NONCONN_IND, 4 SCAN_RSP. */
  readonly type: number;
  /** AD structures, 0 to 31 octets. */
  readonly data: Uint8Array;
  /** As the controller reports it; 127 is its own word for "not available". */
  readonly rssiDbm: number;
  /** When this process received the packet, on `performance.now()`'s clock. */
  readonly atMs: number;
}

export interface NobleStack {
  /** For GATT. Take frames from `onReport`: noble merges all frames of an address, and keeps each address for ever. */
  readonly noble: Noble;
  /**
   * Scans, duplicates included, also when the controller is reset meanwhile, once. Throws `hci-refused`, `hci-timeout`
   * after 1 s, `stack-not-ready` 5 s after a reset, or `radio-lost`.
   */
  startScanning(): Promise<void>;
  stopScanning(): Promise<void>;
  /** Hears each report once, in order. */
  onReport(listener: (report: AdvertisingReport) => void): () => void;
  /** Called after a reset of the controller ended the scan and it was started again. */
  onScanRestarted(listener: () => void): () => void;
  /** Called when the scan could not be started again after a reset. */
  onScanLost(listener: (error: unknown) => void): () => void;
  /** How many packets noble could not parse. */
  malformed(): number;
  close(): void;
}

export interface NobleOptions {
  readonly scan?: ScanSettings;
}

const startLimitMs = 5000;
const scanLimitMs = 1000;
const callLimit = 16;

/**
 * Makes a fresh noble over a link and waits until it is ready; a process may have several.
 * @param options.scan replaces the active 11.25 ms of 11.25 ms that noble hard-codes.
 * @throws RangeError for impossible scan settings; BeaconError `stack-not-ready` after 5 s; the link's own error when it
 *   ends meanwhile.
 */
export async function startNoble(link: HciLink, options: NobleOptions = {}): Promise<NobleStack> {
  const rewrite = options.scan === undefined ? undefined : rewriteScanParameters(options.scan);
  substituteSocket();
  const { default: createNoble } = await import('@abandonware/noble/with-bindings.js');
  const { default: NobleBindings } = await import('@abandonware/noble/lib/hci-socket/bindings.js');
  const noble = createNoble(new NobleBindings({})) as Noble;
  const insides = noble as unknown as StackInsides & { readonly state: string };
  const socket = ownSocket(insides._bindings._hci._socket);
  socket.attach(link, rewrite === undefined ? {} : { rewrite });
  const watch = watchStack('noble', link, socket, startLimitMs);
  const reports = new Set<(report: AdvertisingReport) => void>();
  const restarts = new Set<() => void>();
  const losses = new Set<(error: unknown) => void>();
  insides._bindings._hci.on('leAdvertisingReport', (...values: never[]) => tellReport(reports, socket, values));
  const poll = takePolling(insides);
  // Reading the state initialises noble at once; its first listener would do so only in the next turn.
  const exitHandlers = initialiseWithoutSigint(insides, () => void insides.state);
  noble.on('stateChange', watch.noteState);
  const inTurn = createTurns(callLimit);
  let isScanWanted = false;
  let isClosed = false;

  function close(): void {
    isClosed = true;
    watch.close();
    for (const handler of exitHandlers) process.removeListener('exit', handler);
    poll.end();
    socket.detach();
    reports.clear();
  }

  async function scan(isOn: boolean): Promise<ScanEnd> {
    if (isClosed || !link.isUp()) throw new BeaconError('radio-lost', `${link.address}: the controller is not up`);
    if (noble._state !== 'poweredOn') throw new BeaconError('stack-not-ready', `noble is ${noble._state}`);
    if (isOn) noble.startScanning([], true);
    else noble.stopScanning();
    if ((await answered(link, socket)) === 'reset') return 'reset';
    const status = socket.lastStatus(opcodes.leSetScanEnable) ?? statuses.success;
    const isOff = !isOn && status === statuses.commandDisallowed;
    if (status !== statuses.success && !isOff) throw new HciRefusal(opcodes.leSetScanEnable, status);
    return 'answered';
  }

  async function start(): Promise<void> {
    if ((await scan(true)) === 'answered') return;
    await readyAgain(link, watch);
    if ((await scan(true)) === 'answered') return;
    throw new BeaconError('radio-lost', `${link.address}: the controller was reset twice while a scan was started`);
  }

  async function restart(): Promise<void> {
    try {
      const isRestarted = await inTurn(async () => {
        if (isScanWanted) await start();
        return isScanWanted;
      });
      if (isRestarted) for (const listener of [...restarts]) listener();
    } catch (error) {
      for (const listener of [...losses]) listener(error);
    }
  }

  try {
    await watch.started;
  } catch (error) {
    close();
    throw error;
  }
  watch.onReady(() => {
    if (isScanWanted) void restart();
  });
  return {
    noble,
    startScanning: () =>
      inTurn(async () => {
        await start();
        isScanWanted = true;
      }),
    stopScanning: () =>
      inTurn(async () => {
        isScanWanted = false;
        await scan(false);
      }),
    onReport: (listener) => listen(reports, listener),
    onScanRestarted: (listener) => listen(restarts, listener),
    onScanLost: (listener) => listen(losses, listener),
    malformed: () => socket.malformed,
    close,
  };
}

/** A reset takes the commands under way with it, and any scan: what was to be off is off, what was to be on has to begin anew. */
type ScanEnd = 'answered' | 'reset';

/**
 * noble says scanStart when its first command, a *disable*, is answered, and says it also when the enable after it is
 * refused. So this waits until all three of its commands are answered; the caller then looks at the status.
 */
function answered(link: HciLink, socket: HciSocket): Promise<ScanEnd> {
  const late = `${link.address}: the scan commands were not answered within ${scanLimitMs} ms`;
  return first(link, new BeaconError('hci-timeout', late), scanLimitMs, (settle) => [
    socket.onIdle(() => settle('answered')),
    link.onReset(() => settle('reset')),
  ]);
}

/** Waits until noble has made a controller ready that was reset. */
function readyAgain(link: HciLink, watch: StackWatch): Promise<void> {
  const late = `noble is not ready ${startLimitMs} ms after the controller was reset`;
  return first(link, new BeaconError('stack-not-ready', late), startLimitMs, (settle) => [
    watch.onReady(() => settle(undefined)),
  ]);
}

/** The first thing that happens, unless the link ends before it or it is late. */
function first<Happening>(
  link: HciLink,
  late: BeaconError,
  limitMs: number,
  listenTo: (settle: (happening: Happening) => void) => readonly (() => unknown)[],
): Promise<Happening> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      for (const end of endings) end();
    };
    const fail = (error: BeaconError): void => {
      stop();
      reject(error);
    };
    const timer = setTimeout(() => fail(late), limitMs);
    const endings = [
      ...listenTo((happening) => {
        stop();
        resolve(happening);
      }),
      link.onClosed((cause) => {
        const how = cause === undefined ? 'closed' : `lost (${cause.message})`;
        fail(new BeaconError('radio-lost', `${link.address}: ${how} while a scan was started or stopped`, { cause }));
      }),
    ];
  });
}

/** Takes noble's event apart: status, type, address, address type, data, RSSI. */
function tellReport(reports: Set<(report: AdvertisingReport) => void>, socket: HciSocket, values: unknown[]): void {
  const [, type, address, addressType, data, rssiDbm] = values as [
    0,
    number,
    string,
    'public' | 'random',
    Buffer,
    number,
  ];
  const report = { address, addressType, type, data: new Uint8Array(data), rssiDbm, atMs: socket.receivedAtMs };
  for (const listener of [...reports]) listener(report);
}

function listen<Listener>(set: Set<Listener>, listener: Listener): () => void {
  set.add(listener);
  return () => set.delete(listener);
}
