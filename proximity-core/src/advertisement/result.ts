/** What a decoder gives: malformed bytes over the air are weather, and no exception. */
export type Decoded<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: string };

export function malformed(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** @returns the octet as a signed number, −128..127. */
export function signed(octet: number): number {
  return octet > 127 ? octet - 256 : octet;
}

/** @returns the big-endian number of two octets, 0..65535. */
export function uint16At(octets: Uint8Array, at: number): number {
  return (octets[at] as number) * 0x100 + (octets[at + 1] as number);
}

/** @returns the big-endian number of four octets, 0..2^32−1. */
export function uint32At(octets: Uint8Array, at: number): number {
  return uint16At(octets, at) * 0x10000 + uint16At(octets, at + 2);
}

/** @throws RangeError when the value is no integer of the range. */
export function requireInteger(label: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${label}: expected an integer ${least}..${most}, got ${value}`);
  }
}

/** @throws RangeError when there are not exactly so many octets. */
export function requireOctets(label: string, bytes: Uint8Array, octets: number): void {
  if (bytes.length !== octets) throw new RangeError(`${label}: expected ${octets} octets, got ${bytes.length}`);
}
