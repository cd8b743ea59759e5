import { createCipheriv } from 'node:crypto';

/** AES-128 of one block by OpenSSL: the twin of the bundled one, and the block cipher a Node host would give. */
export function encryptWithNode(key: Uint8Array, block: Uint8Array): Uint8Array {
  return createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block);
}
