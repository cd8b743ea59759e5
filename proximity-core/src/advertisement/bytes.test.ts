import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from './bytes.js';
import { fcParameters } from './testing/codec-laws.js';

describe('hexadecimal text', () => {
  it('is what the documentation of encodeHex and decodeHex shows', () => {
    expect(encodeHex(Uint8Array.of(1, 171))).toBe('01ab');
    expect(decodeHex('01AB')).toEqual(Uint8Array.of(1, 171));
  });

  it('is empty for no octets, and no octets when empty', () => {
    expect(encodeHex(new Uint8Array(0))).toBe('');
    expect(decodeHex('')).toEqual(new Uint8Array(0));
  });

  it('is what Node writes and reads, for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = Buffer.from(bytes).toString('hex');
        expect(encodeHex(bytes)).toBe(text);
        expect(decodeHex(text)).toEqual(bytes);
        expect(decodeHex(text.toUpperCase())).toEqual(bytes);
      }),
      fcParameters(),
    );
  });

  it('is undefined for an odd number of digits', () => {
    expect(decodeHex('0')).toBeUndefined();
    expect(decodeHex('012')).toBeUndefined();
  });

  it('is undefined with any character that is no digit, in either place', () => {
    const isDigit = /^[0-9a-fA-F]$/;
    for (let code = 0; code < 0x10000; code += 1) {
      const character = String.fromCharCode(code);
      const expected = isDigit.test(character) ? Number.parseInt(character, 16) : undefined;
      const high = decodeHex(`${character}0`);
      const low = decodeHex(`0${character}`);
      if (high?.[0] !== (expected === undefined ? undefined : 16 * expected) || low?.[0] !== expected) {
        expect.fail(`code ${code}: high ${high}, low ${low}`);
      }
    }
  });
});
