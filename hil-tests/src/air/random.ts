/**
 * Keyed, stateless random draws for the virtual air.
 *
 * A generator that is advanced by every packet gives another answer as soon as one packet arrives earlier, so in real
 * time no run would ever repeat. Here a draw is a function of its key alone: the packet noise of the 17th event of
 * `desk-4` at placement `c-0003` on channel 38 is the same number in every run with this seed.
 *
 * The hash is MurmurHash3's x86 construction (Appleby 2011, public domain) with two 32-bit lanes over the words of the
 * key, finished with its `fmix32`. Words carry type and length, so ('a', 'b') and ('ab') are different keys.
 */

/** One part of a key: a text, or an integer between -(2^53) and 2^53. */
export type KeyPart = string | number;

const TWO_32 = 4294967296;

/**
 * Draws a uniform number.
 *
 * @param seed the run's seed, an integer.
 * @param key what the draw is for; the same key gives the same value, always.
 * @returns a number in [0, 1) with 53 random bits.
 * @throws {RangeError} if a numeric part of the key is not a safe integer.
 * @example
 * drawUniform(7, 'advDelay', 'desk-1', 3) === drawUniform(7, 'advDelay', 'desk-1', 3); // true
 */
export function drawUniform(seed: number, ...key: readonly KeyPart[]): number {
  const [high, low] = hashKey(seed, key);
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
}

/**
 * Draws a standard normal number (Box and Muller 1958, cosine branch; tails end at 6.7 standard deviations).
 *
 * @param seed the run's seed, an integer.
 * @param key what the draw is for.
 * @returns a number with mean 0 and standard deviation 1.
 */
export function drawNormal(seed: number, ...key: readonly KeyPart[]): number {
  const { re } = drawComplexNormal(seed, ...key);
  return re * Math.SQRT2;
}

/**
 * Draws a circular complex normal number, as the sum of many scattered waves is.
 *
 * @param seed the run's seed, an integer.
 * @param key what the draw is for.
 * @returns real and imaginary part, each with variance 1/2, so that the mean power is 1.
 */
export function drawComplexNormal(
  seed: number,
  ...key: readonly KeyPart[]
): { readonly re: number; readonly im: number } {
  const [high, low] = hashKey(seed, key);
  const radius = Math.sqrt(-Math.log((high + 0.5) / TWO_32));
  const angle = (2 * Math.PI * low) / TWO_32;
  return { re: radius * Math.cos(angle), im: radius * Math.sin(angle) };
}

function hashKey(seed: number, key: readonly KeyPart[]): readonly [number, number] {
  const lanes = { a: 0x9747b28c, b: 0x5bd1e995, words: 0 };
  absorbInteger(lanes, seed);
  for (const part of key) {
    if (typeof part === 'string') absorbText(lanes, part);
    else absorbInteger(lanes, part);
  }
  let a = (lanes.a ^ lanes.words) | 0;
  let b = (lanes.b ^ lanes.words) | 0;
  a = (a + b) | 0;
  b = (b + a) | 0;
  a = finish(a);
  b = finish(b);
  a = (a + b) | 0;
  b = (b + a) | 0;
  return [a >>> 0, b >>> 0];
}

interface Lanes {
  a: number;
  b: number;
  words: number;
}

function absorbInteger(lanes: Lanes, value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`key: expected an integer or a text, got ${value}`);
  absorb(lanes, 1);
  absorb(lanes, value | 0);
  absorb(lanes, Math.floor(value / TWO_32) | 0);
}

function absorbText(lanes: Lanes, text: string): void {
  absorb(lanes, 2);
  absorb(lanes, text.length);
  for (let i = 0; i < text.length; i += 2) {
    // NaN for the missing second half of an odd length becomes 0; the length word tells it from a real U+0000.
    absorb(lanes, text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16));
  }
}

function absorb(lanes: Lanes, word: number): void {
  const forA = Math.imul(rotateLeft(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  const forB = Math.imul(rotateLeft(Math.imul(word, 0x239b961b), 16), 0xab0e9789);
  lanes.a = (Math.imul(rotateLeft(lanes.a ^ forA, 13), 5) + 0xe6546b64) | 0;
  lanes.b = (Math.imul(rotateLeft(lanes.b ^ forB, 17), 5) + 0x0bcaa747) | 0;
  lanes.words += 1;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** MurmurHash3's fmix32: every input bit flips every output bit with a probability near one half. */
function finish(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
