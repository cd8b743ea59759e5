/**
 * The HCI commands a virtual controller knows, after the Core specification Vol 4 Part E. Per command: its opcode, the
 * length of its parameters, its bit among the supported commands (§6.27: octet, bit), and what it does. A command that is
 * not in these tables is unknown to the controller, and its bit is 0: the answer to Read Local Supported Commands cannot
 * promise more than there is.
 *
 * | part | section | here |
 * |---|---|---|
 * | Controller & Baseband | §7.3 | Reset, Set Event Mask (and Page 2), Read/Write LE Host Support |
 * | Informational | §7.4 | version, commands, features, buffers, address |
 * | Link Control, Status | §7.1, §7.5 | Disconnect, Read RSSI, see `hci-link-commands.ts` |
 * | LE Controller | §7.8 | legacy advertising and scanning, see `hci-le-commands.ts`; connections |
 *
 * Not built: encryption, extended advertising, privacy, directed advertising, longer data packets.
 */
import { type ControllerRadio, type ControllerState, createControllerState } from './controller-state.js';
import { type Command, type CommandContext, hciStatus } from './hci-command.js';
import { leCommands } from './hci-le-commands.js';
import { linkCommands, stopInitiating } from './hci-link-commands.js';

const { success } = hciStatus;

const basicCommands: readonly Command[] = [
  { opcode: 0x0c01, name: 'Set Event Mask', parameterLength: 8, supported: [5, 6], run: setEventMask },
  { opcode: 0x0c03, name: 'Reset', parameterLength: 0, supported: [5, 7], run: reset },
  // Accepted and without effect: none of its events exists here.
  { opcode: 0x0c63, name: 'Set Event Mask Page 2', parameterLength: 8, supported: [22, 2], run: () => [success] },
  { opcode: 0x0c6c, name: 'Read LE Host Support', parameterLength: 0, supported: [24, 5], run: readLeHostSupport },
  { opcode: 0x0c6d, name: 'Write LE Host Support', parameterLength: 2, supported: [24, 6], run: writeLeHostSupport },
  // Version 5.0 (9); company 0xffff is for what is no product.
  {
    opcode: 0x1001,
    name: 'Read Local Version Information',
    parameterLength: 0,
    supported: [14, 3],
    run: () => [success, 9, 0, 0, 9, 0xff, 0xff, 0, 0],
  },
  {
    opcode: 0x1002,
    name: 'Read Local Supported Commands',
    parameterLength: 0,
    supported: [14, 4],
    run: () => [success, ...listSupportedCommands()],
  },
  // BR/EDR not supported (bit 37), LE supported (bit 38).
  {
    opcode: 0x1003,
    name: 'Read Local Supported Features',
    parameterLength: 0,
    supported: [14, 5],
    run: () => [success, 0, 0, 0, 0, 0x60, 0, 0, 0],
  },
  // All zero: there are LE buffers only.
  {
    opcode: 0x1005,
    name: 'Read Buffer Size',
    parameterLength: 0,
    supported: [14, 7],
    run: () => [success, 0, 0, 0, 0, 0, 0, 0],
  },
  {
    opcode: 0x1009,
    name: 'Read BD_ADDR',
    parameterLength: 0,
    supported: [15, 1],
    run: ({ publicAddress }) => [success, ...publicAddress],
  },
];

const commands = new Map(
  [...basicCommands, ...leCommands, ...linkCommands].map((command) => [command.opcode, command]),
);

/** @returns the command with this opcode, if the controller knows it. */
export function findCommand(opcode: number): Command | undefined {
  return commands.get(opcode);
}

/** @returns the 64 octets of supported commands, exactly those of the tables. */
export function listSupportedCommands(): Uint8Array {
  const octets = new Uint8Array(64);
  for (const { supported } of commands.values()) octets[supported[0]]! |= 1 << supported[1];
  return octets;
}

/** Puts a controller into the state after power-on: nothing on the air, everything forgotten. */
export function resetState(state: ControllerState, radio: ControllerRadio): void {
  if (state.isAdvertising) radio.stopAdvertising();
  stopInitiating({ state, radio });
  if (state.isScanning) radio.stopScanning();
  radio.loseLinks();
  const { seen, acceptList, randomCount, linkRssiDbm } = state;
  for (const memory of [seen, acceptList, linkRssiDbm]) memory.clear();
  // A real generator does not start again; neither may this count.
  Object.assign(state, createControllerState(), { seen, acceptList, randomCount, linkRssiDbm });
}

function setEventMask({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  state.eventMask = parameters.slice();
  return [success];
}

function reset({ state, radio }: CommandContext): readonly number[] {
  resetState(state, radio);
  return [success];
}

function readLeHostSupport({ state }: CommandContext): readonly number[] {
  return [success, state.isLeHostSupported ? 1 : 0, 0];
}

function writeLeHostSupport({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (parameters[0]! > 1) return [hciStatus.invalidParameters];
  state.isLeHostSupported = parameters[0] === 1;
  return [success];
}
