import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { fcParameters, hex, rangeErrorOf } from '../advertisement/testing/codec-laws.js';
import { encryptAes128Block } from './aes.js';
import { encryptWithNode } from './testing/node-aes.js';

const octets16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('the bundled AES-128', () => {
  it.each([
    [
      'FIPS 197 appendix B',
      '2b7e151628aed2a6abf7158809cf4f3c',
      '3243f6a8885a308d313198a2e0370734',
      '3925841d02dc09fbdc118597196a0b32',
    ],
    [
      'FIPS 197 appendix C.1',
      '000102030405060708090a0b0c0d0e0f',
      '00112233445566778899aabbccddeeff',
      '69c4e0d86a7b0430d8cdb78070b4c55a',
    ],
  ])('encrypts the block as published (%s)', (_, key, plaintext, ciphertext) => {
    expect(encodeHex(encryptAes128Block(hex(key), hex(plaintext)))).toBe(ciphertext);
  });

  it('gives what node:crypto gives', () => {
    fc.assert(
      fc.property(octets16, octets16, (key, block) => {
        expect(encodeHex(encryptAes128Block(key, block))).toBe(encodeHex(encryptWithNode(key, block)));
      }),
      fcParameters(),
    );
  });

  it('gives the same for views at odd places of a larger buffer, and changes neither key nor block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), fc.nat(16), fc.nat(16), (buffer, i, j) => {
        const before = encodeHex(buffer);
        const key = buffer.subarray(i, i + 16);
        const block = buffer.subarray(16 + j, 32 + j);
        const encrypted = encryptAes128Block(key, block);
        expect(encodeHex(encrypted)).toBe(encodeHex(encryptWithNode(key.slice(), block.slice())));
        expect(encodeHex(buffer)).toBe(before);
      }),
      fcParameters(),
    );
  });

  it.each([0, 15, 17, 24, 32])('refuses a key or a block of %i octets', (length) => {
    const wrong = new Uint8Array(length);
    const right = new Uint8Array(16);
    expect(rangeErrorOf(() => encryptAes128Block(wrong, right))).toBe(`key: expected 16 octets, got ${length}`);
    expect(rangeErrorOf(() => encryptAes128Block(right, wrong))).toBe(`block: expected 16 octets, got ${length}`);
  });
});
