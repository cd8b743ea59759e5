import { ecb } from '@noble/ciphers/aes.js';

/**
 * AES-128 of one block (FIPS 197).
 * @param key 16 octets.
 * @param block 16 octets.
 * @returns 16 octets.
 */
export type EncryptAes128Block = (key: Uint8Array, block: Uint8Array) => Uint8Array;

/**
 * The bundled AES-128: `@noble/ciphers`, one block in ECB without padding. A host that has a faster one may give its own
 * wherever a function takes `encryptBlock`.
 * @throws RangeError when key or block are not 16 octets.
 * @example encodeHex(encryptAes128Block(new Uint8Array(16), new Uint8Array(16))) // '66e94bd4ef8a2c3b884cfa59ca342b2e'
 */
export const encryptAes128Block: EncryptAes128Block = (key, block) => {
  if (key.length !== 16) throw new RangeError(`key: expected 16 octets, got ${key.length}`);
  if (block.length !== 16) throw new RangeError(`block: expected 16 octets, got ${block.length}`);
  return ecb(key, { disablePadding: true }).encrypt(block);
};
