/** The commands of a virtual controller that begin, change and end connections: Core specification Vol 4 Part E, sections below. */
import { encodeConnectionFailed, encodeRemoteFeatures } from './controller-links.js';
import type { Initiating } from './controller-state.js';
import { type Command, type CommandContext, hciStatus } from './hci-command.js';

const slotUs = 625;
const ok = [hciStatus.success] as const;
const unavailableRssi = 127;

export const linkCommands: readonly Command[] = [
  {
    opcode: 0x0406,
    name: 'Disconnect',
    parameterLength: 3,
    supported: [0, 5],
    isAnsweredByStatus: true,
    run: disconnect,
  },
  // noble and bleno read the handle whatever the status says, so it is there.
  { opcode: 0x1405, name: 'Read RSSI', parameterLength: 2, supported: [15, 5], run: readRssi },
  {
    opcode: 0x200d,
    name: 'LE Create Connection',
    parameterLength: 25,
    supported: [26, 4],
    isAnsweredByStatus: true,
    run: createConnection,
  },
  {
    opcode: 0x200e,
    name: 'LE Create Connection Cancel',
    parameterLength: 0,
    supported: [26, 5],
    run: cancelConnection,
  },
  {
    opcode: 0x2013,
    name: 'LE Connection Update',
    parameterLength: 14,
    supported: [27, 2],
    isAnsweredByStatus: true,
    run: updateConnection,
  },
  {
    opcode: 0x2016,
    name: 'LE Read Remote Features',
    parameterLength: 2,
    supported: [27, 5],
    isAnsweredByStatus: true,
    run: readRemoteFeatures,
  },
];

/** §7.8.12. The filter accept list and own address types 2 and 3 are not built (0x11). */
function createConnection({ state, radio }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (state.initiating !== undefined) return [hciStatus.commandDisallowed];
  const interval = wordAt(parameters, 0);
  const window = wordAt(parameters, 2);
  const [filterPolicy, peerAddressType] = parameters.subarray(4, 6);
  const ownAddressType = parameters[12]!;
  const timing = timingAt(parameters, 13);
  const isScanValid = interval >= 4 && interval <= 0x4000 && window >= 4 && window <= interval;
  if (!isScanValid || timing === undefined || filterPolicy! > 1 || peerAddressType! > 3 || ownAddressType > 3) {
    return [hciStatus.invalidParameters];
  }
  if (filterPolicy !== 0 || peerAddressType! > 1 || ownAddressType > 1) return [hciStatus.unsupportedFeature];
  if (ownAddressType === 1 && state.randomAddress === undefined) return [hciStatus.invalidParameters];
  const initiating: Initiating = {
    peer: { isRandom: peerAddressType === 1, address: parameters.slice(6, 12).reverse() },
    isOwnAddressRandom: ownAddressType === 1,
    timing,
  };
  state.initiating = initiating;
  if (!state.isScanning)
    radio.startScanning({ intervalUs: interval * slotUs, windowUs: window * slotUs, isActive: false });
  return ok;
}

/** §7.8.13: Command Complete, then a Connection Complete that says that there is none. */
function cancelConnection(context: CommandContext): readonly number[] {
  if (context.state.initiating === undefined) return [hciStatus.commandDisallowed];
  stopInitiating(context);
  context.emit(encodeConnectionFailed(hciStatus.unknownConnection));
  return ok;
}

/** Ends the waiting for an advertiser; a scan of the host's own goes on. */
export function stopInitiating({ state, radio }: Pick<CommandContext, 'state' | 'radio'>): void {
  if (state.initiating === undefined) return;
  state.initiating = undefined;
  if (!state.isScanning) radio.stopScanning();
}

/** §7.1.6: the reasons a host may give. */
function disconnect({ radio }: CommandContext, parameters: Uint8Array): readonly number[] {
  const handle = wordAt(parameters, 0);
  const reason = parameters[2]!;
  if (![0x05, 0x13, 0x14, 0x15, 0x1a, 0x29, 0x3b].includes(reason)) return [hciStatus.invalidParameters];
  if (!radio.hasLink(handle)) return [hciStatus.unknownConnection];
  radio.endLink(handle, reason);
  return ok;
}

/** §7.8.18. */
function updateConnection({ radio }: CommandContext, parameters: Uint8Array): readonly number[] {
  const handle = wordAt(parameters, 0);
  const timing = timingAt(parameters, 2);
  if (timing === undefined) return [hciStatus.invalidParameters];
  if (!radio.hasLink(handle)) return [hciStatus.unknownConnection];
  radio.updateLink(handle, timing);
  return ok;
}

/** §7.8.21. */
function readRemoteFeatures({ radio, emit }: CommandContext, parameters: Uint8Array): readonly number[] {
  const handle = wordAt(parameters, 0);
  if (!radio.hasLink(handle)) return [hciStatus.unknownConnection];
  emit(encodeRemoteFeatures(handle));
  return ok;
}

/** §7.5.4: of the packet with which the connection began; the air has no level for those after it. */
function readRssi({ state, radio }: CommandContext, parameters: Uint8Array): readonly number[] {
  const handle = wordAt(parameters, 0);
  const isKnown = radio.hasLink(handle);
  const rssiDbm = (isKnown ? state.linkRssiDbm.get(handle) : undefined) ?? unavailableRssi;
  return [isKnown ? hciStatus.success : hciStatus.unknownConnection, parameters[0]!, parameters[1]!, rssiDbm & 0xff];
}

/** Least and greatest interval, latency, supervision timeout; the air takes the least interval. */
function timingAt(parameters: Uint8Array, at: number): Initiating['timing'] | undefined {
  const [least, most, latency, timeout] = [0, 2, 4, 6].map((offset) => wordAt(parameters, at + offset)) as [
    number,
    number,
    number,
    number,
  ];
  const isValid = least >= 6 && least <= most && most <= 3200 && latency <= 499 && timeout >= 10 && timeout <= 3200;
  // The timeout outlasts two intervals that the peripheral may skip (§7.8.12).
  if (!isValid || timeout * 10 <= (1 + latency) * most * 1.25 * 2) return undefined;
  return { interval: least, latency, supervisionTimeout: timeout };
}

function wordAt(octets: Uint8Array, at: number): number {
  return octets[at]! | (octets[at + 1]! << 8);
}
