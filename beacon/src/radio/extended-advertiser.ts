import type { Advertiser, Advertising, HciAdvertiser } from './advertiser.js';
import { checkAddress, checkData, checkInterval } from './advertising-checks.js';
import { createHciCommands } from './hci-commands.js';
import type { HciLink } from './link.js';
import { opcodes } from './opcodes.js';
import { createTurns } from './turns.js';

/** Several frames at once, each on a set of its own in the controller. All calls are for all sets, but for `setData`. */
export interface AdvertisingSets {
  /** How many at once. */
  readonly most: number;
  /** Sets parameters, address and data of each, then enables all with one command. */
  start(sets: readonly Advertising[]): Promise<void>;
  /** Replaces the data of one set while all go on. @param index as in `start`. */
  setData(index: number, data: Uint8Array): Promise<void>;
  /** Disables all, with one command. */
  pause(): Promise<void>;
  /** Disables all, sets address and data of each, enables all with one command. */
  changeIdentity(sets: readonly Pick<Advertising, 'address' | 'data'>[]): Promise<void>;
}

export interface ExtendedAdvertiser extends HciAdvertiser {
  readonly sets: AdvertisingSets;
  /** What the controller has chosen for the power that was asked for, dBm; undefined before the first start. */
  selectedPowerDbm(): number | undefined;
}

export interface ExtendedOptions {
  /** As the controller says, 1 or more. */
  readonly advertisingSets: number;
  /** −127..20 dBm; the controller takes the nearest it has. Absent: no preference. */
  readonly txPowerDbm?: number;
}

/** Event properties of §7.8.53 for legacy PDUs (table of Advertising_Event_Properties values). */
const nonConnectable = 0x10;
const connectable = 0x13;
const publicAddress = 0x00;
const randomAddress = 0x01;
const channels37To39 = 0x07;
const phy1M = 0x01;
const noPreference = 0x7f;
const unitMs = 0.625;
const spreadUnits = 8;
const callLimit = 16;
const LEAST_MS = 20;
/** 24 bits of units, less the spread. */
const MOST_MS = 10_485_000;
/** Complete data in one command; the controller need not keep it in one piece. */
const completeData = 0x03;
const unfragmented = 0x01;

/**
 * The same as `createAdvertiser`, by extended commands with legacy PDUs: for controllers that have them, and from their reset
 * on, since a controller that was given one kind of command refuses the other (Core Vol 4 Part E §3.1.1).
 */
export function createExtendedAdvertiser(link: HciLink, options: ExtendedOptions): ExtendedAdvertiser {
  const commands = createHciCommands(link);
  const inTurn = createTurns(callLimit);
  let handles = 0;
  let selectedDbm: number | undefined;

  const enableAll = (): Promise<unknown> =>
    commands.issue(opcodes.leSetExtendedAdvertisingEnable, encodeEnable(handles));
  // No set named: all of them (§7.8.56).
  const disableAll = (): Promise<unknown> =>
    commands.issue(opcodes.leSetExtendedAdvertisingEnable, Uint8Array.of(0, 0));
  const setData = (handle: number, data: Uint8Array): Promise<unknown> =>
    commands.issue(opcodes.leSetExtendedAdvertisingData, encodeData(handle, data));
  const setAddress = (handle: number, address: Uint8Array): Promise<unknown> =>
    commands.issue(
      opcodes.leSetAdvertisingSetRandomAddress,
      Uint8Array.of(handle, ...Uint8Array.from(address).reverse()),
    );

  async function setParameters(handle: number, intervalMs: number, properties: number, own: number): Promise<void> {
    const parameters = encodeParameters({ handle, intervalMs, properties, own, txPowerDbm: options.txPowerDbm });
    const answer = await commands.issue(opcodes.leSetExtendedAdvertisingParameters, parameters);
    selectedDbm = signedOctet(answer[0]);
  }

  /** Nothing that was there before stays: a set of an earlier daemon would go on with its data. */
  async function clear(): Promise<void> {
    await disableAll();
    await commands.issue(opcodes.leClearAdvertisingSets);
    handles = 0;
  }

  const sets: AdvertisingSets = {
    most: options.advertisingSets,
    start: async (given) => {
      if (given.length < 1 || given.length > options.advertisingSets)
        throw new RangeError(`sets: 1 to ${options.advertisingSets}, got ${given.length}`);
      const checked = given.map(checkAdvertising);
      await inTurn(async () => {
        await clear();
        for (const [handle, { intervalMs, address, data }] of checked.entries()) {
          await setParameters(handle, intervalMs, nonConnectable, randomAddress);
          await setAddress(handle, address);
          await setData(handle, data);
        }
        handles = checked.length;
        await enableAll();
      });
    },
    setData: async (index, data) => {
      const checked = checkData(data);
      await inTurn(async () => void (await setData(index, checked)));
    },
    pause: () => inTurn(async () => void (await disableAll())),
    changeIdentity: async (given) => {
      const checked = given.map(({ address, data }) => ({ address: checkAddress(address), data: checkData(data) }));
      await inTurn(async () => {
        await disableAll();
        for (const [handle, { address, data }] of checked.entries()) {
          await setAddress(handle, address);
          await setData(handle, data);
        }
        await enableAll();
      });
    },
  };
  const one: Advertiser = {
    start: (advertising) => sets.start([advertising]),
    setData: (data) => sets.setData(0, data),
    pause: sets.pause,
    changeIdentity: (identity) => sets.changeIdentity([identity]),
    stop: () => inTurn(clear),
  };

  return {
    ...one,
    sets,
    startConnectable: async ({ intervalMs, data, scanResponse = new Uint8Array(0) }) => {
      const [checkedData, checkedResponse] = [checkData(data), checkData(scanResponse)];
      checkInterval(intervalMs);
      await inTurn(async () => {
        await clear();
        await setParameters(0, intervalMs, connectable, publicAddress);
        await setData(0, checkedData);
        await commands.issue(opcodes.leSetExtendedScanResponseData, encodeData(0, checkedResponse));
        handles = 1;
        await enableAll();
      });
    },
    // Sets that are enabled already may be enabled again (§7.8.56).
    switchOnAgain: () => inTurn(async () => void (await enableAll())),
    selectedPowerDbm: () => selectedDbm,
    roundTrip: commands.roundTrip,
    alreadyOnCount: () => 0,
    close: commands.close,
  };
}

/** A set of its own may be as slow as its frame. */
function checkAdvertising({ intervalMs, address, data }: Advertising): Advertising {
  if (!(intervalMs >= LEAST_MS && intervalMs <= MOST_MS))
    throw new RangeError(`intervalMs: ${LEAST_MS} to ${MOST_MS} ms, got ${intervalMs}`);
  return { intervalMs, address: checkAddress(address), data: checkData(data) };
}

interface Parameters {
  readonly handle: number;
  readonly intervalMs: number;
  readonly properties: number;
  readonly own: number;
  readonly txPowerDbm: number | undefined;
}

/**
 * §7.8.53: handle, properties, interval minimum and maximum (3 octets each), channels, own address type, peer address type and
 * address, filter policy, power, primary PHY, secondary skip and PHY, SID, no notification of scan requests.
 */
function encodeParameters({ handle, intervalMs, properties, own, txPowerDbm = noPreference }: Parameters): Uint8Array {
  const parameters = new Uint8Array(25);
  const view = new DataView(parameters.buffer);
  const shortest = Math.round(intervalMs / unitMs);
  view.setUint8(0, handle);
  view.setUint16(1, properties, true);
  setUint24(view, 3, shortest);
  setUint24(view, 6, shortest + spreadUnits);
  view.setUint8(9, channels37To39);
  view.setUint8(10, own);
  view.setInt8(19, txPowerDbm);
  view.setUint8(20, phy1M);
  view.setUint8(22, phy1M);
  return parameters;
}

function setUint24(view: DataView, at: number, value: number): void {
  view.setUint16(at, value & 0xffff, true);
  view.setUint8(at + 2, value >>> 16);
}

/** §7.8.54 and §7.8.55: handle, operation, fragment preference, length, data. */
function encodeData(handle: number, data: Uint8Array): Uint8Array {
  return Uint8Array.of(handle, completeData, unfragmented, data.length, ...data);
}

/** §7.8.56: on, how many, and for each its handle with no end in time (2 octets) or in events. */
function encodeEnable(sets: number): Uint8Array {
  return Uint8Array.of(1, sets, ...Array.from({ length: sets }, (_, handle) => [handle, 0, 0, 0]).flat());
}

function signedOctet(octet: number | undefined): number | undefined {
  return octet === undefined || octet < 128 ? octet : octet - 256;
}
