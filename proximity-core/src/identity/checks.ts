/** Guards against a caller's mistakes, shared by all derivations. */

/** @throws RangeError when the key is not 16 octets. */
export function requireKey(label: string, key: Uint8Array): void {
  if (key.length !== 16) throw new RangeError(`${label}: expected 16 octets, got ${key.length}`);
}

/** @throws RangeError when the counter is not an unsigned 32-bit integer. */
export function requireCounter(counterS: number): void {
  if (!Number.isInteger(counterS) || counterS < 0 || counterS > 0xffffffff) {
    throw new RangeError(`counterS: expected an integer 0..4294967295, got ${counterS}`);
  }
}

/** @throws RangeError when the exponent is not 0..15. */
export function requireExponent(exponentK: number): void {
  if (!Number.isInteger(exponentK) || exponentK < 0 || exponentK > 15) {
    throw new RangeError(`exponentK: expected an integer 0..15, got ${exponentK}`);
  }
}
