import type { CallEvent } from '../call/events.js';
import { advertisementOf, byCompanyId, dataOfParts, dataOfRecord } from './advertising-data.js';
import { addressOf, entriesOf, fieldsOf, levelOf, octetsOf } from './read-report.js';
import { androidScanFailures, type FailureTexts, reasonOfText, scanFailedOf, textOfError } from './scan-failure.js';

export type { FailureTexts } from './scan-failure.js';

/** Reports of react-native-ble-manager 12.5.3: what `onDiscoverPeripheral` calls back with. */
export interface BleManagerPeripheral {
  readonly id: string;
  readonly rssi: number;
  readonly advertising: BleManagerAdvertising;
}

/** What it holds of the advertising data. */
export interface BleManagerAdvertising {
  /** Android alone: the whole record. */
  readonly rawData?: BleManagerBytes | undefined;
  /** By company identifier as four hexadecimal digits, which is removed from the data; on Android the first one only. */
  readonly manufacturerData?: Readonly<Record<string, BleManagerBytes>> | undefined;
  /** By UUID, those of 16 bits as four digits. */
  readonly serviceData?: Readonly<Record<string, BleManagerBytes>> | undefined;
}

/** The same octets twice. Where there are none, Android gives `null` for both although the type says otherwise. */
export interface BleManagerBytes {
  readonly bytes: readonly number[];
  readonly data: string;
}

/**
 * One report, for the reducer.
 * `manufacturerRawData` is never read: on Android it begins with the company identifier as a big-endian integer of four
 * octets, on iOS with the two octets that were sent.
 * @param peripheral as called back.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromBleManager({ id: 'A', rssi: -60, advertising: { rawData: { bytes: [2, 1, 6], data: 'AgEG' } } }, 5) // [{ t: 5, event: 'advertisement', address: 'A', rssiDbm: -60, data: '020106' }]
 */
export function fromBleManager(peripheral: BleManagerPeripheral | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(peripheral);
  if (fields === undefined) return [];
  const { id, rssi, advertising } = fields;
  const { rawData, manufacturerData, serviceData } = fieldsOf(advertising) ?? {};
  const record = octetsOf(rawData);
  const data =
    record !== undefined && record.length > 0
      ? dataOfRecord(record)
      : dataOfParts(entriesOf(serviceData), byCompanyId(entriesOf(manufacturerData), 16));
  return advertisementOf(t, addressOf(id), levelOf(rssi), data);
}

/** For `scan(bleManagerScanOptions)`. `BleScanMode.LowLatency` is 2, the others are `AllMatches`, `Aggressive`, `MaxAdvertisements`. */
export const bleManagerScanOptions = {
  serviceUUIDs: [],
  seconds: 0,
  allowDuplicates: true,
  scanMode: 2,
  callbackType: 1,
  matchMode: 1,
  numberOfMatches: 3,
  reportDelay: 0,
  legacy: true,
};

export const bleManagerScanReasons: Readonly<Record<keyof typeof bleManagerScanOptions, string>> = {
  serviceUUIDs: 'a filter by service keeps the iBeacon format and Deskbeacon-EID out: neither lists its service',
  seconds: 'the reducer stops the scan, and no timer of the library',
  allowDuplicates: 'iOS gives one report a device and call otherwise',
  scanMode: 'the default listens for a tenth of the time',
  callbackType: 'FirstMatch gives one report a device',
  matchMode: 'Sticky waits for strong signals',
  numberOfMatches: 'fewer matches a filter are fewer packets',
  reportDelay: 'anything above 0 waits five seconds or more, and the call is decided by then',
  legacy: 'our frames are legacy advertising',
};

/** What `onStopScan` calls back with. */
export interface BleManagerStop {
  readonly status?: number | undefined;
}

/**
 * The end of a scan, for the reducer.
 * `onStopScan` tells failures too: 0 and 10 are a stop and a time limit, all else is Android's code of a failure.
 * @param stop as called back.
 * @param t milliseconds on the call's clock.
 * @returns `scan-stopped`, or `scan-failed` with its reason; none for what is no stop.
 * @example fromBleManagerStop({ status: 6 }, 5) // [{ t: 5, event: 'scan-failed', reason: 'too-frequent' }]
 */
export function fromBleManagerStop(stop: BleManagerStop | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(stop);
  if (fields === undefined) return [];
  const { status } = fields;
  const reason = typeof status === 'number' ? androidScanFailures[status] : undefined;
  return reason === undefined ? [{ t, event: 'scan-stopped' }] : scanFailedOf(t, reason);
}

/** What `scan` is rejected with: texts of the library. */
export const bleManagerScanFailures: FailureTexts = [
  ['no bluetooth support', 'unsupported'],
  // Android has no scanner while Bluetooth is off.
  ['no ble scanner available', 'bluetooth-off'],
  ['permission', 'unauthorized'],
];

/**
 * A scan that did not start, for the reducer.
 * With Bluetooth off, `scan` of Android answers nothing at all: ask `checkState` first.
 * @param error what `scan` was rejected with.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason.
 * @example fromBleManagerError('No BLE scanner available', 5) // [{ t: 5, event: 'scan-failed', reason: 'bluetooth-off' }]
 */
export function fromBleManagerError(error: unknown, t: number): readonly CallEvent[] {
  return scanFailedOf(t, reasonOfText(textOfError(error), bleManagerScanFailures));
}
