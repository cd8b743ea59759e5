import type { CallEvent, ScanFailure } from '../call/events.js';
import { ownValue } from '../own-value.js';
import { advertisementOf, byCompanyId, dataOfParts } from './advertising-data.js';
import { addressOf, entriesOf, fieldsOf, levelOf } from './read-report.js';
import { scanFailedOf } from './scan-failure.js';

/** Events of Web Bluetooth Scanning (`advertisementreceived`; types of @types/web-bluetooth 0.0.22). Good for demonstrations. */
export interface WebBluetoothEvent {
  readonly device: { readonly id: string };
  readonly rssi?: number | undefined;
  /** By company identifier, which is removed from the data. */
  readonly manufacturerData: WebBluetoothMap<number>;
  /** By full lower-case UUID; the types allow its number too. */
  readonly serviceData: WebBluetoothMap<string | number>;
}

/** What a browser has in place of a Map; Chrome's has the methods of one and is none. */
export interface WebBluetoothMap<Key> {
  forEach(callback: (value: DataView, key: Key) => void): void;
}

/**
 * One event, for the reducer.
 * Chrome keeps the iBeacon format from pages (its list of blocked manufacturer data).
 * @param event as the browser gives it.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromWebBluetooth(undefined, 5) // []
 */
export function fromWebBluetooth(event: WebBluetoothEvent | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(event);
  if (fields === undefined) return [];
  const { device, rssi, manufacturerData, serviceData } = fields;
  const data = dataOfParts(entriesOf(serviceData), byCompanyId(entriesOf(manufacturerData), 10));
  return advertisementOf(t, addressOf(fieldsOf(device)?.id), levelOf(rssi), data);
}

/** For `navigator.bluetooth.requestLEScan(webBluetoothScanOptions)`. */
export const webBluetoothScanOptions = { acceptAllAdvertisements: true, keepRepeatedDevices: true } as const;

export const webBluetoothScanReasons: Readonly<Record<keyof typeof webBluetoothScanOptions, string>> = {
  acceptAllAdvertisements: 'filters by service look at the list of services, which Deskbeacon-EID has not',
  keepRepeatedDevices: 'the default gives one event a device and scan',
};

/** Names of the DOMException that `requestLEScan` is rejected with; where the function is absent, say `unsupported`. */
export const webBluetoothScanFailures: Readonly<Record<string, ScanFailure>> = {
  NotAllowedError: 'unauthorized',
  SecurityError: 'unauthorized',
  NotFoundError: 'unsupported',
  NotSupportedError: 'unsupported',
};

/**
 * A scan that did not start, for the reducer.
 * @param error what `requestLEScan` was rejected with.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason.
 * @example fromWebBluetoothError({ name: 'NotAllowedError' }, 5) // [{ t: 5, event: 'scan-failed', reason: 'unauthorized' }]
 */
export function fromWebBluetoothError(error: unknown, t: number): readonly CallEvent[] {
  const name = fieldsOf(error)?.name;
  const known = typeof name === 'string' ? ownValue(webBluetoothScanFailures, name) : undefined;
  return scanFailedOf(t, known ?? 'internal');
}
