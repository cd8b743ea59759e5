import { BeaconError } from '../errors.js';
import { type ByteStream, openByteStream } from './byte-stream.js';
import { ControllerSession, type SessionLimits } from './controller-session.js';
import { createH4Framer } from './h4-framer.js';
import type { HciLink } from './link.js';
import type { LinkTap } from './link-hub.js';
import type { SerialAddress, TcpAddress, UnixAddress } from './radio-address.js';

export interface H4LinkOptions {
  readonly tap?: LinkTap | undefined;
  readonly limits?: Partial<SessionLimits & H4Limits>;
}

export interface H4Limits {
  /** A packet that began and does not go on for so long has lost octets: at 115200 baud the longest takes 180 ms. */
  readonly partialPacketMs: number;
  /** What may wait to leave the process, before the line counts as dead. */
  readonly backlogOctets: number;
}

const h4Limits: H4Limits = { partialPacketMs: 500, backlogOctets: 256 * 1024 };

/**
 * Opens a controller that speaks H4 over a serial port, a unix socket or TCP, and resets it.
 * Rejects with `radio-unavailable`, `radio-permission`, `radio-busy`, `radio-lost` or `hci-timeout`.
 */
export async function openH4Link(
  address: SerialAddress | UnixAddress | TcpAddress,
  options: H4LinkOptions = {},
): Promise<HciLink> {
  return openH4Session(address.text, await openByteStream(address), options);
}

/** Resets the controller at the other end of a stream. Rejects with `radio-lost` or `hci-timeout`. */
export async function openH4Session(text: string, stream: ByteStream, options: H4LinkOptions = {}): Promise<HciLink> {
  const session = new ControllerSession(text, options);
  await runSession(session, stream, { ...h4Limits, ...options.limits });
  return session;
}

function runSession(session: ControllerSession, stream: ByteStream, limits: H4Limits): Promise<void> {
  const framer = createH4Framer({ direction: 'from-controller' });
  let partialTimer: NodeJS.Timeout | undefined;

  function takeChunk(chunk: Uint8Array): void {
    const atMs = performance.now();
    const items = framer.push(chunk);
    for (const item of items) {
      if (item.kind === 'packet') session.receive(item.packet, atMs);
      else session.loseSync(`the line carries garbage: ${item.reason}`);
    }
    watchPartialPacket(items.length > 0);
  }

  function watchPartialPacket(hasProgress: boolean): void {
    if (hasProgress || !framer.isMidPacket()) {
      clearTimeout(partialTimer);
      partialTimer = undefined;
    }
    if (!framer.isMidPacket()) return;
    partialTimer ??= setTimeout(() => {
      partialTimer = undefined;
      session.loseSync(`a packet stayed incomplete for ${limits.partialPacketMs} ms`);
    }, limits.partialPacketMs);
  }

  stream.start(takeChunk, (cause) => {
    clearTimeout(partialTimer);
    const how = cause === undefined ? 'the other side closed it' : cause.message;
    session.fail(new BeaconError('radio-lost', `${session.address}: the connection ended: ${how}`, { cause }));
  });
  return session.open({
    write: (packet) => {
      stream.write(packet);
      if (stream.backlogOctets() > limits.backlogOctets) {
        const problem = `${stream.backlogOctets()} octets wait to be taken by the other side`;
        session.fail(new BeaconError('radio-lost', `${session.address}: ${problem}`));
      }
    },
    expectReset: () => {
      clearTimeout(partialTimer);
      partialTimer = undefined;
      framer.resync();
    },
    close: () => {
      clearTimeout(partialTimer);
      return stream.close();
    },
  });
}
