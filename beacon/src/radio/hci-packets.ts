/**
 * H4 packets as Bluetooth Core Vol 4 Part A §2 and Part E §5.4 lay them out.
 *
 * | octets            | command 0x01       | ACL 0x02           | SCO 0x03        | event 0x04     | ISO 0x05        |
 * | ----------------- | ------------------ | ------------------ | --------------- | -------------- | --------------- |
 * | after the type    | opcode, 2          | handle+flags, 2    | handle+flags, 2 | event code, 1  | handle+flags, 2 |
 * | length of payload | 1                  | 2                  | 1               | 1              | 2 (14 bits)     |
 */
export const packetTypes = { command: 0x01, acl: 0x02, sco: 0x03, event: 0x04, iso: 0x05 } as const;

export const eventCodes = { commandComplete: 0x0e, commandStatus: 0x0f, hardwareError: 0x10, leMeta: 0x3e } as const;

export const resetOpcode = 0x0c03;

/** What Command Complete (§7.7.14) or Command Status (§7.7.15) says about one command. */
export interface CommandAnswer {
  readonly kind: 'complete' | 'status';
  /** 0 when the event only grants credits. */
  readonly opcode: number;
  /** Num_HCI_Command_Packets: how many commands the controller accepts from now on. */
  readonly credits: number;
  /** Absent in a Command Complete without return parameters, as the one of opcode 0. */
  readonly status: number | undefined;
  /** The octets after the status. */
  readonly returnParameters: Uint8Array;
}

/** @returns the answer an event carries, or undefined when the packet is no answer or too short for one. */
export function readCommandAnswer(packet: Uint8Array): CommandAnswer | undefined {
  if (packet[0] !== packetTypes.event) return undefined;
  if (packet[1] === eventCodes.commandComplete && packet.length >= 6) {
    const [credits = 0, low = 0, high = 0] = packet.subarray(3, 6);
    const returnParameters = packet.subarray(7);
    return { kind: 'complete', opcode: low | (high << 8), credits, status: packet[6], returnParameters };
  }
  if (packet[1] === eventCodes.commandStatus && packet.length >= 7) {
    const [status = 0, credits = 0, low = 0, high = 0] = packet.subarray(3, 7);
    return { kind: 'status', opcode: low | (high << 8), credits, status, returnParameters: new Uint8Array(0) };
  }
  return undefined;
}

/** @returns whether the packet is the Command Complete of a successful HCI_Reset (§7.3.2). */
export function isResetComplete(packet: Uint8Array): boolean {
  const answer = readCommandAnswer(packet);
  return answer?.kind === 'complete' && answer.opcode === resetOpcode && answer.status === 0;
}

/** @returns the opcode of a command packet, or undefined for every other packet. */
export function readOpcode(packet: Uint8Array): number | undefined {
  const [type, low, high] = packet;
  return type === packetTypes.command && low !== undefined && high !== undefined ? low | (high << 8) : undefined;
}

/**
 * Encodes one command packet.
 * @throws RangeError when the opcode is not 16 bits or the parameters are longer than 255 octets.
 */
export function encodeCommand(opcode: number, parameters: Uint8Array): Uint8Array {
  if (!Number.isInteger(opcode) || opcode < 0 || opcode > 0xffff)
    throw new RangeError(`opcode: 16 bits, got ${opcode}`);
  if (parameters.length > 255) throw new RangeError(`parameters: at most 255 octets, got ${parameters.length}`);
  return Uint8Array.of(packetTypes.command, opcode & 0xff, opcode >> 8, parameters.length, ...parameters);
}
