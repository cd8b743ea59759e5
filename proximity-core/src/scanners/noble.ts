import type { CallEvent, ScanFailure } from '../call/events.js';
import { ownValue } from '../own-value.js';
import { advertisementOf, dataOfParts, dataOfRecord, withCompanyId } from './advertising-data.js';
import { addressOf, type Entry, fieldsOf, levelOf, octetsOf } from './read-report.js';
import { scanFailedOf } from './scan-failure.js';

/** noble in Node: @stoprocent/noble 2.8.0 and @abandonware/noble 1.9.2. */

/**
 * What its HCI layer reports of one packet (`leAdvertisingReport`, on Linux and on serial adapters). To be preferred: the
 * peripheral of `discover` is merged out of many packets.
 */
export interface NobleReport {
  /** Of the sender, as noble writes it. */
  readonly address: string;
  /** As the receiver reported it, sentinels included. */
  readonly rssiDbm: number;
  /** AD structures as heard. */
  readonly data: Uint8Array;
}

/**
 * One packet that noble heard, for the reducer.
 * @param report one packet as noble heard it.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromNobleReport({ address: '12:34:56:78:9a:bc', rssiDbm: -63, data: Uint8Array.of(2, 1, 6) }, 57) // [{ t: 57, event: 'advertisement', address: '12:34:56:78:9a:bc', rssiDbm: -63, data: '020106' }]
 */
export function fromNobleReport(report: NobleReport | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(report);
  if (fields === undefined) return [];
  const { address, rssiDbm, data } = fields;
  const record = octetsOf(data);
  return advertisementOf(t, addressOf(address), levelOf(rssiDbm), record === undefined ? '' : dataOfRecord(record));
}

/** What `discover` calls back with. */
export interface NoblePeripheral {
  readonly id: string;
  readonly rssi: number;
  readonly advertisement: NobleAdvertisement;
}

/** What noble has merged of the packets of one address. */
export interface NobleAdvertisement {
  /** The company identifier included. Kept for ever: it may be of an earlier packet. */
  readonly manufacturerData?: Uint8Array | null | undefined;
  /** A list, the UUIDs lower-case and without hyphens; of the newest packet. */
  readonly serviceData?: readonly { readonly uuid: string; readonly data: Uint8Array }[] | undefined;
}

/**
 * One peripheral as `discover` gives it, for the reducer.
 * noble keeps the manufacturer data of an address and empties its service data with every packet that is no scan response.
 * Manufacturer data beside service data are therefore of an earlier packet and are left out: one packet counted as two
 * frames, the older one first, would hide the one that proves a desk.
 * @param peripheral as called back.
 * @param t milliseconds on the call's clock.
 * @returns one event; none for what is no report.
 * @example fromNoble(undefined, 5) // []
 */
export function fromNoble(peripheral: NoblePeripheral | null | undefined, t: number): readonly CallEvent[] {
  const fields = fieldsOf(peripheral);
  if (fields === undefined) return [];
  const { id, rssi, advertisement } = fields;
  const { manufacturerData, serviceData } = fieldsOf(advertisement) ?? {};
  const services = listedServices(serviceData);
  const manufacturers = services.length > 0 ? [] : withCompanyId(octetsOf(manufacturerData));
  return advertisementOf(t, addressOf(id), levelOf(rssi), dataOfParts(services, manufacturers));
}

const MOST_SERVICES = 16;

function listedServices(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return [];
  const entries: Entry[] = [];
  for (let i = 0; i < list.length && i < MOST_SERVICES; i += 1) {
    const { uuid, data } = fieldsOf(list[i]) ?? {};
    if (typeof uuid === 'string') entries.push([uuid, data]);
  }
  return entries;
}

/** For `noble.startScanning(nobleScanOptions.serviceUUIDs, nobleScanOptions.allowDuplicates)`. */
export const nobleScanOptions = { serviceUUIDs: [] as string[], allowDuplicates: true } as const;

export const nobleScanReasons: Readonly<Record<keyof typeof nobleScanOptions, string>> = {
  serviceUUIDs: 'a filter by service keeps the iBeacon format and Deskbeacon-EID out: neither lists its service',
  allowDuplicates: 'the default gives one report a device and scan',
};

/** `noble.state` and what `stateChange` tells; `poweredOn` is no failure. */
export const nobleScanFailures: Readonly<Record<string, ScanFailure>> = {
  poweredOff: 'bluetooth-off',
  unauthorized: 'unauthorized',
  unsupported: 'unsupported',
  resetting: 'internal',
  unknown: 'internal',
};

/**
 * The state of the adapter, for the reducer.
 * @param state the adapter's state, as `stateChange` tells it.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed`, or nothing for `poweredOn`.
 * @example fromNobleState('poweredOff', 5) // [{ t: 5, event: 'scan-failed', reason: 'bluetooth-off' }]
 */
export function fromNobleState(state: string, t: number): readonly CallEvent[] {
  return state === 'poweredOn' ? [] : scanFailedOf(t, ownValue(nobleScanFailures, state) ?? 'internal');
}
