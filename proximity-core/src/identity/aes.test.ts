import { ecb } from '@noble/ciphers/aes.js';
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

  it.each([
    ['node:crypto', encryptWithNode],
    ['@noble/ciphers', (key: Uint8Array, block: Uint8Array) => ecb(key, { disablePadding: true }).encrypt(block)],
  ])('gives what %s gives', (_, encrypt) => {
    fc.assert(
      fc.property(octets16, octets16, (key, block) => {
        expect(encodeHex(encryptAes128Block(key, block))).toBe(encodeHex(encrypt(key, block)));
      }),
      fcParameters(1000),
    );
  });

  it('knows every octet of the S-box: a key of one octet at a time, and a chain through all of it', () => {
    for (let octet = 0; octet < 256; octet += 1) {
      const filled = new Uint8Array(16).fill(octet);
      expect(encodeHex(encryptAes128Block(filled, filled))).toBe(encodeHex(encryptWithNode(filled, filled)));
    }
    let ours: Uint8Array = new Uint8Array(16);
    let theirs: Uint8Array = new Uint8Array(16);
    for (let i = 0; i < 1000; i += 1) {
      ours = encryptAes128Block(ours, ours);
      theirs = encryptWithNode(theirs, theirs);
    }
    expect(encodeHex(ours)).toBe(encodeHex(theirs));
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
