import type { CallEvent } from '../call/events.js';
import { advertisementOf, dataOfParts, dataOfRecord, withCompanyId } from './advertising-data.js';
import { addressOf, entriesOf, fieldsOf, levelOf, octetsOf } from './read-report.js';
import { type FailureTexts, reasonOfText, scanFailedOf, textOfError } from './scan-failure.js';

export type { FailureTexts } from './scan-failure.js';

/** Reports of cordova-plugin-ble-central 2.0.0: what `ble.startScanWithOptions` calls back with. */
export interface CordovaPeripheral {
  readonly id: string;
  /** Absent where Android has none. */
  readonly rssi?: number | undefined;
  /** Android: the whole record. iOS: CoreBluetooth's dictionary. */
  readonly advertising?: ArrayBuffer | CordovaIosAdvertising | undefined;
}

/** What iOS lets through, under its own names. */
export interface CordovaIosAdvertising {
  /** The company identifier included. */
  readonly kCBAdvDataManufacturerData?: ArrayBuffer | undefined;
  /** By upper-case UUID, short where there is a short form. */
  readonly kCBAdvDataServiceData?: Readonly<Record<string, ArrayBuffer>> | undefined;
}

/**
 * One report, for the reducer.
 * @param peripheral as called back.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromCordovaBle({ id: 'A', rssi: -60, advertising: Uint8Array.of(2, 1, 6).buffer }, 5) // [{ t: 5, event: 'advertisement', address: 'A', rssiDbm: -60, data: '020106' }]
 */
export function fromCordovaBle(peripheral: CordovaPeripheral | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(peripheral);
  if (fields === undefined) return [];
  const { id, rssi, advertising } = fields;
  const record = octetsOf(advertising);
  const { kCBAdvDataManufacturerData, kCBAdvDataServiceData } = fieldsOf(advertising) ?? {};
  const data =
    record !== undefined
      ? dataOfRecord(record)
      : dataOfParts(entriesOf(kCBAdvDataServiceData), withCompanyId(octetsOf(kCBAdvDataManufacturerData)));
  return advertisementOf(t, addressOf(id), levelOf(rssi), data);
}

/** For `ble.startScanWithOptions([], cordovaScanOptions, …)`. */
export const cordovaScanOptions = {
  reportDuplicates: true,
  scanMode: 'lowLatency',
  callbackType: 'all',
  matchMode: 'aggressive',
  numOfMatches: 'max',
  legacy: true,
  reportDelay: 0,
} as const;

export const cordovaScanReasons: Readonly<Record<keyof typeof cordovaScanOptions, string>> = {
  reportDuplicates: 'the default gives one report a device and scan, on both platforms',
  scanMode: 'what Android takes where nothing is said listens for a tenth of the time',
  callbackType: 'first gives one report a device',
  matchMode: 'sticky waits for strong signals',
  numOfMatches: 'fewer matches a filter are fewer packets',
  legacy: 'our frames are legacy advertising',
  reportDelay: 'with a delay the plug-in delivers nothing: it drops what Android gives in batches',
};

/** What the failure call-back gets: texts of the plug-in. A scan that Android refuses or throttles is not told at all. */
export const cordovaScanFailures: FailureTexts = [
  ['bluetooth is disabled', 'bluetooth-off'],
  ['does not support bluetooth', 'unsupported'],
  ['permission', 'unauthorized'],
];

/**
 * A scan that failed, for the reducer.
 * @param error what the failure call-back got.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason.
 * @example fromCordovaError('Bluetooth is disabled', 5) // [{ t: 5, event: 'scan-failed', reason: 'bluetooth-off' }]
 */
export function fromCordovaError(error: unknown, t: number): readonly CallEvent[] {
  return scanFailedOf(t, reasonOfText(textOfError(error), cordovaScanFailures));
}
