/** The LE commands of a virtual controller: Core specification Vol 4 Part E §7.8, section numbers at each function. */
import type { Advertisement } from './advertisement.js';
import { acceptListSize, type ControllerState } from './controller-state.js';
import { type Command, type CommandContext, drawOctets, hciStatus } from './hci-command.js';

const slotUs = 625;
const ok = [hciStatus.success] as const;

export const leCommands: readonly Command[] = [
  { opcode: 0x2001, name: 'LE Set Event Mask', parameterLength: 8, supported: [25, 0], run: setLeEventMask },
  // 27 octets, 4 buffers.
  { opcode: 0x2002, name: 'LE Read Buffer Size', parameterLength: 0, supported: [25, 1], run: () => [0, 27, 0, 4] },
  {
    opcode: 0x2003,
    name: 'LE Read Local Supported Features',
    parameterLength: 0,
    supported: [25, 2],
    run: () => [0, 0, 0, 0, 0, 0, 0, 0, 0],
  },
  { opcode: 0x2005, name: 'LE Set Random Address', parameterLength: 6, supported: [25, 4], run: setRandomAddress },
  {
    opcode: 0x2006,
    name: 'LE Set Advertising Parameters',
    parameterLength: 15,
    supported: [25, 5],
    run: setAdvertisingParameters,
  },
  {
    opcode: 0x2007,
    name: 'LE Read Advertising Physical Channel Tx Power',
    parameterLength: 0,
    supported: [25, 6],
    run: () => [0, 0],
  },
  {
    opcode: 0x2008,
    name: 'LE Set Advertising Data',
    parameterLength: 32,
    supported: [25, 7],
    run: ({ state }, parameters) => setData(parameters, (data) => Object.assign(state, { advertisingData: data })),
  },
  {
    opcode: 0x2009,
    name: 'LE Set Scan Response Data',
    parameterLength: 32,
    supported: [26, 0],
    run: ({ state }, parameters) => setData(parameters, (data) => Object.assign(state, { scanResponseData: data })),
  },
  {
    opcode: 0x200a,
    name: 'LE Set Advertising Enable',
    parameterLength: 1,
    supported: [26, 1],
    run: setAdvertisingEnable,
  },
  { opcode: 0x200b, name: 'LE Set Scan Parameters', parameterLength: 7, supported: [26, 2], run: setScanParameters },
  { opcode: 0x200c, name: 'LE Set Scan Enable', parameterLength: 2, supported: [26, 3], run: setScanEnable },
  {
    opcode: 0x200f,
    name: 'LE Read Filter Accept List Size',
    parameterLength: 0,
    supported: [26, 6],
    run: () => [0, acceptListSize],
  },
  { opcode: 0x2010, name: 'LE Clear Filter Accept List', parameterLength: 0, supported: [26, 7], run: clearAcceptList },
  {
    opcode: 0x2011,
    name: 'LE Add Device To Filter Accept List',
    parameterLength: 7,
    supported: [27, 0],
    run: addToAcceptList,
  },
  {
    opcode: 0x2012,
    name: 'LE Remove Device From Filter Accept List',
    parameterLength: 7,
    supported: [27, 1],
    run: removeFromAcceptList,
  },
  {
    opcode: 0x2018,
    name: 'LE Rand',
    parameterLength: 0,
    supported: [27, 7],
    run: (context) => [0, ...drawOctets(context)],
  },
  // §7.8.27: advertising (non-connectable, scannable, connectable) and scanning (passive, active), each alone and together;
  // initiating and being a peripheral, each alone.
  {
    opcode: 0x201c,
    name: 'LE Read Supported States',
    parameterLength: 0,
    supported: [28, 3],
    run: () => [0, 0xf7, 0x77, 0, 0, 0, 0, 0, 0],
  },
];

/** §7.8.1 */
function setLeEventMask({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  state.leEventMask = parameters.slice();
  return ok;
}

/** §7.8.4: refused while legacy advertising or scanning is enabled. */
function setRandomAddress({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (state.isAdvertising || state.isScanning) return [hciStatus.commandDisallowed];
  state.randomAddress = parameters.slice();
  return ok;
}

/** §7.8.5. Directed advertising needs connections (0x11); own address types 2 and 3 need privacy (0x11). */
function setAdvertisingParameters({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (state.isAdvertising) return [hciStatus.commandDisallowed];
  const least = parameters[0]! | (parameters[1]! << 8);
  const most = parameters[2]! | (parameters[3]! << 8);
  const [type, ownAddressType, peerAddressType] = parameters.subarray(4, 7);
  const [channelMap, filterPolicy] = parameters.subarray(13, 15);
  const isIntervalValid = type === 1 || (least >= 0x0020 && least <= most && most <= 0x4000);
  const isChannelMapValid = channelMap! >= 1 && channelMap! <= 7;
  if (
    !isIntervalValid ||
    !isChannelMapValid ||
    type! > 4 ||
    ownAddressType! > 3 ||
    peerAddressType! > 1 ||
    filterPolicy! > 3
  ) {
    return [hciStatus.invalidParameters];
  }
  if ((type !== 0 && type !== 2 && type !== 3) || ownAddressType! > 1 || filterPolicy !== 0) {
    return [hciStatus.unsupportedFeature];
  }
  state.advertisingIntervalUs = least * slotUs;
  state.advertisingType = type;
  state.isOwnAddressRandom = ownAddressType === 1;
  state.channelMap = channelMap!;
  return ok;
}

/** §7.8.7 and §7.8.8: allowed at any time; the air asks for the data when the next event begins. */
function setData(parameters: Uint8Array, keep: (data: Uint8Array) => void): readonly number[] {
  const length = parameters[0]!;
  if (length > 31) return [hciStatus.invalidParameters];
  keep(parameters.slice(1, 1 + length));
  return ok;
}

/** §7.8.9: enabling what is enabled only renews the random address; a random address must have been set. */
function setAdvertisingEnable(context: CommandContext, parameters: Uint8Array): readonly number[] {
  const { state, radio } = context;
  if (parameters[0]! > 1) return [hciStatus.invalidParameters];
  const isEnabled = parameters[0] === 1;
  if (!isEnabled) {
    if (state.isAdvertising) radio.stopAdvertising();
    state.isAdvertising = false;
    return ok;
  }
  if (state.isOwnAddressRandom && state.randomAddress === undefined) return [hciStatus.invalidParameters];
  if (state.isAdvertising) return context.refusesEnableWhileEnabled ? [hciStatus.commandDisallowed] : ok;
  state.isAdvertising = true;
  radio.startAdvertising({ intervalUs: state.advertisingIntervalUs, advertisementAt: () => advertisementOf(context) });
  return ok;
}

function advertisementOf({ state, publicAddress }: CommandContext): Advertisement {
  const address = state.isOwnAddressRandom ? (state.randomAddress ?? publicAddress) : publicAddress;
  return {
    type: state.advertisingType,
    isAddressRandom: state.isOwnAddressRandom,
    address: address.slice().reverse(),
    data: state.advertisingData,
    scanResponse: state.scanResponseData,
    channelMap: state.channelMap,
  };
}

/** §7.8.10: refused while scanning. Filter policies 2 and 3 need privacy (0x11). */
function setScanParameters({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (state.isScanning) return [hciStatus.commandDisallowed];
  const type = parameters[0]!;
  const interval = parameters[1]! | (parameters[2]! << 8);
  const window = parameters[3]! | (parameters[4]! << 8);
  const ownAddressType = parameters[5]!;
  const filterPolicy = parameters[6]!;
  const isTimingValid = interval >= 4 && interval <= 0x4000 && window >= 4 && window <= interval;
  if (!isTimingValid || type > 1 || ownAddressType > 3 || filterPolicy > 3) return [hciStatus.invalidParameters];
  if (ownAddressType > 1 || filterPolicy > 1) return [hciStatus.unsupportedFeature];
  state.scanTiming = { intervalUs: interval * slotUs, windowUs: window * slotUs };
  state.isScanActive = type === 1;
  state.isScanAddressRandom = ownAddressType === 1;
  state.isScanFiltered = filterPolicy === 1;
  return ok;
}

/** §7.8.11: enabling again changes the duplicate filter and starts its memory afresh. */
function setScanEnable({ state, radio }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (parameters[0]! > 1 || parameters[1]! > 1) return [hciStatus.invalidParameters];
  if (parameters[0] === 0) {
    if (state.isScanning && state.initiating === undefined) radio.stopScanning();
    state.isScanning = false;
    return ok;
  }
  if (state.isScanAddressRandom && state.randomAddress === undefined) return [hciStatus.invalidParameters];
  state.isFilteringDuplicates = parameters[1] === 1;
  state.seen.clear();
  if (!state.isScanning) radio.startScanning({ ...state.scanTiming, isActive: state.isScanActive });
  state.isScanning = true;
  return ok;
}

/** §7.8.15 to §7.8.17: the list may not change while a scan uses it. */
function clearAcceptList({ state }: CommandContext): readonly number[] {
  if (isAcceptListInUse(state)) return [hciStatus.commandDisallowed];
  state.acceptList.clear();
  return ok;
}

function addToAcceptList({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (isAcceptListInUse(state)) return [hciStatus.commandDisallowed];
  if (parameters[0]! > 1) return [hciStatus.invalidParameters];
  const entry = acceptListEntry(parameters[0] === 1, parameters.subarray(1).slice().reverse());
  if (!state.acceptList.has(entry) && state.acceptList.size >= acceptListSize) return [hciStatus.memoryFull];
  state.acceptList.add(entry);
  return ok;
}

function removeFromAcceptList({ state }: CommandContext, parameters: Uint8Array): readonly number[] {
  if (isAcceptListInUse(state)) return [hciStatus.commandDisallowed];
  state.acceptList.delete(acceptListEntry(parameters[0] === 1, parameters.subarray(1).slice().reverse()));
  return ok;
}

function isAcceptListInUse(state: ControllerState): boolean {
  return state.isScanning && state.isScanFiltered;
}

/** @param address most significant octet first. */
export function acceptListEntry(isAddressRandom: boolean, address: Uint8Array): string {
  return `${isAddressRandom ? 'random' : 'public'} ${address.join('.')}`;
}
