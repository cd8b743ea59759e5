/** What is on the air and what is heard of it. Addresses are written: most significant octet first. */
import type { ChannelIndex } from './channel.js';

/** Legacy advertising PDU types as an LE Advertising Report names them (Core Vol 4 Part E §7.7.65.2). */
export const advertisingType = {
  ADV_IND: 0,
  ADV_DIRECT_IND: 1,
  ADV_SCAN_IND: 2,
  ADV_NONCONN_IND: 3,
  SCAN_RSP: 4,
} as const;
export type AdvertisingType = (typeof advertisingType)[keyof typeof advertisingType];

/** One advertising event's content, taken when the event begins. */
export interface Advertisement {
  readonly type: AdvertisingType;
  readonly isAddressRandom: boolean;
  /** 6 octets, most significant first. */
  readonly address: Uint8Array;
  /** AD structures, 0..31 octets. */
  readonly data: Uint8Array;
  readonly scanResponse?: Uint8Array | undefined;
  /** Bit 0 is channel 37, bit 1 is 38, bit 2 is 39; all three where absent. */
  readonly channelMap?: number | undefined;
}

/** A packet a receiver has decoded. `transmitter` is the truth, which no host is told. */
export interface AirReport {
  readonly atUs: number;
  readonly receiver: string;
  readonly transmitter: string;
  readonly channelIndex: ChannelIndex;
  readonly eventNumber: number;
  readonly type: AdvertisingType;
  readonly isAddressRandom: boolean;
  readonly address: Uint8Array;
  readonly data: Uint8Array;
  readonly rssiDbm: number;
}

/** One advertising event that went out, heard or not. */
export interface AirLogEntry {
  readonly atUs: number;
  readonly transmitter: string;
  readonly address: Uint8Array;
  readonly type: AdvertisingType;
  readonly data: Uint8Array;
  /** Counts this transmitter's events since the air began. */
  readonly eventNumber: number;
}

export function isScannable(type: AdvertisingType): boolean {
  return type === advertisingType.ADV_IND || type === advertisingType.ADV_SCAN_IND;
}

/** @returns the address as people write it: `c0:00:00:00:00:01`. */
export function formatAddress(address: Uint8Array): string {
  return Array.from(address, (octet) => octet.toString(16).padStart(2, '0')).join(':');
}

/** @throws {RangeError} if the text is not six octets in hexadecimal with colons. */
export function parseAddress(text: string): Uint8Array {
  if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) {
    throw new RangeError(`address: expected six octets like c0:00:00:00:00:01, got ${JSON.stringify(text)}`);
  }
  return Uint8Array.from(text.split(':'), (octet) => Number.parseInt(octet, 16));
}
