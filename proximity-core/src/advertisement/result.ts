/** What a decoder gives: malformed bytes over the air are weather, and no exception. */
export type Decoded<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly reason: string };

export function malformed(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** @returns the octet as a signed number, −128..127. */
export function signed(octet: number): number {
  return octet > 127 ? octet - 256 : octet;
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
