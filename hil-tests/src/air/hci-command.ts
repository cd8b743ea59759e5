/** What an HCI command of a virtual controller is: shared by the tables of commands. */
import type { ControllerRadio, ControllerState } from './controller-state.js';
import { drawUniform } from './random.js';

/** Controller error codes, Core Vol 1 Part F §1.3. */
export const hciStatus = {
  success: 0x00,
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  memoryFull: 0x07,
  connectionFailed: 0x3e,
  commandDisallowed: 0x0c,
  unsupportedFeature: 0x11,
  invalidParameters: 0x12,
} as const;

export interface CommandContext {
  readonly id: string;
  readonly seed: number;
  /** Public address, least significant octet first. */
  readonly publicAddress: Uint8Array;
  readonly state: ControllerState;
  readonly radio: ControllerRadio;
  /** Refuse to enable advertising that is enabled, as the Broadcom controllers of the Raspberry Pi do. */
  readonly refusesEnableWhileEnabled: boolean;
  /** An event that follows the command's answer. */
  readonly emit: (packet: Uint8Array) => void;
}

export interface Command {
  readonly opcode: number;
  readonly name: string;
  readonly parameterLength: number;
  /** Octet and bit in the answer to Read Local Supported Commands. */
  readonly supported: readonly [octet: number, bit: number];
  /** Answered by Command Status: what comes of it is an event of its own. */
  readonly isAnsweredByStatus?: true;
  /** @returns the return parameters, status first and alone where it is answered by status. Parameters have the right length. */
  readonly run: (context: CommandContext, parameters: Uint8Array) => readonly number[];
}

/** @returns eight octets for LE Rand: keyed by seed and count, so repeatable and no secret. */
export function drawOctets({ seed, id, state }: CommandContext): readonly number[] {
  state.randomCount += 1;
  const { randomCount } = state;
  return Array.from({ length: 8 }, (_, index) =>
    Math.floor(256 * drawUniform(seed, 'le-rand', id, randomCount, index)),
  );
}
