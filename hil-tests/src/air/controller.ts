/**
 * A virtual Bluetooth LE controller, version 5.0, legacy advertising, scanning and connections: HCI packets in, HCI packets out. It
 * has no clock and no socket; what it does on the air goes through its `ControllerRadio`.
 *
 * | octet | command (host → controller) | event (controller → host) |
 * |---|---|---|
 * | 0 | 0x01 | 0x04 |
 * | 1–2 | opcode, little endian | event code, length |
 * | 3 | length | … |
 *
 * Core specification Vol 4 Part E §5.4 (packets), §7.7 (events); H4 type octets Vol 4 Part A §2. A command it does not
 * know is answered by Command Status 0x01, as BlueZ's emulator does; one with parameters of a wrong length by
 * Command Complete 0x12. A packet that is no command, or whose length octet lies, is dropped.
 */
import { type AirReport, advertisingType, formatAddress } from './advertisement.js';
import {
  decodeAcl,
  encodeAcl,
  encodeCompletedPackets,
  encodeConnectionComplete,
  encodeConnectionFailed,
  encodeConnectionUpdated,
  encodeDisconnected,
} from './controller-links.js';
import { type ControllerRadio, type ControllerState, createControllerState } from './controller-state.js';
import { createFaultList, type Fault } from './faults.js';
import { type CommandContext, hciStatus } from './hci-command.js';
import { findCommand, resetState } from './hci-commands.js';
import { acceptListEntry } from './hci-le-commands.js';
import { stopInitiating } from './hci-link-commands.js';
import type { LinkSide } from './link-layer.js';

export interface ControllerOptions {
  readonly id: string;
  readonly seed: number;
  /** Public address, 6 octets, most significant first. */
  readonly address: Uint8Array;
  readonly radio: ControllerRadio;
  readonly refusesEnableWhileEnabled?: boolean | undefined;
  /** Takes what comes of links, which nothing of the host's is an answer to. */
  readonly onLinkPacket?: ((packet: Uint8Array) => void) | undefined;
}

/** A packet for the host, and how long after the command it comes: 0 but for faults. */
export interface ControllerOutput {
  readonly packet: Uint8Array;
  readonly afterUs: number;
}

export interface Controller {
  readonly id: string;
  /** Takes one H4 packet. Never throws, whatever the octets. */
  handle(packet: Uint8Array): readonly ControllerOutput[];
  /**
   * Connects, where this is the advertiser it waits for.
   * @returns the event for a packet heard on the air, unless a mask or a filter keeps it from the host.
   */
  hear(report: AirReport): Uint8Array | undefined;
  /** What its links do, as events and data for its host. */
  readonly links: LinkSide;
  injectFault(fault: Fault): void;
  clearFaults(): void;
  /** Off: nothing on the air, no answers, everything forgotten. On again: as after HCI_Reset. */
  setPower(isOn: boolean): void;
  isPowered(): boolean;
  isAdvertising(): boolean;
  isScanning(): boolean;
}

const eventCode = { commandComplete: 0x0e, commandStatus: 0x0f, leMeta: 0x3e } as const;
const advertisingReportSubevent = 0x02;
const seenLimit = 256;

/** @throws {RangeError} if the address has not 6 octets. */
export function createController(options: ControllerOptions): Controller {
  if (options.address.length !== 6) throw new RangeError(`address: expected 6 octets, got ${options.address.length}`);
  const state = createControllerState();
  const faults = createFaultList();
  let isOn = true;
  let emitted: Uint8Array[] = [];
  const context: CommandContext = {
    id: options.id,
    seed: options.seed,
    publicAddress: options.address.slice().reverse(),
    state,
    radio: options.radio,
    refusesEnableWhileEnabled: options.refusesEnableWhileEnabled ?? false,
    emit: (packet) => emitted.push(packet),
  };

  function handle(packet: Uint8Array): readonly ControllerOutput[] {
    const [type, low, high, length] = packet;
    if (isOn && type === 0x02) sendData(packet);
    if (!isOn || type !== 0x01 || length === undefined || packet.length !== 4 + length) return [];
    const opcode = low! | (high! << 8);
    const fault = faults.take(opcode);
    if (fault?.kind === 'refuse') {
      const status = fault.status ?? hciStatus.commandDisallowed;
      const encode = fault.isByCommandStatus === true ? encodeCommandStatus : encodeRefusal;
      return [{ packet: encode(opcode, status), afterUs: 0 }];
    }
    emitted = [];
    const answer = execute(opcode, packet.slice(4));
    return [...applyFault(answer, fault), ...emitted.map((event) => ({ packet: event, afterUs: 0 }))];
  }

  function sendData(packet: Uint8Array): void {
    const piece = decodeAcl(packet);
    if (piece !== undefined) options.radio.send(piece.handle, piece.fragment);
  }

  function tellOfLink(packet: Uint8Array): void {
    if (isOn) options.onLinkPacket?.(packet);
  }

  /** Core Vol 6 Part B §4.4.4: only ADV_IND from the address that is waited for. */
  function initiate(report: AirReport): void {
    const { initiating } = state;
    if (initiating === undefined || report.type !== advertisingType.ADV_IND) return;
    const { peer, isOwnAddressRandom, timing } = initiating;
    const isPeer =
      report.isAddressRandom === peer.isRandom && report.address.every((octet, i) => octet === peer.address[i]);
    if (!isPeer) return;
    const random = state.randomAddress?.slice().reverse();
    const own =
      isOwnAddressRandom && random !== undefined
        ? { isRandom: true, address: random }
        : { isRandom: false, address: options.address };
    stopInitiating(context);
    if (!options.radio.connect(report, own, timing)) tellOfLink(encodeConnectionFailed(hciStatus.connectionFailed));
  }

  const links: LinkSide = {
    onBegin: (begin) => {
      // A connected advertiser has stopped advertising (§7.8.9); it is its host that starts it again.
      if (begin.role === 'peripheral' && state.isAdvertising) {
        state.isAdvertising = false;
        options.radio.stopAdvertising();
      }
      state.linkRssiDbm.set(begin.handle, begin.rssiDbm);
      if (isLeMetaUnmasked(state, 0)) tellOfLink(encodeConnectionComplete(begin));
    },
    onFragment: (handle, fragment) => tellOfLink(encodeAcl(handle, fragment)),
    onDelivered: (handle, count) => tellOfLink(encodeCompletedPackets(handle, count)),
    onUpdated: (handle, timing) => {
      if (isLeMetaUnmasked(state, 2)) tellOfLink(encodeConnectionUpdated(handle, timing));
    },
    onEnd: (handle, reason) => {
      state.linkRssiDbm.delete(handle);
      // Disconnection Complete is bit 4 of the event mask (§7.3.1).
      if ((state.eventMask[0]! & 0x10) !== 0) tellOfLink(encodeDisconnected(handle, reason));
    },
  };

  function execute(opcode: number, parameters: Uint8Array): Uint8Array {
    const command = findCommand(opcode);
    if (command === undefined) return encodeCommandStatus(opcode, hciStatus.unknownCommand);
    const isByStatus = command.isAnsweredByStatus === true;
    if (parameters.length !== command.parameterLength)
      return (isByStatus ? encodeCommandStatus : encodeRefusal)(opcode, hciStatus.invalidParameters);
    const result = command.run(context, parameters);
    return isByStatus ? encodeCommandStatus(opcode, result[0]!) : encodeCommandComplete(opcode, result);
  }

  function setPower(isPowered: boolean): void {
    if (isOn && !isPowered) resetState(state, options.radio);
    isOn = isPowered;
  }

  return {
    id: options.id,
    handle,
    hear: (report) => {
      if (!isOn) return undefined;
      const packet = isWanted(state, report) ? encodeAdvertisingReport(report) : undefined;
      initiate(report);
      return packet;
    },
    links,
    injectFault: faults.add,
    clearFaults: faults.clear,
    setPower,
    isPowered: () => isOn,
    isAdvertising: () => state.isAdvertising,
    isScanning: () => state.isScanning,
  };
}

/** Reports go to the host only if scanning is on, both masks let them, and the filters do. */
function isWanted(state: ControllerState, report: AirReport): boolean {
  if (!state.isScanning || !isLeMetaUnmasked(state, 1)) return false;
  const { isAddressRandom, address, type } = report;
  if (state.isScanFiltered && !state.acceptList.has(acceptListEntry(isAddressRandom, address))) return false;
  if (!state.isFilteringDuplicates) return true;
  const key = `${type} ${isAddressRandom ? 1 : 0} ${formatAddress(address)}`;
  if (state.seen.has(key)) return false;
  if (state.seen.size >= seenLimit) state.seen.delete(state.seen.values().next().value ?? '');
  state.seen.add(key);
  return true;
}

/** LE Meta is bit 61 of the event mask (§7.3.1); which bit of the LE event mask stands for a subevent says §7.8.1. */
function isLeMetaUnmasked(state: ControllerState, bit: number): boolean {
  return (state.eventMask[7]! & 0x20) !== 0 && (state.leEventMask[0]! & (1 << bit)) !== 0;
}

function applyFault(answer: Uint8Array, fault: Fault | undefined): readonly ControllerOutput[] {
  const output = { packet: answer, afterUs: 0 };
  if (fault?.kind === 'lost') return [];
  if (fault?.kind === 'late') return [{ packet: answer, afterUs: fault.delayUs ?? 1_000_000 }];
  return fault?.kind === 'duplicate' ? [output, output] : [output];
}

/** §7.7.14: one command may be sent (the credit), opcode, return parameters. */
function encodeCommandComplete(opcode: number, returnParameters: readonly number[]): Uint8Array {
  const length = 3 + returnParameters.length;
  return Uint8Array.of(0x04, eventCode.commandComplete, length, 1, opcode & 0xff, opcode >> 8, ...returnParameters);
}

function encodeRefusal(opcode: number, status: number): Uint8Array {
  return encodeCommandComplete(opcode, [status]);
}

/** §7.7.15: status, credit, opcode. */
function encodeCommandStatus(opcode: number, status: number): Uint8Array {
  return Uint8Array.of(0x04, eventCode.commandStatus, 4, status, 1, opcode & 0xff, opcode >> 8);
}

/** §7.7.65.2 with one report: type, address type, address, length, data, RSSI. */
function encodeAdvertisingReport(report: AirReport): Uint8Array {
  const { type, isAddressRandom, address, data, rssiDbm } = report;
  const parameters = [
    type,
    isAddressRandom ? 1 : 0,
    ...address.slice().reverse(),
    data.length,
    ...data,
    rssiDbm & 0xff,
  ];
  return Uint8Array.of(0x04, eventCode.leMeta, 2 + parameters.length, advertisingReportSubevent, 1, ...parameters);
}
