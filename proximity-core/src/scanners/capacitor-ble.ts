import type { CallEvent } from '../call/events.js';
import { advertisementOf, byCompanyId, dataOfParts, dataOfRecord } from './advertising-data.js';
import { addressOf, entriesOf, fieldsOf, levelOf, octetsOf } from './read-report.js';
import { type FailureTexts, reasonOfText, scanFailedOf, textOfError } from './scan-failure.js';

export type { FailureTexts } from './scan-failure.js';

/** Results of @capacitor-community/bluetooth-le 8.3.0: what `BleClient.requestLEScan` calls back with. */
export interface CapacitorScanResult {
  readonly device: { readonly deviceId: string };
  readonly rssi?: number | undefined;
  /** By company identifier in decimal, which is removed from the data. */
  readonly manufacturerData?: Readonly<Record<string, DataView>> | undefined;
  /** By full lower-case UUID. */
  readonly serviceData?: Readonly<Record<string, DataView>> | undefined;
  /** Android alone: the whole record. */
  readonly rawAdvertisement?: DataView | undefined;
}

/**
 * One result, for the reducer.
 * `txPower` is not read: it is 127 where it is not known, and our frames state their own power.
 * @param result as called back.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no result.
 * @example fromCapacitorBle({ device: { deviceId: 'A' }, rssi: -60, rawAdvertisement: new DataView(Uint8Array.of(2, 1, 6).buffer) }, 5) // [{ t: 5, event: 'advertisement', address: 'A', rssiDbm: -60, data: '020106' }]
 */
export function fromCapacitorBle(result: CapacitorScanResult | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(result);
  if (fields === undefined) return [];
  const { device, rssi, manufacturerData, serviceData, rawAdvertisement } = fields;
  const record = octetsOf(rawAdvertisement);
  const data =
    record !== undefined && record.length > 0
      ? dataOfRecord(record)
      : dataOfParts(entriesOf(serviceData), byCompanyId(entriesOf(manufacturerData), 10));
  return advertisementOf(t, addressOf(fieldsOf(device)?.deviceId), levelOf(rssi), data);
}

/** For `BleClient.requestLEScan(capacitorScanOptions, …)`. `SCAN_MODE_LOW_LATENCY` is 2. */
export const capacitorScanOptions = { allowDuplicates: true, scanMode: 2, allowExtendedAdvertising: false } as const;

export const capacitorScanReasons: Readonly<Record<keyof typeof capacitorScanOptions, string>> = {
  allowDuplicates: 'the default gives one result a device and scan, on both platforms, filtered in native code',
  scanMode: 'the default, balanced, listens for a quarter of the time (183 of 730 ms on Android 13)',
  allowExtendedAdvertising: 'our frames are legacy advertising',
};

/**
 * What `initialize` and `requestLEScan` are rejected with: texts of the plug-in. A scan that Android refuses or throttles is
 * not told at all, and with Bluetooth off it is told as started: ask `BleClient.isEnabled()` first.
 */
export const capacitorScanFailures: FailureTexts = [
  ['permission denied', 'unauthorized'],
  ['not supported', 'unsupported'],
  ['unsupported', 'unsupported'],
  ['ble is not available', 'unsupported'],
  // `initialize` of the web's twin.
  ['not available', 'unsupported'],
  ['powered off', 'bluetooth-off'],
];

/**
 * A scan that did not start, for the reducer.
 * @param error what `initialize` or `requestLEScan` was rejected with.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason.
 * @example fromCapacitorError(new Error('Permission denied.'), 5) // [{ t: 5, event: 'scan-failed', reason: 'unauthorized' }]
 */
export function fromCapacitorError(error: unknown, t: number): readonly CallEvent[] {
  return scanFailedOf(t, reasonOfText(textOfError(error), capacitorScanFailures));
}
