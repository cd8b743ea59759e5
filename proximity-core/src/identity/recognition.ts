import { type EncryptAes128Block, encryptAes128Block } from './aes.js';
import { requireKey } from './checks.js';
import { windowStart } from './window.js';

/**
 * What rotates beside the EID under the recognition key: major and minor of the iBeacon-format frame, and the address.
 *
 * | octets | 0–6 | 7–10 | 11 | 12–15 |
 * |---|---|---|---|---|
 * | block | label, ASCII | 0 | K | counter, its K lowest bits cleared, big-endian |
 */
type Label = 'ibeacon' | 'address';

/**
 * Major and minor of the window: the first 32 bits of the block that are not 0/0, which is reserved.
 * @param recognitionKey 16 octets.
 * @param counterS 0..2^32−1.
 * @param exponentK 0..15.
 * @param encryptBlock AES-128 of one block; the bundled one when absent.
 * @returns both 0..65535, never both 0.
 * @throws RangeError for a key, a counter or an exponent out of range.
 * @example deriveRecognitionId(new Uint8Array(16), 2000, 10) // { major: 6184, minor: 25574 }
 */
export function deriveRecognitionId(
  recognitionKey: Uint8Array,
  counterS: number,
  exponentK: number,
  encryptBlock: EncryptAes128Block = encryptAes128Block,
): { readonly major: number; readonly minor: number } {
  const block = rotatingBlock('ibeacon', recognitionKey, counterS, exponentK, encryptBlock);
  const view = new DataView(block.buffer, block.byteOffset);
  for (let i = 0; i < 16; i += 4) {
    const major = view.getUint16(i);
    const minor = view.getUint16(i + 2);
    if (major !== 0 || minor !== 0) return { major, minor };
  }
  return { major: 0, minor: 1 };
}

/**
 * The non-resolvable private address of the window (Core Vol 6 Part B §1.3.2.2).
 * @param recognitionKey 16 octets.
 * @param counterS 0..2^32−1.
 * @param exponentK 0..15.
 * @param encryptBlock AES-128 of one block; the bundled one when absent.
 * @returns 6 octets, most significant first; the two top bits 0, the other 46 neither all 0 nor all 1.
 * @throws RangeError for a key, a counter or an exponent out of range.
 * @example encodeHex(deriveAddress(new Uint8Array(16), 2000, 10)) // '2f126c175591'
 */
export function deriveAddress(
  recognitionKey: Uint8Array,
  counterS: number,
  exponentK: number,
  encryptBlock: EncryptAes128Block = encryptAes128Block,
): Uint8Array {
  const block = rotatingBlock('address', recognitionKey, counterS, exponentK, encryptBlock);
  // Not `slice`: that of a Node Buffer is a view, and the block is the host's.
  const address = new Uint8Array(block.subarray(0, 6));
  address[0] = (address[0] as number) & 0x3f;
  const sum = address.reduce((total, octet) => total + octet, 0);
  // All 0 (sum 0) and all 1 (3f and five times ff) are not allowed; one bit apart they are.
  if (sum === 0 || sum === 0x3f + 5 * 0xff) address[5] = (address[5] as number) ^ 1;
  return address;
}

function rotatingBlock(
  label: Label,
  key: Uint8Array,
  counterS: number,
  exponentK: number,
  encryptBlock: EncryptAes128Block,
): Uint8Array {
  requireKey('recognitionKey', key);
  const block = new Uint8Array(16);
  for (let i = 0; i < label.length; i += 1) block[i] = label.charCodeAt(i);
  block[11] = exponentK;
  new DataView(block.buffer).setUint32(12, windowStart(counterS, exponentK));
  return encryptBlock(key, block);
}
