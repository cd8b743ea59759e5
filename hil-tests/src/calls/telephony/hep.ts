import { createSocket } from 'node:dgram';

/** A SIP message as the proxy saw it go by: HEP version 3 (HOMER's encapsulation), of which the text and both ends are taken. */
export interface SeenMessage {
  /** Unix milliseconds at which it was reported here, on this machine's own clock. */
  readonly unixMs: number;
  readonly fromPort: number;
  readonly toPort: number;
  readonly text: string;
}

const HEADER = 6;
const CHUNK = 6;
const SOURCE_PORT = 7;
const DESTINATION_PORT = 8;
const PAYLOAD = 15;

/** @returns nothing for what is no HEP 3 packet with a payload. */
export function decodeHep(packet: Uint8Array, unixMs: number): SeenMessage | undefined {
  const view = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  if (view.length < HEADER || view.toString('latin1', 0, 4) !== 'HEP3') return undefined;
  const end = Math.min(view.readUInt16BE(4), view.length);
  let [fromPort, toPort] = [0, 0];
  let text: string | undefined;
  for (let at = HEADER; at + CHUNK <= end; ) {
    const [vendor, type, length] = [view.readUInt16BE(at), view.readUInt16BE(at + 2), view.readUInt16BE(at + 4)];
    if (length < CHUNK || at + length > end) return undefined;
    const value = view.subarray(at + CHUNK, at + length);
    if (vendor === 0 && type === SOURCE_PORT && value.length === 2) fromPort = value.readUInt16BE(0);
    if (vendor === 0 && type === DESTINATION_PORT && value.length === 2) toPort = value.readUInt16BE(0);
    if (vendor === 0 && type === PAYLOAD) text = value.toString('utf8');
    at += length;
  }
  return text === undefined ? undefined : { unixMs, fromPort, toPort, text };
}

export interface Observer {
  readonly port: number;
  close(): void;
}

/** Listens on loopback. @param see called with each message, in the order in which they were reported. */
export function openObserver(host: string, see: (message: SeenMessage) => void): Promise<Observer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.on('message', (packet) => {
      const message = decodeHep(packet, performance.timeOrigin + performance.now());
      if (message !== undefined) see(message);
    });
    socket.once('error', reject);
    socket.bind(0, host, () => resolve({ port: socket.address().port, close: () => socket.close() }));
  });
}
