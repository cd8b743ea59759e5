import type { CallEvent, ScanFailure } from '../call/events.js';
import { advertisementOf, dataOfParts, dataOfRecord, withCompanyId } from './advertising-data.js';
import { addressOf, entriesOf, fieldsOf, levelOf, octetsOf } from './read-report.js';
import { scanFailedOf } from './scan-failure.js';

/** Reports of react-native-ble-plx 3.5.1: the `device` that `startDeviceScan` calls back with. */
export interface BlePlxDevice {
  /** MAC address on Android, a UUID of the phone's own on iOS. */
  readonly id: string;
  readonly rssi: number | null;
  /** Base64, the company identifier included. */
  readonly manufacturerData: string | null;
  /** Base64: AD structures on Android, a JSON text on iOS although the type is the same. */
  readonly rawScanRecord?: string | null | undefined;
  /** Base64 by full lower-case UUID. */
  readonly serviceData: Readonly<Record<string, string>> | null;
}

/** `{"`: how the JSON text of iOS begins. As AD structures it would be one of 123 octets and of a type that has 16. */
const JSON_START = [0x7b, 0x22] as const;

/**
 * One report, for the reducer.
 * @param device as called back; the library gives `null` beside an error.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromBlePlx({ id: 'A', rssi: -60, manufacturerData: null, serviceData: null, rawScanRecord: 'AgEG' }, 5) // [{ t: 5, event: 'advertisement', address: 'A', rssiDbm: -60, data: '020106' }]
 */
export function fromBlePlx(device: BlePlxDevice | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(device);
  if (fields === undefined) return [];
  const { id, rssi, manufacturerData, rawScanRecord, serviceData } = fields;
  const record = octetsOf(rawScanRecord);
  const isRecord =
    record !== undefined && record.length > 0 && !(record[0] === JSON_START[0] && record[1] === JSON_START[1]);
  const data = isRecord
    ? dataOfRecord(record)
    : dataOfParts(entriesOf(serviceData), withCompanyId(octetsOf(manufacturerData)));
  return advertisementOf(t, addressOf(id), levelOf(rssi), data);
}

/** For `startDeviceScan(null, blePlxScanOptions, …)`. `ScanMode.LowLatency` is 2, `ScanCallbackType.AllMatches` is 1. */
export const blePlxScanOptions = { allowDuplicates: true, scanMode: 2, callbackType: 1, legacyScan: true } as const;

export const blePlxScanReasons: Readonly<Record<keyof typeof blePlxScanOptions, string>> = {
  allowDuplicates: 'iOS gives one report a device and call otherwise, and one packet decides nothing',
  scanMode: 'the default listens for a tenth of the time (140 of 1400 ms on Android 13)',
  callbackType: 'FirstMatch gives one report a device',
  legacyScan: 'our frames are legacy advertising; extended scans miss them on some phones',
};

/** `BleErrorCode` of the library; a code that is not here is `internal`. */
export const blePlxScanFailures: Readonly<Record<number, ScanFailure>> = {
  100: 'unsupported',
  101: 'unauthorized',
  102: 'bluetooth-off',
  103: 'internal',
  104: 'internal',
  600: 'internal',
  // Location switched off: Android delivers nothing to an app that may be told of beacons.
  601: 'unauthorized',
};

/** What `startDeviceScan` calls back with in place of a device. */
export interface BlePlxError {
  readonly errorCode: number;
  readonly reason?: string | null | undefined;
}

/**
 * A scan that failed, for the reducer.
 * @param error as called back, or what `startDeviceScan` was rejected with.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason; none for `null`, which the library gives beside a device.
 * @example fromBlePlxError({ errorCode: 102 }, 5) // [{ t: 5, event: 'scan-failed', reason: 'bluetooth-off' }]
 */
export function fromBlePlxError(error: BlePlxError | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(error);
  if (fields === undefined) return [];
  const { errorCode, reason } = fields;
  // RxAndroidBle tells Android's limit of five starts in 30 s by a text alone.
  const isThrottled = errorCode === 600 && typeof reason === 'string' && /throttl|too frequent/i.test(reason);
  const known = typeof errorCode === 'number' ? blePlxScanFailures[errorCode] : undefined;
  return scanFailedOf(t, isThrottled ? 'too-frequent' : (known ?? 'internal'));
}
