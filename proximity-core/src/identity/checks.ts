import { requireInteger, requireOctets } from '../advertisement/result.js';

/** Guards against a caller's mistakes, shared by all derivations. */

/** @throws RangeError when the key is not 16 octets. */
export function requireKey(label: string, key: Uint8Array): void {
  requireOctets(label, key, 16);
}

/** @throws RangeError when the counter is not an unsigned 32-bit integer. */
export function requireCounter(counterS: number): void {
  requireInteger('counterS', counterS, 0, 0xffffffff);
}

/** @throws RangeError when the exponent is not 0..15. */
export function requireExponent(exponentK: number): void {
  requireInteger('exponentK', exponentK, 0, 15);
}
