import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { fcParameters } from '../advertisement/testing/codec-laws.js';
import { decodeBase64Url } from './base64url.js';
import { decodeUtf8 } from './utf8.js';

const hexOf = (text: string): string | undefined => {
  const bytes = decodeBase64Url(text);
  return bytes === undefined ? undefined : encodeHex(bytes);
};
/** What Node reads, where writing it again gives the same text; nothing otherwise: each sequence of octets has one text. */
const slowHexOf = (text: string): string | undefined => {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes.toString('hex') : undefined;
};

describe('base64url', () => {
  it.each([
    // RFC 4648 §10, without padding, and RFC 7515 appendix C.
    ['', ''],
    ['Zg', '66'],
    ['Zm8', '666f'],
    ['Zm9v', '666f6f'],
    ['Zm9vYg', '666f6f62'],
    ['Zm9vYmE', '666f6f6261'],
    ['Zm9vYmFy', '666f6f626172'],
    ['A-z_4ME', '03ecffe0c1'],
  ])('reads %j as published', (text, octets) => {
    expect(hexOf(text)).toBe(octets);
  });

  it('reads back what Node writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(hexOf(Buffer.from(bytes).toString('base64url'))).toBe(encodeHex(bytes));
      }),
      fcParameters(),
    );
  });

  it('refuses padding, the other alphabet, spaces, impossible lengths and bits behind the last octet', () => {
    for (const text of ['Zg==', 'A+z/', 'Zm 9', 'Zm9v\n', 'Z', 'Zm9vY', 'Zh', 'Zm9', 'Zé']) {
      expect(hexOf(text), text).toBeUndefined();
    }
  });

  it('reads any text as Node does, or refuses it where Node overlooks something', () => {
    const characters = fc.constantFrom(...'ABCXYZabcxyz0189-_=+/ .\né');
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 12 }), (text) => {
        expect(hexOf(text)).toBe(slowHexOf(text));
      }),
      fcParameters(2000),
    );
  });
});

describe('UTF-8', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const slowText = (bytes: Uint8Array): string | undefined => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  };

  it.each([
    [[0xc3, 0xa9], 'é'],
    [[0xe2, 0x82, 0xac], '€'],
    [[0xf0, 0x9f, 0x93, 0x9e], '📞'],
    [[0xef, 0xbb, 0xbf, 0x7b], '\ufeff{'],
    [[0xc0, 0x80], undefined],
    [[0xe0, 0x80, 0xaf], undefined],
    [[0xed, 0xa0, 0x80], undefined],
    [[0xf4, 0x90, 0x80, 0x80], undefined],
    [[0xf8, 0x88, 0x80, 0x80, 0x80], undefined],
    [[0x80], undefined],
    [[0xe2, 0x82], undefined],
  ])('reads %j as %j', (octets, text) => {
    expect(decodeUtf8(Uint8Array.from(octets))).toBe(text);
  });

  it('reads any octets as a strict TextDecoder does', () => {
    const nearly = fc.constantFrom(
      0x41,
      0x80,
      0xbf,
      0xc2,
      0xdf,
      0xe0,
      0xa0,
      0xed,
      0x9f,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(nearly, { maxLength: 8 }), (octets) => {
        const bytes = Uint8Array.from(octets);
        expect(decodeUtf8(bytes)).toBe(slowText(bytes));
      }),
      fcParameters(5000),
    );
  });

  it('reads back what Node writes, whatever its length', () => {
    const long = 'a€é📞'.repeat(5000);
    expect(decodeUtf8(new TextEncoder().encode(long))).toBe(long);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        expect(decodeUtf8(new TextEncoder().encode(text))).toBe(text);
      }),
      fcParameters(),
    );
  });
});
