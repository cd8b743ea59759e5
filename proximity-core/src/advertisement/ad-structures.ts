import { type Decoded, malformed, requireInteger } from './result.js';

/**
 * Advertising data (Core Vol 3 Part C §11): structures one after the other; a length of 0 ends them early.
 *
 * | octets | 1 | 1 | n |
 * |---|---|---|---|
 * | | length, 1 + n | AD type | data |
 */
export interface AdStructure {
  /** AD type, 0..255 (Assigned Numbers §2.3). */
  readonly type: number;
  /** 0..254 octets after the type. */
  readonly data: Uint8Array;
}

export const adTypes = {
  flags: 0x01,
  serviceUuids16: 0x03,
  serviceData16: 0x16,
  serviceData128: 0x21,
  manufacturerData: 0xff,
} as const;

/** Legacy advertising carries no more (Core Vol 6 Part B §2.3.1). */
export const LEGACY_OCTETS = 31;

/**
 * Walks over all structures and looks at nothing but their lengths.
 * @returns whether the last one ends within the data.
 */
export function isWholeAdvertisingData(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at] as number;
    if (length === 0) return true;
    at += 1 + length;
  }
  return at === bytes.length;
}

/**
 * Takes advertising data apart (Core Vol 3 Part C §11).
 * @param bytes advertising data, 0 or more octets.
 * @returns the structures in order; unknown types are kept. Their data are views of `bytes`. Or `structure-past-end`.
 * @example decodeAdStructures(Uint8Array.of(2, 1, 6)).ok // true
 */
export function decodeAdStructures(bytes: Uint8Array): Decoded<{ readonly structures: readonly AdStructure[] }> {
  const structures: AdStructure[] = [];
  // A Node Buffer would hand down its own `slice`, which copies nothing: fields would change with the radio's buffer.
  const octets = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < octets.length) {
    const length = octets[at] as number;
    if (length === 0) break;
    if (at + 1 + length > octets.length) return malformed('structure-past-end');
    structures.push({ type: octets[at + 1] as number, data: octets.subarray(at + 2, at + 1 + length) });
    at += 1 + length;
  }
  return { ok: true, structures };
}

/**
 * Puts advertising data together (Core Vol 3 Part C §11).
 * @param structures in order.
 * @param mostOctets what the advertising can carry; 31 when absent.
 * @returns advertising data.
 * @throws RangeError when it would be longer, or a type is no octet.
 * @example encodeHex(encodeAdStructures([{ type: 1, data: Uint8Array.of(6) }])) // '020106'
 */
export function encodeAdStructures(structures: readonly AdStructure[], mostOctets = LEGACY_OCTETS): Uint8Array {
  const length = structures.reduce((sum, { data }) => sum + 2 + data.length, 0);
  if (length > mostOctets) throw new RangeError(`structures: expected at most ${mostOctets} octets, got ${length}`);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { type, data } of structures) {
    requireInteger('type', type, 0, 255);
    requireInteger('data.length', data.length, 0, 254);
    bytes[at] = 1 + data.length;
    bytes[at + 1] = type;
    bytes.set(data, at + 2);
    at += 2 + data.length;
  }
  return bytes;
}

/** LE General Discoverable, BR/EDR not supported: what beacons of all formats send. */
export const beaconFlags: AdStructure = { type: adTypes.flags, data: /* @__PURE__ */ Uint8Array.of(0x06) };
