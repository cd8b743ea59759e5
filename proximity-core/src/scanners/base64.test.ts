import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fcParameters, hex } from '../advertisement/testing/codec-laws.js';
import { decodeBase64 } from './base64.js';

describe('decoding base64', () => {
  it.each([
    ['', ''],
    ['Zg==', '66'],
    ['Zm8=', '666f'],
    ['Zm9v', '666f6f'],
    ['Zm9vYg==', '666f6f62'],
    ['Zm9vYmE=', '666f6f6261'],
    ['Zm9vYmFy', '666f6f626172'],
  ])('reads %s as published (RFC 4648 §10)', (text, digits) => {
    expect(decodeBase64(text, 10)).toEqual(hex(digits));
  });

  it('reads what Node writes, with padding and without, in both alphabets and in lines', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const forms = [text, text.replace(/=/g, ''), Buffer.from(bytes).toString('base64url')];
        for (const form of [...forms, `${text.replace(/.{76}/g, '$&\r\n')}\n`]) {
          expect(decodeBase64(form, 200)).toEqual(Uint8Array.from(bytes));
        }
      }),
      fcParameters(),
    );
  });

  it('refuses what no encoder writes', () => {
    for (const text of [
      'A',
      'AAAAA',
      'A=',
      'AA=',
      'AAA==',
      '=',
      '====',
      'AA==AA==',
      'AA=A',
      'A A A A',
      'AA!A',
      'ÄAAA',
    ]) {
      expect(decodeBase64(text, 100), text).toBeUndefined();
    }
  });

  it('refuses more octets than it may give', () => {
    expect(decodeBase64('AAAA', 3)).toHaveLength(3);
    expect(decodeBase64('AAAAAA', 3)).toBeUndefined();
    expect(decodeBase64('A'.repeat(1_000_000), 3)).toBeUndefined();
  });
});
