import { type AdStructure, adTypes, encodeAdStructures } from '../advertisement/ad-structures.js';
import { encodeHex } from '../advertisement/bytes.js';
import type { CallEvent } from '../call/events.js';
import { type Entry, octetsOf } from './read-report.js';
import { canonicalUuid, sentUuid } from './uuid.js';

/** AD structures out of what libraries make of them, so that the decoder reads one format whoever heard the packet. */

/** So much one event carries: the trace format's bound, and more than a legacy advertisement and its scan response. */
const MOST_OCTETS = 256;
const SERVICE_DATA_32 = 0x20;
/** Service data of 16, 32 and 128 bits by the octets of the UUID. */
const serviceDataTypes: Readonly<Record<number, number>> = {
  2: adTypes.serviceData16,
  4: SERVICE_DATA_32,
  16: adTypes.serviceData128,
};
const read: readonly number[] = [adTypes.serviceData16, adTypes.serviceData128, adTypes.manufacturerData];

/** One packet as an event. */
export function advertisementOf(t: number, address: string, rssiDbm: number, data: string): readonly CallEvent[] {
  return [{ t, event: 'advertisement', address, rssiDbm, data }];
}

/**
 * A record as a platform hands it over: Android pads it with zeros to 62 octets and hands on a last structure that points
 * past the end. The structures before that one are whole and are kept.
 * @param record advertising data, and the scan response after it.
 * @returns hexadecimal digits for an event; the record itself, for the core to call it malformed, when nothing of it is whole.
 */
export function dataOfRecord(record: Uint8Array): string {
  const structures: AdStructure[] = [];
  let at = 0;
  while (at < record.length) {
    const length = record[at] as number;
    if (length === 0 || at + 1 + length > record.length) break;
    structures.push({ type: record[at + 1] as number, data: record.subarray(at + 2, at + 1 + length) });
    at += 1 + length;
  }
  if (at === 0 && record.length > 0 && record[0] !== 0)
    return encodeHex(record, 0, Math.min(record.length, MOST_OCTETS));
  if (at <= MOST_OCTETS) return encodeHex(record, 0, at);
  return encodeFitting(structures.filter(({ type }) => read.indexOf(type) >= 0));
}

/** Manufacturer data as a library gives it, taken apart. */
export interface ManufacturerData {
  /** Bluetooth SIG company identifier, 0..65535. */
  readonly companyId: number;
  /** What stands after it. */
  readonly data: Uint8Array;
}

/**
 * Service data come first: where a platform merges the packets of one address, as CoreBluetooth, BlueZ and noble do, the
 * frame that proves a desk must not be hidden behind an older one that proves nothing.
 * @param services service data by UUID.
 * @returns hexadecimal digits for an event.
 */
export function dataOfParts(services: readonly Entry[], manufacturers: readonly ManufacturerData[]): string {
  const structures: AdStructure[] = [];
  for (const [key, value] of services) {
    const uuid = canonicalUuid(key);
    const octets = octetsOf(value);
    if (uuid === undefined || octets === undefined) continue;
    const sent = sentUuid(uuid);
    structures.push({ type: serviceDataTypes[sent.length] as number, data: joined(sent, octets) });
  }
  for (const { companyId, data } of manufacturers) {
    const company = Uint8Array.of(companyId & 255, companyId >>> 8);
    structures.push({ type: adTypes.manufacturerData, data: joined(company, data) });
  }
  return encodeFitting(structures);
}

/** @returns manufacturer data that still have the company identifier before them, little-endian. */
export function withCompanyId(octets: Uint8Array | undefined): readonly ManufacturerData[] {
  if (octets === undefined || octets.length < 2) return [];
  return [{ companyId: (octets[0] as number) + 256 * (octets[1] as number), data: octets.subarray(2) }];
}

/** @returns manufacturer data of a map whose keys are company identifiers in the given radix. */
export function byCompanyId(entries: readonly Entry[], radix: 10 | 16): readonly ManufacturerData[] {
  const pattern = radix === 10 ? /^[0-9]{1,5}$/ : /^[0-9a-fA-F]{1,4}$/;
  const found: ManufacturerData[] = [];
  for (const [key, value] of entries) {
    const companyId = pattern.test(key) ? Number.parseInt(key, radix) : -1;
    const data = octetsOf(value);
    if (companyId >= 0 && companyId <= 0xffff && data !== undefined) found.push({ companyId, data });
  }
  return found;
}

/** What no longer fits is left out, and what no structure can hold. */
function encodeFitting(structures: readonly AdStructure[]): string {
  const fitting: AdStructure[] = [];
  let octets = 0;
  for (const structure of structures) {
    const more = 2 + structure.data.length;
    if (structure.data.length > 254 || octets + more > MOST_OCTETS) continue;
    octets += more;
    fitting.push(structure);
  }
  return encodeHex(encodeAdStructures(fitting, MOST_OCTETS));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const octets = new Uint8Array(first.length + second.length);
  octets.set(first);
  octets.set(second, first.length);
  return octets;
}
