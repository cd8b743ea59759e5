import { decodeBase64 } from './base64.js';

/**
 * What all adapters do with a library's report: native code made it, so nothing of its shape is taken for granted. Binary
 * values may be what the library gives or what JSON makes of it, so that a host can hand a report over as text.
 */

/** Longer than any advertising report (Core Vol 6 Part B §2.3.4.9: 1650 octets); more is not read. */
const MOST_OCTETS = 2048;
/** Entries of a map of manufacturer or service data that are looked at: one packet cannot carry more. */
const MOST_ENTRIES = 16;
const MOST_ADDRESS = 64;
/** Core Vol 4 Part E §7.7.65.2: 127 means that no level is available. */
export const NO_LEVEL_DBM = 127;

type Fields = Readonly<Record<string, unknown>>;

/** @returns the report's fields, or `undefined` when it is no object at all. */
export function fieldsOf(report: unknown): Fields | undefined {
  return typeof report === 'object' && report !== null && !Array.isArray(report) ? (report as Fields) : undefined;
}

/** @returns the level as reported, sentinels included, for the core judges them; 127 when the report has none. */
export function levelOf(value: unknown): number {
  return typeof value === 'number' && value - value === 0 ? value : NO_LEVEL_DBM;
}

/** @returns the address or the platform's name for the device; an empty text when there is none. */
export function addressOf(value: unknown): string {
  return typeof value === 'string' && value.length <= MOST_ADDRESS ? value : '';
}

/**
 * @param value a view of any kind, an ArrayBuffer, numbers, base64, or an object that holds one of these under `bytes` or
 * `data` (Cordova's and React Native's `CDVType`, what JSON makes of a Buffer).
 * @returns the octets, or `undefined` when it is nothing of that kind.
 */
export function octetsOf(value: unknown): Uint8Array | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined || isBinary(fields)) return plainOctetsOf(value);
  const { bytes, data } = fields;
  return plainOctetsOf(bytes) ?? plainOctetsOf(data);
}

function plainOctetsOf(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return decodeBase64(value, MOST_OCTETS);
  if (Array.isArray(value)) return numbersOf(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength > MOST_OCTETS) return undefined;
    // A view need not begin where its buffer does: a bridge packs many values into one.
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (!isArrayBuffer(value) || value.byteLength > MOST_OCTETS) return undefined;
  return new Uint8Array(value);
}

function isBinary(value: object): boolean {
  return ArrayBuffer.isView(value) || isArrayBuffer(value);
}

/** By its tag, for the buffer of a web view or of another context is no instance of this one's ArrayBuffer. */
function isArrayBuffer(value: object): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

function numbersOf(values: readonly unknown[]): Uint8Array | undefined {
  if (values.length > MOST_OCTETS) return undefined;
  const octets = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (typeof value !== 'number' || value !== (value & 255)) return undefined;
    octets[i] = value;
  }
  return octets;
}

/** One entry of manufacturer or service data: the key as text, the value as it came. */
export type Entry = readonly [key: string, value: unknown];

/**
 * @param value an object, a Map, or what a browser has in place of a Map.
 * @returns its first entries.
 */
export function entriesOf(value: unknown): readonly Entry[] {
  const fields = fieldsOf(value);
  if (fields === undefined || isBinary(fields)) return [];
  const entries: Entry[] = [];
  if (typeof fields.forEach === 'function') {
    // Chrome's BluetoothManufacturerDataMap has the methods of a Map and is none.
    (fields as unknown as ReadonlyMap<unknown, unknown>).forEach((entry, key) => {
      const isKey = typeof key === 'string' || typeof key === 'number';
      if (isKey && entries.length < MOST_ENTRIES) entries.push([`${key}`, entry]);
    });
    return entries;
  }
  const keys = Object.keys(fields);
  for (let i = 0; i < keys.length && entries.length < MOST_ENTRIES; i += 1) {
    const key = keys[i] as string;
    entries.push([key, fields[key]]);
  }
  return entries;
}
