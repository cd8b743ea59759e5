/**
 * The connections of one virtual controller, in HCI (Core Vol 4 Part E §5.4.2, §7.1.6, §7.7, §7.8): events and data out,
 * data in. One handle serves both sides of a link.
 */
import type { LinkBegin, LinkFragment, LinkTiming } from './link-layer.js';

const aclHeaderOctets = 5;
/** Packet boundary flags: a first piece from a host, a further piece, a first piece from a controller (§5.4.2). */
const boundary = { firstFromHost: 0, continuing: 1, firstFromController: 2 } as const;

/** @returns handle and piece of an ACL packet from the host, or `undefined` for one whose length lies or whose flags are reserved. */
export function decodeAcl(
  packet: Uint8Array,
): { readonly handle: number; readonly fragment: LinkFragment } | undefined {
  if (packet.length < aclHeaderOctets) return undefined;
  const word = packet[1]! | (packet[2]! << 8);
  const length = packet[3]! | (packet[4]! << 8);
  const flags = (word >> 12) & 3;
  if (packet.length !== aclHeaderOctets + length || flags > boundary.firstFromController) return undefined;
  return {
    handle: word & 0x0fff,
    fragment: { isFirst: flags !== boundary.continuing, data: packet.slice(aclHeaderOctets) },
  };
}

export function encodeAcl(handle: number, { isFirst, data }: LinkFragment): Uint8Array {
  const word = handle | ((isFirst ? boundary.firstFromController : boundary.continuing) << 12);
  return Uint8Array.of(0x02, word & 0xff, word >> 8, data.length & 0xff, data.length >> 8, ...data);
}

/** §7.7.65.1. */
export function encodeConnectionComplete(begin: LinkBegin): Uint8Array {
  const { handle, role, peer } = begin;
  return encodeLeMeta(0x01, [
    0,
    ...wordOf(handle),
    role === 'central' ? 0 : 1,
    peer.isRandom ? 1 : 0,
    ...peer.address.slice().reverse(),
    ...timingOf(begin),
    0,
  ]);
}

/** §7.7.65.1 of an attempt that came to nothing: Unknown Connection Identifier after a cancel (§7.8.13). */
export function encodeConnectionFailed(status: number): Uint8Array {
  return encodeLeMeta(0x01, [status, ...new Array<number>(17).fill(0)]);
}

/** §7.7.65.3. */
export function encodeConnectionUpdated(handle: number, timing: LinkTiming): Uint8Array {
  return encodeLeMeta(0x03, [0, ...wordOf(handle), ...timingOf(timing)]);
}

/** §7.7.65.4: no feature beyond those that every controller has. */
export function encodeRemoteFeatures(handle: number): Uint8Array {
  return encodeLeMeta(0x04, [0, ...wordOf(handle), 0, 0, 0, 0, 0, 0, 0, 0]);
}

/** §7.7.5. */
export function encodeDisconnected(handle: number, reason: number): Uint8Array {
  return Uint8Array.of(0x04, 0x05, 4, 0, ...wordOf(handle), reason);
}

/** §7.7.19. */
export function encodeCompletedPackets(handle: number, count: number): Uint8Array {
  return Uint8Array.of(0x04, 0x13, 5, 1, ...wordOf(handle), ...wordOf(count));
}

function encodeLeMeta(subevent: number, parameters: readonly number[]): Uint8Array {
  return Uint8Array.of(0x04, 0x3e, 1 + parameters.length, subevent, ...parameters);
}

function timingOf({ interval, latency, supervisionTimeout }: LinkTiming): readonly number[] {
  return [...wordOf(interval), ...wordOf(latency), ...wordOf(supervisionTimeout)];
}

function wordOf(value: number): readonly [number, number] {
  return [value & 0xff, value >> 8];
}
