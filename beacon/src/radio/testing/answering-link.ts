import { readOpcode } from '../hci-packets.js';
import type { HciLink } from '../link.js';
import { LinkHub } from '../link-hub.js';
import { opcodes } from '../opcodes.js';

/** A controller in memory that answers every command at once with success, and says what it is given to say. */
export interface AnsweringLink {
  readonly link: HciLink;
  /** Says one packet, before it returns. */
  say(packet: Uint8Array): void;
  /** Every ACL packet that was written to it since the last call. */
  takeSent(): readonly Uint8Array[];
  /** The handle and reason of each disconnect that was asked for. */
  readonly disconnects: readonly { readonly handle: number; readonly reason: number }[];
  connect(handle: number): void;
  disconnect(handle: number): void;
  /** What a central sends: one L2CAP PDU, cut into fragments of so many octets where that is given. */
  sendPdu(handle: number, channel: number, pdu: Uint8Array, fragmentOctets?: number): void;
}

/** Return parameters after the status. */
const returns: Readonly<Record<number, readonly number[]>> = {
  [opcodes.readLocalVersionInformation]: [8, 0, 0, 8, 0xff, 0xff, 0, 0],
  [opcodes.readBdAddr]: [0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
  [opcodes.leReadBufferSize]: [0xfb, 0x00, 0x03],
  // Read LE Host Support: supported, not simultaneous.
  3180: [1, 0],
};
const DISCONNECT = 0x0406;

export function makeAnsweringLink(): AnsweringLink {
  const hub = new LinkHub();
  const disconnects: { handle: number; reason: number }[] = [];
  let sent: Uint8Array[] = [];
  const say = (packet: Uint8Array): void => hub.emitPacket(packet, performance.now());

  function send(packet: Uint8Array): void {
    if (packet[0] === 0x02) {
      sent.push(packet.slice());
      const [, low = 0, high = 0] = packet;
      // Number Of Completed Packets (Core Vol 4 Part E §7.7.19): the buffer is free again.
      queueMicrotask(() => say(Uint8Array.of(0x04, 0x13, 5, 1, low, high & 0x0f, 1, 0)));
      return;
    }
    const opcode = readOpcode(packet);
    if (opcode === undefined) return;
    const octets = [opcode & 0xff, opcode >> 8];
    if (opcode === DISCONNECT) {
      disconnects.push({ handle: (packet[4] ?? 0) | ((packet[5] ?? 0) << 8), reason: packet[6] ?? 0 });
      queueMicrotask(() => say(Uint8Array.of(0x04, 0x0f, 4, 0, 1, ...octets)));
      return;
    }
    const values = returns[opcode] ?? [];
    queueMicrotask(() => say(Uint8Array.of(0x04, 0x0e, 4 + values.length, 1, ...octets, 0, ...values)));
  }

  return {
    link: {
      address: 'h4:answering',
      send,
      onPacket: (listener) => hub.onPacket(listener),
      onSent: (listener) => hub.onSent(listener),
      onReset: (listener) => hub.onReset(listener),
      onClosed: (listener) => hub.onClosed(listener),
      isUp: () => !hub.isClosed,
      close: async () => hub.emitClosed(undefined),
    },
    say,
    takeSent() {
      const taken = sent;
      sent = [];
      return taken;
    },
    disconnects,
    connect: (handle) => {
      // LE Connection Complete (§7.7.65.1), as peripheral, of a random address.
      const peer = [1, 0xc6, 0xc5, 0xc4, 0xc3, 0xc2, 0xc1];
      say(Uint8Array.of(0x04, 0x3e, 19, 0x01, 0, handle & 0xff, handle >> 8, 1, ...peer, 24, 0, 0, 0, 42, 0, 0));
    },
    disconnect: (handle) => say(Uint8Array.of(0x04, 0x05, 4, 0, handle & 0xff, handle >> 8, 0x13)),
    sendPdu(handle, channel, pdu, fragmentOctets = 0xffff) {
      const whole = Uint8Array.of(pdu.length & 0xff, pdu.length >> 8, channel & 0xff, channel >> 8, ...pdu);
      for (let at = 0; at < whole.length; at += fragmentOctets) {
        const part = whole.subarray(at, at + fragmentOctets);
        const flags = at === 0 ? 0x20 : 0x10;
        say(Uint8Array.of(0x02, handle & 0xff, (handle >> 8) | flags, part.length & 0xff, part.length >> 8, ...part));
      }
    },
  };
}
