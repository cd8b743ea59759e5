import { BeaconError } from '../errors.js';
import { createAclGate } from './acl-gate.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { type HciLayer, initialiseWithoutSigint, type StackInsides, takePolling, watchStack } from './stack-watch.js';
import { ownSocket, substituteSocket } from './substitute-socket.js';

/** bleno's object, as its own types describe it. */
export type Bleno = typeof import('@abandonware/bleno');

export interface BlenoStack {
  readonly bleno: Bleno;
  /**
   * Called each time bleno has initialised the controller again, after a reset or after the adapter came back: from then
   * on commands of ours are not undone by commands of bleno. Advertising is off at that instant.
   */
  onReady(listener: () => void): () => void;
  /** How many packets bleno could not parse, or was not given because it cannot. */
  malformed(): number;
  /**
   * Takes bleno off the link, as if the adapter had gone down: a central that was connected is gone, its services stay.
   * bleno is a singleton of its process; after this it can be started on another link.
   */
  close(): void;
}

export interface BlenoOptions {
  /**
   * bleno's own advertising commands do not reach the controller. They are legacy ones, and it sends them whenever it initialises
   * a controller: one that is advertised on by extended commands would refuse those from then on (Core Vol 4 Part E §3.1.1).
   */
  readonly withholdsAdvertising?: boolean;
}

const legacyAdvertising: ReadonlySet<number> = new Set([
  opcodes.leSetAdvertisingParameters,
  opcodes.leSetAdvertisingData,
  opcodes.leSetScanResponseData,
  opcodes.leSetAdvertisingEnable,
]);

const startLimitMs = 5000;
/** Core Vol 1 Part F §2.8: what a central that was connected when the link went is told of as. */
const connectionTimeout = 0x08;

interface Current {
  readonly link: HciLink;
  readonly stack: Promise<BlenoStack>;
}
let current: Current | undefined;
/** Handlers that bleno's only initialisation has put on the process; off it while bleno has no link. */
let exitHandlers: readonly NodeJS.ExitListener[] | undefined;

/**
 * Loads bleno over a link and waits until it is ready. A second call with the same link gets the same stack; a stack that
 * was closed makes way for the next link.
 * @throws BeaconError `stack-not-ready` after 5 s, or while this process's bleno serves another link; the link's own error
 *   when it ends meanwhile.
 */
export async function startBleno(link: HciLink, options: BlenoOptions = {}): Promise<BlenoStack> {
  if (current !== undefined && current.link !== link) {
    const reason = `bleno is one per process, and this one serves ${current.link.address}`;
    throw new BeaconError('stack-not-ready', `bleno cannot be started on ${link.address}: ${reason}`);
  }
  current ??= { link, stack: start(link, options) };
  return current.stack;
}

async function start(link: HciLink, { withholdsAdvertising = false }: BlenoOptions): Promise<BlenoStack> {
  substituteSocket();
  const { default: bleno } = await import('@abandonware/bleno');
  const insides = bleno as unknown as BlenoInsides;
  const bindings = insides._bindings;
  const socket = ownSocket(bindings._hci._socket);
  const gate = createAclGate((handle, channel, pdu) =>
    bindings._hci.queueAclDataPkt(handle, channel, Buffer.from(pdu)),
  );
  socket.attach(link, { sift: gate.sift, ...(withholdsAdvertising ? { withheld: legacyAdvertising } : {}) });
  disconnectOnEveryHandle(bindings);
  const watch = watchStack('bleno', link, socket, startLimitMs);
  const poll = takePolling(insides);
  if (exitHandlers === undefined) {
    // bleno initialises itself when the first listener for its state comes, and begins to poll.
    exitHandlers = initialiseWithoutSigint(insides, () => bleno.on('stateChange', watch.noteState));
  } else {
    for (const handler of exitHandlers) process.on('exit', handler);
    bleno.on('stateChange', watch.noteState);
    poll.look();
  }
  let isClosed = false;
  function close(): void {
    if (isClosed) return;
    isClosed = true;
    watch.close();
    for (const handler of exitHandlers ?? []) process.removeListener('exit', handler);
    bleno.removeListener('stateChange', watch.noteState);
    socket.detach();
    // A socket without a link is down: bleno then knows, and initialises the next controller from the beginning.
    poll.look();
    poll.end();
    const { _hci: hci, _handle: handle } = insides._bindings;
    if (handle !== null) hci.emit('disconnComplete', handle, connectionTimeout);
    if (current?.link === link) current = undefined;
  }
  try {
    await watch.started;
  } catch (error) {
    close();
    throw error;
  }
  return { bleno, onReady: watch.onReady, malformed: () => socket.malformed + gate.refused(), close };
}

interface BlenoBindings {
  readonly _hci: HciLayer & {
    queueAclDataPkt(handle: number, channel: number, pdu: Buffer): void;
    disconnect(handle: number): void;
    emit(event: string, ...values: readonly unknown[]): boolean;
  };
  /** Of the connection there is. */
  readonly _handle: number | null;
  disconnect(): void;
}

type BlenoInsides = StackInsides & { readonly _bindings: BlenoBindings };

/**
 * bleno takes the handle 0 for none, and does not disconnect it: with a controller that counts from 0, as Zephyr's does,
 * whoever connects would stay for as long as they like.
 */
function disconnectOnEveryHandle(bindings: BlenoBindings): void {
  bindings.disconnect = () => {
    if (bindings._handle !== null) bindings._hci.disconnect(bindings._handle);
  };
}
