import { BeaconError } from '../errors.js';
import { ControllerSession, type SessionLimits } from './controller-session.js';
import { isResetComplete } from './hci-packets.js';
import type { HciLink } from './link.js';
import { LinkHub, type LinkTap } from './link-hub.js';
import { bindNativeSocket, explainKernelError, explainKernelFault, type NativeSocket } from './native-socket.js';
import type { KernelAddress } from './radio-address.js';

export interface KernelLinkOptions {
  readonly tap?: LinkTap | undefined;
  readonly limits?: Partial<SessionLimits>;
}

const pollMs = 1000;
/**
 * An adapter that went down is reported down for at least this many polls. bleno and noble look once a second; a
 * shorter time would pass them by, and they would not set the masks again that the kernel's reset has cleared.
 */
const downPolls = 3;

/**
 * The addon closes its descriptor when its reading thread ends and closes the same number again when it is collected,
 * by which time the number may belong to another file. What was stopped is therefore never collected.
 */
const stoppedSockets: NativeSocket[] = [];

/**
 * Opens an adapter of this kernel. On the raw channel the kernel shares it, keeps the command credits and knows whether
 * it is up; on the user channel it is ours alone and needs all that a controller on a serial line needs.
 * Rejects with `radio-unavailable`, `radio-permission`, `radio-busy` or `hci-timeout`.
 */
export async function openKernelLink(address: KernelAddress, options: KernelLinkOptions = {}): Promise<HciLink> {
  const socket = bindNativeSocket(address);
  if (address.channel === 'raw') return new RawKernelLink(address, socket, options.tap);
  const session = new ControllerSession(address.text, options);
  socket.on('data', (packet: Buffer) => session.receive(new Uint8Array(packet), performance.now()));
  socket.on('error', (cause: Error) =>
    session.fail(explainKernelFault(address, cause) ?? explainKernelError(address, cause)),
  );
  socket.start();
  await session.open({
    write: (packet) => socket.write(asBuffer(packet)),
    expectReset: () => {},
    close: async () => stopSocket(socket),
  });
  return session;
}

/** An adapter that the kernel shares with us. Exported for its test. */
export class RawKernelLink implements HciLink {
  readonly address: string;
  readonly #hub = new LinkHub();
  readonly #socket: NativeSocket;
  readonly #tap: LinkTap | undefined;
  readonly #deviceId: number;
  readonly #poll: NodeJS.Timeout;
  #isUp: boolean;
  #pollsDown = 0;

  constructor(address: KernelAddress, socket: NativeSocket, tap: LinkTap | undefined) {
    this.address = address.text;
    this.#socket = socket;
    this.#tap = tap;
    this.#deviceId = address.deviceId;
    socket.on('data', (packet: Buffer) => this.#receive(new Uint8Array(packet), performance.now()));
    socket.on('error', (cause: Error) => {
      const error = explainKernelFault(address, cause);
      if (error !== undefined) this.#end(error);
    });
    socket.start();
    this.#isUp = socket.isDevUp();
    this.#poll = setInterval(() => this.#look(), pollMs);
    this.#poll.unref();
  }

  send(packet: Uint8Array): void {
    if (this.#hub.isClosed) return;
    const atMs = performance.now();
    this.#tap?.('sent', packet, atMs);
    this.#hub.emitSent(packet, atMs);
    this.#socket.write(asBuffer(packet));
  }

  onPacket(listener: (packet: Uint8Array, atMs: number) => void): () => void {
    return this.#hub.onPacket(listener);
  }

  onSent(listener: (packet: Uint8Array, atMs: number) => void): () => void {
    return this.#hub.onSent(listener);
  }

  onReset(listener: () => void): () => void {
    return this.#hub.onReset(listener);
  }

  onClosed(listener: (error: BeaconError | undefined) => void): () => void {
    return this.#hub.onClosed(listener);
  }

  isUp(): boolean {
    return this.#isUp && !this.#hub.isClosed;
  }

  async close(): Promise<void> {
    this.#end(undefined);
  }

  #receive(packet: Uint8Array, atMs: number): void {
    if (this.#hub.isClosed) return;
    this.#tap?.('received', packet, atMs);
    if (isResetComplete(packet)) this.#hub.emitReset();
    this.#hub.emitPacket(packet, atMs);
  }

  #look(): void {
    if (this.#socket.isDevUp()) {
      if (this.#isUp || ++this.#pollsDown < downPolls) return;
      this.#isUp = true;
      this.#hub.emitReset();
      return;
    }
    if (this.#isUp) this.#pollsDown = 0;
    this.#pollsDown++;
    this.#isUp = false;
    // An adapter that is plugged in again gets another number, and the addon's reading thread spins on the dead socket.
    if (this.#socket.getDeviceList().some(({ devId }) => devId === this.#deviceId)) return;
    this.#end(new BeaconError('radio-lost', `${this.address}: the adapter hci${this.#deviceId} is gone`));
  }

  #end(error: BeaconError | undefined): void {
    if (this.#hub.isClosed) return;
    clearInterval(this.#poll);
    this.#hub.emitClosed(error);
    stopSocket(this.#socket);
  }
}

/** Waits up to 1 s in this thread: the addon joins its reading thread, which looks up once a second. */
function stopSocket(socket: NativeSocket): void {
  socket.removeAllListeners('data');
  socket.removeAllListeners('error');
  socket.on('error', () => {
    // Whatever stopping reports, the socket is of no use any more.
  });
  socket.stop();
  stoppedSockets.push(socket);
}

function asBuffer(packet: Uint8Array): Buffer {
  return Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
}
