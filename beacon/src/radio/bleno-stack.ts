import { BeaconError } from '../errors.js';
import { createAclGate } from './acl-gate.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { endPolling, type HciLayer, initialiseWithoutSigint, type StackInsides, watchStack } from './stack-watch.js';
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
  /** Takes bleno off the link. It is a singleton of its process and cannot be started a second time. */
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

let first: { readonly link: HciLink; readonly stack: Promise<BlenoStack> } | undefined;

/**
 * Loads bleno over a link and waits until it is ready.
 * A second call with the same link gets the same stack.
 * @throws BeaconError `stack-not-ready` after 5 s, or when this process has used its bleno on another link; the link's
 *   own error when it ends meanwhile.
 */
export async function startBleno(link: HciLink, options: BlenoOptions = {}): Promise<BlenoStack> {
  if (first !== undefined && first.link !== link) {
    const reason = `bleno is one per process, and this one serves ${first.link.address}`;
    throw new BeaconError('stack-not-ready', `bleno cannot be started on ${link.address}: ${reason}`);
  }
  first ??= { link, stack: start(link, options) };
  return first.stack;
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
  // bleno initialises itself when the first listener for its state comes.
  const removeHandlers = initialiseWithoutSigint(insides, () => bleno.on('stateChange', watch.noteState));
  function close(): void {
    watch.close();
    removeHandlers();
    endPolling(insides);
    socket.detach();
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
