import { drawUniform, type KeyPart } from '../air/random.js';

/** A generator that is advanced by every draw: fast, and good enough where one call is one unbroken computation. */
export interface RandomStream {
  /** @returns a number in [0, 1). */
  readonly uniform: () => number;
  /** @returns a number with mean 0 and standard deviation 1. */
  readonly normal: () => number;
}

/**
 * Makes a stream of its own for a key: sfc32 (Doty-Humphrey, PractRand, public domain) started from keyed draws, and
 * Marsaglia's polar method (1964) for normal numbers.
 * @param seed the study's seed, an integer.
 * @param key what the stream is for; the same key gives the same stream, always.
 */
export function createRandomStream(seed: number, ...key: readonly KeyPart[]): RandomStream {
  const word = (lane: number): number => (drawUniform(seed, ...key, lane) * 4294967296) | 0;
  let a = word(0);
  let b = word(1);
  let c = word(2);
  let counter = 1;
  let spare: number | undefined;

  function uniform(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  function normal(): number {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  }

  for (let i = 0; i < 12; i += 1) uniform();
  return { uniform, normal };
}

/** @returns a number in [low, high). */
export function uniformBetween(random: RandomStream, [low, high]: readonly [number, number]): number {
  return low + (high - low) * random.uniform();
}
