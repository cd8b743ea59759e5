import { packetTypes } from './hci-packets.js';

/**
 * What a central may say to bleno. bleno reads an ATT request without looking at its length, throws at some that are too
 * short, keeps fragments for ever that never become whole, and answers answers. All of that anybody within range can send
 * while the beacon can be connected to; an exception in there would end the daemon. So every PDU of a central is put together
 * and looked at here first, and bleno sees only what it can read.
 *
 * | octets of an ACL packet (Core Vol 4 Part E §5.4.2) | 0 | 1–2 | 3–4 | 5–6 | 7–8 | 9– |
 * |---|---|---|---|---|---|---|
 * | | 0x02 | handle (12 bits), boundary (2), broadcast (2) | length | length of the PDU | channel | PDU |
 *
 * Length and channel stand in the first fragment (Vol 3 Part A §3.1); the further ones carry on behind octet 4.
 */
export interface AclGate {
  /** @returns what the stack may read: the packet itself, a whole PDU in one packet, or nothing yet or at all. */
  sift(packet: Uint8Array): Uint8Array | undefined;
  /** How many PDUs were kept from the stack. */
  refused(): number;
}

/** Sends a PDU to the central, through the stack's own queue: it counts the controller's buffers. */
export type SendPdu = (handle: number, channel: number, pdu: Uint8Array) => void;

const channels = { att: 0x0004, smp: 0x0006 } as const;
const boundaries = { continuing: 1, first: 2 } as const;
const ACL_HEAD_OCTETS = 5;
const L2CAP_HEAD_OCTETS = 4;
/** bleno agrees to an MTU of 256. */
const MOST_PDU_OCTETS = 256;
const DISCONNECTION_COMPLETE = 0x05;

/** Which lengths each ATT request has that bleno serves (Core Vol 3 Part F §3.4): from, to, or one of two. */
const attLengths: Readonly<Record<number, (octets: number) => boolean>> = {
  2: (octets) => octets === 3, // Exchange MTU
  4: (octets) => octets === 5, // Find Information
  6: (octets) => octets > 7, // Find By Type Value: one octet of a value at least
  8: (octets) => octets === 7 || octets === 21, // Read By Type: a UUID of 16 or 128 bits
  10: (octets) => octets === 3, // Read
  12: (octets) => octets === 5, // Read Blob
  16: (octets) => octets === 7 || octets === 21, // Read By Group Type
  18: (octets) => octets >= 3, // Write
  22: (octets) => octets >= 5, // Prepare Write
  24: (octets) => octets === 2, // Execute Write
  30: (octets) => octets === 1, // Confirmation
  82: (octets) => octets >= 3, // Write Command
};
const ATT_ERROR = 0x01;
const attErrors = { invalidPdu: 0x04, requestNotSupported: 0x06 } as const;
/** Commands have this bit and are not answered (§3.3). */
const COMMAND_FLAG = 0x40;
const CONFIRMATION = 0x1e;

const smpCodes = { pairingRequest: 0x01, pairingFailed: 0x05 } as const;
/** Vol 3 Part H §3.5.5. The session has a key of its own (docs/protocol.md); bleno's pairing adds nothing but ways to fail. */
const PAIRING_NOT_SUPPORTED = 0x05;

/** A PDU with its head, as far as it has come. */
interface Joining {
  readonly octets: Uint8Array;
  readonly filled: number;
}

/** One for each link; what it keeps of a connection is one PDU, and goes with it. */
export function createAclGate(send: SendPdu): AclGate {
  const joinings = new Map<number, Joining>();
  let refused = 0;

  /** @returns the PDU this fragment completes, behind its head. A central may cut anywhere, within the head as well. */
  function join(handle: number, isFirst: boolean, part: Uint8Array): Uint8Array | undefined {
    const before = isFirst ? nothingYet() : joinings.get(handle);
    joinings.delete(handle);
    const joined = before === undefined ? undefined : append(before, part);
    if (joined === undefined) {
      refused += 1;
      return undefined;
    }
    if (joined.filled === expectedOctets(joined)) return joined.octets.subarray(0, joined.filled);
    joinings.set(handle, joined);
    return undefined;
  }

  /** @returns whether bleno can read it; says so to the central where it is owed an answer. */
  function isReadable(handle: number, octets: Uint8Array): boolean {
    const channel = (octets[2] ?? 0) | ((octets[3] ?? 0) << 8);
    const pdu = octets.subarray(L2CAP_HEAD_OCTETS);
    if (channel === channels.smp) {
      if (pdu[0] === smpCodes.pairingRequest)
        send(handle, channel, Uint8Array.of(smpCodes.pairingFailed, PAIRING_NOT_SUPPORTED));
      return false;
    }
    const [opcode] = pdu;
    if (channel !== channels.att || opcode === undefined) return false;
    const fits = attLengths[opcode];
    if (fits?.(pdu.length)) return true;
    const isAnswered = (opcode & COMMAND_FLAG) === 0 && opcode % 2 === 0 && opcode !== CONFIRMATION;
    const error = fits === undefined ? attErrors.requestNotSupported : attErrors.invalidPdu;
    if (isAnswered) send(handle, channel, Uint8Array.of(ATT_ERROR, opcode, 0, 0, error));
    return false;
  }

  return {
    sift(packet) {
      if (packet[0] === packetTypes.event && packet[1] === DISCONNECTION_COMPLETE)
        joinings.delete((packet[4] ?? 0) | ((packet[5] ?? 0) << 8));
      if (packet[0] !== packetTypes.acl) return packet;
      const head = (packet[1] ?? 0) | ((packet[2] ?? 0) << 8);
      const [handle, boundary] = [head & 0x0fff, (head >> 12) & 3];
      if (boundary !== boundaries.first && boundary !== boundaries.continuing) return undefined;
      const whole = join(handle, boundary === boundaries.first, packet.subarray(ACL_HEAD_OCTETS));
      if (whole === undefined) return undefined;
      if (isReadable(handle, whole)) return packetOf(handle, whole);
      refused += 1;
      return undefined;
    },
    refused: () => refused,
  };
}

function nothingYet(): Joining {
  return { octets: new Uint8Array(L2CAP_HEAD_OCTETS + MOST_PDU_OCTETS), filled: 0 };
}

/** @returns `undefined` for more than the PDU says it has, or one that is longer than any that bleno takes. */
function append({ octets, filled }: Joining, part: Uint8Array): Joining | undefined {
  if (filled + part.length > octets.length) return undefined;
  octets.set(part, filled);
  const joined = { octets, filled: filled + part.length };
  const expected = expectedOctets(joined);
  return expected <= octets.length && joined.filled <= expected ? joined : undefined;
}

/** With its head; the whole room while the length has not come. */
function expectedOctets({ octets, filled }: Joining): number {
  if (filled < L2CAP_HEAD_OCTETS) return octets.length;
  return L2CAP_HEAD_OCTETS + ((octets[0] ?? 0) | ((octets[1] ?? 0) << 8));
}

function packetOf(handle: number, octets: Uint8Array): Uint8Array {
  return Uint8Array.of(
    packetTypes.acl,
    ...[handle & 0xff, (handle >> 8) | (boundaries.first << 4)],
    ...[octets.length & 0xff, octets.length >> 8],
    ...octets,
  );
}
