import { checkAddress, checkData, checkInterval, HIGHEST_DATA_OCTETS } from './advertising-checks.js';
import { createHciCommands, HciRefusal } from './hci-commands.js';
import type { HciLink } from './link.js';
import { opcodes, statuses } from './opcodes.js';
import { createTurns } from './turns.js';

/** What the daemon asks of one legacy advertising set. Every call is awaited; none overlaps another. */
export interface Advertiser {
  /** Sets parameters, random address and data, then enables: ADV_NONCONN_IND on channels 37, 38 and 39. */
  start(advertising: Advertising): Promise<void>;
  /** Replaces the data while advertising goes on: the next advertising event carries it (Core Vol 4 Part E §7.8.7). */
  setData(data: Uint8Array): Promise<void>;
  /** Disables. The controller keeps parameters, address and data. */
  pause(): Promise<void>;
  /** Sets a new random address and data (the set must be paused or is paused here), then enables. */
  changeIdentity(identity: { readonly address: Uint8Array; readonly data: Uint8Array }): Promise<void>;
  /** Disables and clears the data, so that nothing of ours stays in the controller. */
  stop(): Promise<void>;
}

export interface Advertising {
  /** 20..10240 ms; below 100 ms only on controllers of version 5.0 and newer. */
  readonly intervalMs: number;
  /** Non-resolvable private address, 6 octets, most significant first as it is written; its two top bits are 0. */
  readonly address: Uint8Array;
  /** AD structures, at most 31 octets. */
  readonly data: Uint8Array;
}

/** What a time-limited pairing window puts on the air. */
export interface ConnectableAdvertising {
  /** 20..10240 ms. */
  readonly intervalMs: number;
  /** AD structures, at most 31 octets. */
  readonly data: Uint8Array;
  /** AD structures of the scan response, at most 31 octets. */
  readonly scanResponse?: Uint8Array;
}

/** What the pairing window uses and the daemon's guard watches, beside the interface that everything else uses. */
export interface HciAdvertiser extends Advertiser {
  /**
   * Advertises ADV_IND from the public address, so that a central can connect and bleno's GATT server answers. bleno
   * cannot do this itself: it sets its connectable parameters once, when it starts, and `start` has replaced them.
   * The controller ends this advertising when a central connects; `start` goes back to non-connectable.
   */
  startConnectable(advertising: ConnectableAdvertising): Promise<void>;
  /** Switches on once more what is meant to be on: for whoever was switched off without knowing. Command Disallowed says that it is on. */
  switchOnAgain(): Promise<void>;
  /** How long the controller took for the last command and for the slowest of the last 64; undefined before the first. */
  roundTrip(): { readonly lastMs: number; readonly worstMs: number } | undefined;
  /** How often an enable was refused with Command Disallowed, which means that advertising is on already. */
  alreadyOnCount(): number;
  /** Ends the listening on the link, without a command. */
  close(): void;
}

/** Advertising_Type of §7.8.5: nobody can connect to it, and so nobody can make it go dark. */
const nonConnectable = 0x03;
const connectable = 0x00;
const publicAddress = 0x00;
const randomAddress = 0x01;
const channels37To39 = 0x07;
const unitMs = 0.625;
/** Minimum and maximum "should not be the same value" (§7.8.5): 5 ms apart. */
const spreadUnits = 8;
const longestInterval = 0x4000;
const callLimit = 16;

/**
 * Makes the advertiser of one link. Its calls are carried out one after the other, in the order they were made; each
 * rejects with what `HciCommands.issue` throws. After a rejection the controller may be in any state: `start` mends it.
 */
export function createAdvertiser(link: HciLink): HciAdvertiser {
  const commands = createHciCommands(link);
  const inTurn = createTurns(callLimit);
  let alreadyOn = 0;
  let hasScanResponse = false;

  /** Carries out a switch, and takes Command Disallowed for "it is so already". */
  async function switchTo(isOn: boolean): Promise<void> {
    try {
      await commands.issue(opcodes.leSetAdvertisingEnable, Uint8Array.of(isOn ? 1 : 0));
    } catch (error) {
      if (!(error instanceof HciRefusal) || error.status !== statuses.commandDisallowed) throw error;
      if (isOn) alreadyOn++;
    }
  }

  const setAddress = (address: Uint8Array) =>
    commands.issue(opcodes.leSetRandomAddress, Uint8Array.from(address).reverse());
  const setScanResponse = (data: Uint8Array) => commands.issue(opcodes.leSetScanResponseData, encodeData(data));
  const setData = (data: Uint8Array) => commands.issue(opcodes.leSetAdvertisingData, encodeData(data));

  return {
    start: async (advertising) => {
      const { address, data, parameters } = checkAdvertising(advertising);
      await inTurn(async () => {
        await switchTo(false);
        await commands.issue(opcodes.leSetAdvertisingParameters, parameters);
        await setAddress(address);
        await setData(data);
        await switchTo(true);
      });
    },
    startConnectable: async ({ intervalMs, data, scanResponse = new Uint8Array(0) }) => {
      const parameters = encodeParameters(checkInterval(intervalMs), connectable, publicAddress);
      const [checkedData, checkedResponse] = [checkData(data), checkData(scanResponse)];
      await inTurn(async () => {
        await switchTo(false);
        await commands.issue(opcodes.leSetAdvertisingParameters, parameters);
        await setData(checkedData);
        hasScanResponse = true;
        await setScanResponse(checkedResponse);
        await switchTo(true);
      });
    },
    setData: async (data) => {
      const checked = checkData(data);
      await inTurn(async () => void (await setData(checked)));
    },
    pause: () => inTurn(() => switchTo(false)),
    changeIdentity: async (identity) => {
      const address = checkAddress(identity.address);
      const data = checkData(identity.data);
      await inTurn(async () => {
        await switchTo(false);
        await setAddress(address);
        await setData(data);
        await switchTo(true);
      });
    },
    stop: () =>
      inTurn(async () => {
        await switchTo(false);
        await setData(new Uint8Array(0));
        if (hasScanResponse) await setScanResponse(new Uint8Array(0));
        hasScanResponse = false;
      }),
    switchOnAgain: () => inTurn(() => switchTo(true)),
    roundTrip: commands.roundTrip,
    alreadyOnCount: () => alreadyOn,
    close: commands.close,
  };
}

function checkAdvertising({ intervalMs, address, data }: Advertising) {
  const parameters = encodeParameters(checkInterval(intervalMs), nonConnectable, randomAddress);
  return { address: checkAddress(address), data: checkData(data), parameters };
}

/** §7.8.5: interval minimum and maximum, type, own address type, peer address type and address, channels, filter policy. */
function encodeParameters(intervalMs: number, type: number, ownAddressType: number): Uint8Array {
  const parameters = new Uint8Array(15);
  const view = new DataView(parameters.buffer);
  const shortest = Math.min(Math.round(intervalMs / unitMs), longestInterval - spreadUnits);
  view.setUint16(0, shortest, true);
  view.setUint16(2, shortest + spreadUnits, true);
  parameters[4] = type;
  parameters[5] = ownAddressType;
  parameters[13] = channels37To39;
  return parameters;
}

/** §7.8.7: the length, then always 31 octets. */
function encodeData(data: Uint8Array): Uint8Array {
  const parameters = new Uint8Array(1 + HIGHEST_DATA_OCTETS);
  parameters[0] = data.length;
  parameters.set(data, 1);
  return parameters;
}
