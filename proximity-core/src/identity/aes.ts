import { requireOctets } from '../advertisement/result.js';

/**
 * AES-128 of one block (FIPS 197).
 * @param key 16 octets.
 * @param block 16 octets.
 * @returns 16 octets.
 */
export type EncryptAes128Block = (key: Uint8Array, block: Uint8Array) => Uint8Array;

/*
 * Only what an identity needs: one key size, one direction, one block. General libraries carry decryption and modes, and the
 * one that was tried fills tables of a megabyte while it is loaded, which an interpreter takes tenths of a second for; a
 * phone loads this while it is about to ring. Look-ups depend on key and data, as in every table implementation: who can time
 * the caches of the phone's own process has no need of its keys.
 */

const ROUNDS = 10;

/** The S-box (§5.1.1), computed: the inverse in GF(2^8), and the affine map over it. */
const sBox: Uint8Array = /* @__PURE__ */ makeSBox();
/** S-box and column mixing in one (§5.1.3): the word that an octet in the top row adds to its column; other rows, rotated. */
const mixed: readonly Uint32Array[] = /* @__PURE__ */ makeMixed();

/**
 * The bundled AES-128. A host that has a faster one may give its own wherever a function takes `encryptBlock`.
 * @throws RangeError when key or block are not 16 octets.
 * @example encodeHex(encryptAes128Block(new Uint8Array(16), new Uint8Array(16))) // '66e94bd4ef8a2c3b884cfa59ca342b2e'
 */
export const encryptAes128Block: EncryptAes128Block = (key, block) => {
  requireOctets('key', key, 16);
  requireOctets('block', block, 16);
  const roundKeys = expandKey(key);
  const input = new DataView(block.buffer, block.byteOffset);
  let state: Uint32Array = new Uint32Array(4);
  for (let i = 0; i < 4; i += 1) state[i] = input.getUint32(4 * i) ^ (roundKeys[i] as number);
  for (let round = 1; round < ROUNDS; round += 1) state = mixRound(state, roundKeys, 4 * round);
  return lastRound(state, roundKeys);
};

/** The key schedule (§5.2): 44 words. */
function expandKey(key: Uint8Array): Uint32Array {
  const words = new Uint32Array(4 * (ROUNDS + 1));
  const input = new DataView(key.buffer, key.byteOffset);
  for (let i = 0; i < 4; i += 1) words[i] = input.getUint32(4 * i);
  let constant = 1;
  for (let i = 4; i < words.length; i += 1) {
    let word = words[i - 1] as number;
    if (i % 4 === 0) {
      word = substituted(word, word, word, word);
      word = ((word << 8) | (word >>> 24)) ^ (constant << 24);
      constant = doubled(constant);
    }
    words[i] = (words[i - 4] as number) ^ word;
  }
  return words;
}

/** Substitution, row shifts, column mixing and the round key. */
function mixRound(state: Uint32Array, roundKeys: Uint32Array, at: number): Uint32Array {
  const [row0, row1, row2, row3] = mixed as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const next = new Uint32Array(4);
  for (let i = 0; i < 4; i += 1) {
    next[i] =
      (row0[(state[i] as number) >>> 24] as number) ^
      (row1[((state[(i + 1) & 3] as number) >>> 16) & 255] as number) ^
      (row2[((state[(i + 2) & 3] as number) >>> 8) & 255] as number) ^
      (row3[(state[(i + 3) & 3] as number) & 255] as number) ^
      (roundKeys[at + i] as number);
  }
  return next;
}

/** The last round mixes no columns. */
function lastRound(state: Uint32Array, roundKeys: Uint32Array): Uint8Array {
  const block = new Uint8Array(16);
  const output = new DataView(block.buffer);
  const word = (i: number): number => state[i & 3] as number;
  for (let i = 0; i < 4; i += 1) {
    const shifted = substituted(word(i), word(i + 1), word(i + 2), word(i + 3));
    output.setUint32(4 * i, shifted ^ (roundKeys[4 * ROUNDS + i] as number));
  }
  return block;
}

/** One octet of each word, the top row from the first, through the S-box. */
function substituted(a: number, b: number, c: number, d: number): number {
  const at = (octet: number): number => sBox[octet & 255] as number;
  return (at(a >>> 24) << 24) | (at(b >>> 16) << 16) | (at(c >>> 8) << 8) | at(d);
}

function makeSBox(): Uint8Array {
  // Powers of 3, which go through all octets but 0: that of −i is the inverse of that of i.
  const powers = new Uint8Array(256);
  for (let i = 0, x = 1; i < 256; i += 1, x ^= doubled(x)) powers[i] = x;
  const box = new Uint8Array(256);
  box[0] = 0x63;
  for (let i = 0; i < 255; i += 1) {
    const inverse = (powers[255 - i] as number) * 0x101;
    box[powers[i] as number] =
      (inverse ^ (inverse >>> 4) ^ (inverse >>> 5) ^ (inverse >>> 6) ^ (inverse >>> 7) ^ 0x63) & 255;
  }
  return box;
}

function makeMixed(): readonly Uint32Array[] {
  const top = new Uint32Array(256);
  for (let i = 0; i < 256; i += 1) {
    const once = sBox[i] as number;
    const twice = doubled(once);
    top[i] = (twice << 24) | (once << 16) | (once << 8) | (twice ^ once);
  }
  return [0, 8, 16, 24].map((by) => top.map((word) => (word >>> by) | (word << (32 - by))));
}

/** Times 2 in GF(2^8) with the polynomial of the standard (§4.2.1). */
function doubled(octet: number): number {
  return ((octet << 1) ^ (octet & 0x80 ? 0x11b : 0)) & 255;
}
