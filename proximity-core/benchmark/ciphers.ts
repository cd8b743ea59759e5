import { deepStrictEqual } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { deriveEid, encryptAes128Block } from '@deskbeacon/proximity-core';
import { ecb } from '@noble/ciphers/aes.js';
import { createRandom } from './frames.js';
import { measureTogether, type Subject, type Timing } from './measure.js';
import type { Rivals } from './rivals.js';

/** The AES block behind an EID: each identity of each window costs one, with a key that is used a few times. */

const EXPONENT_K = 9;
const COUNTER_S = 1_767_000_000;
const BLOCKS = 64;

/** @throws AssertionError when two ciphers differ. */
export function measureCiphers(rivals: Rivals | undefined, seed: number): readonly Timing[] {
  const random = createRandom(seed);
  const octets = (): Uint8Array => Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
  const [keys, blocks] = [Array.from({ length: BLOCKS }, octets), Array.from({ length: BLOCKS }, octets)];
  const ciphers: readonly (readonly [string, string, (key: Uint8Array, block: Uint8Array) => Uint8Array])[] = [
    ['aes/ours', 'AES-128 of one block under a new key: bundled', encryptAes128Block],
    ['aes/noble', 'the same: @noble/ciphers', encryptWithNoble],
    ['aes/node', 'the same: node:crypto', encryptWithNode],
    ...(rivals === undefined
      ? []
      : [
          [
            'aes/aes-js',
            'the same: aes-js',
            (key, block) => rivals.makeAes(key).encrypt(block),
          ] as (typeof ciphers)[number],
        ]),
  ];
  const pairs = keys.map((key, i) => [key, blocks[i]] as readonly [Uint8Array, Uint8Array]);
  const expected = pairs.map(([key, block]) => [...encryptWithNode(key, block)]);
  for (const [, , encrypt] of ciphers) {
    deepStrictEqual(
      pairs.map(([key, block]) => [...encrypt(key, block)]),
      expected,
    );
  }
  const over = (id: string, about: string, encrypt: (key: Uint8Array, block: Uint8Array) => Uint8Array): Subject => ({
    id,
    about,
    run: (times) => {
      let sum = 0;
      for (let i = 0; i < times; i += 1) {
        const [key, block] = pairs[i % BLOCKS] as readonly [Uint8Array, Uint8Array];
        sum += encrypt(key, block)[0] as number;
      }
      return sum;
    },
  });
  return measureTogether([
    ...ciphers.map(([id, about, encrypt]) => over(id, about, encrypt)),
    over('eid/ours', 'an EID from its temporary key, bundled cipher', (key) => deriveEid(key, COUNTER_S, EXPONENT_K)),
    over('eid/node', "the same with the host's cipher", (key) =>
      deriveEid(key, COUNTER_S, EXPONENT_K, encryptWithNode),
    ),
  ]);
}

function encryptWithNode(key: Uint8Array, block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return cipher.update(block);
}

function encryptWithNoble(key: Uint8Array, block: Uint8Array): Uint8Array {
  return ecb(key, { disablePadding: true }).encrypt(block);
}
