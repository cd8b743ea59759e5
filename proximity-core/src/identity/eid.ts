import { requireInteger } from '../advertisement/result.js';
import { type EncryptAes128Block, encryptAes128Block } from './aes.js';
import { requireKey } from './checks.js';
import { windowStart } from './window.js';

/**
 * Eddystone-EID (google/eddystone, eddystone-eid/eid-computation.md). Integers are big-endian.
 *
 * | block | 0–10 | 11 | 12–13 | 14–15 | encrypted under | gives |
 * |---|---|---|---|---|---|---|
 * | A | 0 | ff | 0 | upper 16 bits of the counter | identity key | temporary key, 16 octets |
 * | B | 0 | K | counter, its K lowest bits cleared (12–15) | | temporary key | EID, the first 8 octets |
 */

/**
 * The temporary key: it serves the 65 536 s whose counter has this epoch as its upper 16 bits.
 * @param identityKey 16 octets.
 * @param epoch 0..65535.
 * @param encryptBlock AES-128 of one block; the bundled one when absent.
 * @returns 16 octets.
 * @throws RangeError for a key or an epoch out of range.
 * @example encodeHex(deriveTemporaryKey(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 18, 19, 20, 21, 22), 0)) // '6f291c5c48264b8a0b38a19e7fed73cc'
 */
export function deriveTemporaryKey(
  identityKey: Uint8Array,
  epoch: number,
  encryptBlock: EncryptAes128Block = encryptAes128Block,
): Uint8Array {
  requireKey('identityKey', identityKey);
  requireInteger('epoch', epoch, 0, 0xffff);
  const block = new Uint8Array(16);
  block[11] = 0xff;
  block[14] = epoch >>> 8;
  block[15] = epoch & 255;
  // A copy: the array is the host's, which may use it again.
  return new Uint8Array(encryptBlock(identityKey, block));
}

/**
 * The identifier on the air in the window of `counterS`.
 * @param temporaryKey 16 octets, of this counter's epoch.
 * @param counterS 0..2^32−1.
 * @param exponentK 0..15.
 * @param encryptBlock AES-128 of one block; the bundled one when absent.
 * @returns 8 octets.
 * @throws RangeError for a key, a counter or an exponent out of range.
 * @example encodeHex(deriveEid(deriveTemporaryKey(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 18, 19, 20, 21, 22), 0), 2000, 10)) // '4144413e45fefa58'
 */
export function deriveEid(
  temporaryKey: Uint8Array,
  counterS: number,
  exponentK: number,
  encryptBlock: EncryptAes128Block = encryptAes128Block,
): Uint8Array {
  requireKey('temporaryKey', temporaryKey);
  const block = new Uint8Array(16);
  block[11] = exponentK;
  new DataView(block.buffer).setUint32(12, windowStart(counterS, exponentK));
  // Not `slice`: that of a Node Buffer is a view, and the block is the host's.
  return new Uint8Array(encryptBlock(temporaryKey, block).subarray(0, 8));
}
