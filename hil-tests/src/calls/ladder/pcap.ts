import type { SeenMessage } from '../telephony/hep.js';
import { redactMessage } from './redact.js';

/**
 * SIP messages as a capture that Wireshark reads: pcap with microseconds (draft-ietf-opsawg-pcap §4), each message in an IPv4/UDP
 * packet of its own with the ports it went by (LINKTYPE_RAW, 101). What went over TLS stands here as the proxy saw it, in the clear
 * and as UDP: the packets are made from messages and are not what was on the wire.
 */

const MAGIC = 0xa1b2c3d4;
const LINKTYPE_RAW = 101;
const LONGEST = 65_535;
const IP_HEADER = 20;
const UDP_HEADER = 8;
const UDP = 17;
const LOOPBACK = [127, 0, 0, 1];

export function encodePcap(messages: readonly SeenMessage[]): Uint8Array {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(LONGEST, 16);
  header.writeUInt32LE(LINKTYPE_RAW, 20);
  return Buffer.concat([header, ...messages.flatMap((message) => recordOf(message))]);
}

function recordOf(message: SeenMessage): readonly Uint8Array[] {
  const packet = packetOf(message);
  const record = Buffer.alloc(16);
  const unixUs = Math.round(message.unixMs * 1000);
  record.writeUInt32LE(Math.floor(unixUs / 1_000_000), 0);
  record.writeUInt32LE(unixUs % 1_000_000, 4);
  record.writeUInt32LE(packet.length, 8);
  record.writeUInt32LE(packet.length, 12);
  return [record, packet];
}

function packetOf({ fromPort, toPort, text }: SeenMessage): Buffer {
  const payload = Buffer.from(redactMessage(text)).subarray(0, LONGEST - IP_HEADER - UDP_HEADER);
  const head = Buffer.alloc(IP_HEADER + UDP_HEADER);
  head.set([0x45, 0], 0);
  head.writeUInt16BE(head.length + payload.length, 2);
  head.writeUInt16BE(0x4000, 6); // Not to be fragmented.
  head.set([64, UDP], 8);
  head.set([...LOOPBACK, ...LOOPBACK], 12);
  head.writeUInt16BE(checksumOf(head.subarray(0, IP_HEADER)), 10);
  head.writeUInt16BE(fromPort, 20);
  head.writeUInt16BE(toPort, 22);
  // The checksum that follows may be left out over IPv4 (RFC 768).
  head.writeUInt16BE(UDP_HEADER + payload.length, 24);
  return Buffer.concat([head, payload]);
}

/** RFC 1071. */
function checksumOf(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
