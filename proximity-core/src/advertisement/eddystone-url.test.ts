import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.js';
import { decodeEddystoneUrl, type EddystoneUrlFields, encodeEddystoneUrl } from './eddystone-url.js';
import {
  digits,
  expectFrameLengthsTold,
  expectMutationsTold,
  expectTruncationsTold,
  fcParameters,
  hex,
  onlyFrame,
  rangeErrorOf,
} from './testing/codec-laws.js';

const fromTable = hex('02 01 06 03 03 aafe 0f 16 aafe  10 ec 01 6578616d706c65 00 61');
const tableFields: EddystoneUrlFields = { txPowerAt0mDbm: -20, url: 'https://www.example.com/a' };

/** The tables of eddystone-url/README.md, as they stand there. */
const schemes = ['http://www.', 'https://www.', 'http://', 'https://'];
const expansions = '.com/ .org/ .edu/ .net/ .info/ .biz/ .gov/ .com .org .edu .net .info .biz .gov'.split(' ');

/** Endings, printable characters, and what nearly is an ending. */
const part = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...expansions) },
  { weight: 1, arbitrary: fc.constantFrom('.co', '.', '/', '.inf', 'www.', '.COM', '~', '!') },
  {
    weight: 4,
    arbitrary: fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)) }),
  },
);
const text = fc.tuple(fc.constantFrom(...schemes), fc.array(part, { minLength: 1, maxLength: 6 }));
const urls = text.map(([scheme, parts]) => scheme + parts.join(''));
const powers = fc.integer({ min: -100, max: 20 });

/** By hand: the longest scheme and then, wherever one stands, the longest ending give way to their codes. */
function octetsByHand(url: string): string {
  const scheme = [1, 0, 3, 2].find((code) => url.startsWith(schemes[code] as string)) as number;
  const pattern = /\.(com|org|edu|net|info|biz|gov)\/?|[\s\S]/g;
  const rest = url.slice((schemes[scheme] as string).length).match(pattern) ?? [];
  const codes = rest.map((piece) => (piece.length > 1 ? expansions.indexOf(piece) : piece.charCodeAt(0)));
  return [scheme, ...codes].map((code) => digits(code, 1)).join('');
}

describe('Eddystone-URL', () => {
  it('encodes the advertisement laid out by the byte table (google/eddystone, eddystone-url)', () => {
    expect(encodeHex(encodeEddystoneUrl(tableFields))).toBe(encodeHex(fromTable));
  });

  it('decodes the advertisement laid out by the byte table (google/eddystone, eddystone-url)', () => {
    expect(onlyFrame(fromTable)).toEqual({ kind: 'eddystone-url', ...tableFields });
  });

  it('has every scheme of the table under its code', () => {
    schemes.forEach((scheme, code) => {
      const bytes = encodeEddystoneUrl({ txPowerAt0mDbm: 0, url: `${scheme}x` });
      expect(encodeHex(bytes)).toBe(`0201060303aafe0716aafe1000${digits(code, 1)}78`);
    });
  });

  it('has every ending of the table under its code', () => {
    expansions.forEach((expansion, code) => {
      const bytes = encodeEddystoneUrl({ txPowerAt0mDbm: 0, url: `http://x${expansion}` });
      expect(encodeHex(bytes)).toBe(`0201060303aafe0816aafe10000278${digits(code, 1)}`);
      expect(onlyFrame(bytes)).toMatchObject({ url: `http://x${expansion}` });
    });
  });

  it('decodes to the URL it was encoded from, or refuses one that takes too many octets', () => {
    fc.assert(
      fc.property(powers, urls, (txPowerAt0mDbm, url) => {
        const octets = octetsByHand(url).length / 2 - 1;
        fc.pre(octets > 0);
        if (octets <= 17) {
          const frame = onlyFrame(encodeEddystoneUrl({ txPowerAt0mDbm, url }));
          expect(frame).toEqual({ kind: 'eddystone-url', txPowerAt0mDbm, url });
        } else {
          expect(rangeErrorOf(() => encodeEddystoneUrl({ txPowerAt0mDbm, url }))).toBe(
            `url: expected 1 to 17 octets after the scheme, got ${octets}`,
          );
        }
      }),
      fcParameters(1000),
    );
  });

  it('encodes what a reader of the tables writes by hand', () => {
    fc.assert(
      fc.property(powers, urls, (txPowerAt0mDbm, url) => {
        const octets = octetsByHand(url);
        fc.pre(octets.length >= 4 && octets.length <= 36);
        const frame = `10${digits(txPowerAt0mDbm, 1)}${octets}`;
        expect(encodeHex(encodeEddystoneUrl({ txPowerAt0mDbm, url }))).toBe(
          `0201060303aafe${digits(frame.length / 2 + 3, 1)}16aafe${frame}`,
        );
      }),
      fcParameters(1000),
    );
  });

  it('fills all 31 octets with 17 after the scheme', () => {
    expect(encodeEddystoneUrl({ txPowerAt0mDbm: 0, url: `http://${'a'.repeat(17)}` })).toHaveLength(31);
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(fromTable, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(fromTable, [
      'structure-past-end',
      'uid-length',
      'url-length',
      'url-scheme',
      'url-character',
      'tlm-version',
      'eid-length',
      'eddystone-power',
      'eddystone-type',
      'eddystone-empty',
    ]);
  });

  it('tells url-length of a frame without a character after the scheme, or with more than 17', () => {
    const longest = hex(`10 ec 02 ${'61'.repeat(17)}`);
    expectFrameLengthsTold(decodeEddystoneUrl, longest, (length) => {
      if (length === 0) return 'eddystone-type';
      if (length === 21) return 'url-length';
      return length < 4 ? 'url-length' : undefined;
    });
  });

  it('tells url-scheme of every scheme that the table does not have', () => {
    for (let scheme = 4; scheme < 256; scheme += 1) {
      const frame = Uint8Array.of(0x10, 0, scheme, 0x61);
      expect(decodeEddystoneUrl(frame), `${scheme}`).toEqual({ ok: false, reason: 'url-scheme' });
    }
  });

  it('tells url-character of every octet that is reserved, and of no other', () => {
    for (let octet = 0; octet < 256; octet += 1) {
      const decoded = decodeEddystoneUrl(Uint8Array.of(0x10, 0, 2, octet));
      const isReserved = (octet >= 0x0e && octet <= 0x20) || octet >= 0x7f;
      if (isReserved) expect(decoded, `${octet}`).toEqual({ ok: false, reason: 'url-character' });
      else expect(decoded.ok, `${octet}`).toBe(true);
    }
  });

  it('tells eddystone-power and eddystone-type as every frame does', () => {
    expect(decodeEddystoneUrl(hex('10 15 02 61'))).toEqual({ ok: false, reason: 'eddystone-power' });
    expect(decodeEddystoneUrl(hex('00 ec 02 61'))).toEqual({ ok: false, reason: 'eddystone-type' });
  });

  it.each([
    ['ftp://a', 'url: expected http:// or https://, got "ftp://a"'],
    ['', 'url: expected http:// or https://, got ""'],
    ['HTTP://a', 'url: expected http:// or https://, got "HTTP://a"'],
    ['http://', 'url: expected 1 to 17 octets after the scheme, got 0'],
    ['https://www.', 'url: expected 1 to 17 octets after the scheme, got 0'],
    ['http://a b', 'url: expected printable ASCII, got code 32'],
    ['http://a\u007f', 'url: expected printable ASCII, got code 127'],
    ['http://a\n', 'url: expected printable ASCII, got code 10'],
    ['http://\u0001', 'url: expected printable ASCII, got code 1'],
    ['http://ü', 'url: expected printable ASCII, got code 252'],
    [`http://${'a'.repeat(18)}`, 'url: expected 1 to 17 octets after the scheme, got 18'],
  ])('refuses to encode %j', (url, message) => {
    expect(rangeErrorOf(() => encodeEddystoneUrl({ txPowerAt0mDbm: 0, url }))).toBe(message);
  });

  it('refuses a power that no frame can state', () => {
    expect(rangeErrorOf(() => encodeEddystoneUrl({ txPowerAt0mDbm: 21, url: 'http://a' }))).toBe(
      'txPowerAt0mDbm: expected an integer -100..20, got 21',
    );
  });
});
