import type { CallEvent } from '../call/events.js';
import { advertisementOf, dataOfParts } from './advertising-data.js';
import { addressOf, entriesOf, fieldsOf, levelOf, octetsOf } from './read-report.js';
import { type FailureTexts, reasonOfText, scanFailedOf, textOfError } from './scan-failure.js';

export type { FailureTexts } from './scan-failure.js';

/** Reports of @nativescript-community/ble 3.1.22: what `startScanning` calls `onDiscovered` with. */
export interface NativeScriptPeripheral {
  readonly UUID: string;
  readonly RSSI?: number | undefined;
  /** Spelt so by the library. */
  readonly advertismentData?: NativeScriptAdvertisement | undefined;
}

/** Getters over native objects, which are gone after the call-back: each is read once, at once, and what it gives is used at once. */
export interface NativeScriptAdvertisement {
  /** The first entry, its company identifier removed. */
  readonly manufacturerData?: ArrayBuffer | undefined;
  /** −1 where there is none. */
  readonly manufacturerId?: number | undefined;
  /** By UUID, those of 16 bits as four digits, in either case. */
  readonly serviceData?: Readonly<Record<string, ArrayBuffer>> | undefined;
}

/**
 * One report, for the reducer.
 * To be called inside the call-back, not later. The getter `data` is not read: the types do not promise it, and on iOS it is
 * no advertising data.
 * @param peripheral as called back.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromNativeScriptBle(undefined, 5) // []
 */
export function fromNativeScriptBle(
  peripheral: NativeScriptPeripheral | null | undefined,
  t: number,
): readonly CallEvent[] {
  const fields = fieldsOf(peripheral);
  if (fields === undefined) return [];
  const { UUID, RSSI, advertismentData } = fields;
  const { manufacturerId, manufacturerData, serviceData } = fieldsOf(advertismentData) ?? {};
  const data = octetsOf(manufacturerData);
  const hasManufacturer = isCompanyId(manufacturerId) && data !== undefined;
  const parts = hasManufacturer ? [{ companyId: manufacturerId, data }] : [];
  return advertisementOf(t, addressOf(UUID), levelOf(RSSI), dataOfParts(entriesOf(serviceData), parts));
}

function isCompanyId(value: unknown): value is number {
  return typeof value === 'number' && value === (value & 0xffff);
}

/** For `startScanning({ ...nativeScriptScanOptions, onDiscovered })`. */
export const nativeScriptScanOptions = { avoidDuplicates: false, skipPermissionCheck: true } as const;

export const nativeScriptScanReasons: Readonly<Record<keyof typeof nativeScriptScanOptions, string>> = {
  avoidDuplicates:
    'true gives one report a device and scan; the scan mode is low latency unless something else is asked for',
  skipPermissionCheck: 'a call is no moment to ask for a permission: the app asks for it before',
};

/** What `startScanning` is rejected with: texts of the library. A scan that Android refuses or throttles is only logged. */
export const nativeScriptScanFailures: FailureTexts = [
  ['bluetooth_not_enabled', 'bluetooth-off'],
  ['bluetooth_not_supported', 'unsupported'],
  ['gps not enabled', 'unauthorized'],
  ['permission', 'unauthorized'],
];

/**
 * A scan that did not start, for the reducer.
 * @param error what `startScanning` was rejected with.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason.
 * @example fromNativeScriptError('bluetooth_not_enabled', 5) // [{ t: 5, event: 'scan-failed', reason: 'bluetooth-off' }]
 */
export function fromNativeScriptError(error: unknown, t: number): readonly CallEvent[] {
  return scanFailedOf(t, reasonOfText(textOfError(error), nativeScriptScanFailures));
}
