import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAdStructures, encodeAdStructures } from './ad-structures.js';
import { encodeHex } from './bytes.js';
import { digits, fcParameters, hex, rangeErrorOf } from './testing/codec-laws.js';

const structure = fc.record({ type: fc.integer({ min: 0, max: 255 }), data: fc.uint8Array({ maxLength: 27 }) });
const lengthOf = (structures: readonly { readonly data: Uint8Array }[]): number =>
  structures.reduce((sum, { data }) => sum + 2 + data.length, 0);
/** Any types, known or not, that one legacy advertisement can carry. */
const structures = fc.array(structure, { maxLength: 15 }).filter((list) => lengthOf(list) <= 31);

function decoded(bytes: Uint8Array) {
  const result = decodeAdStructures(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.structures;
}

describe('decoding AD structures', () => {
  it('is what the documentation shows', () => {
    expect(decodeAdStructures(Uint8Array.of(2, 1, 6)).ok).toBe(true);
  });

  it('reads flags and a local name (by the table of Core Vol 3 Part C §11)', () => {
    expect(decoded(hex('02 01 06  05 09 6465736b'))).toEqual([
      { type: 0x01, data: hex('06') },
      { type: 0x09, data: hex('6465736b') },
    ]);
  });

  it('gives no structures for no octets', () => {
    expect(decoded(new Uint8Array(0))).toEqual([]);
  });

  it('keeps a structure that has a type and no data', () => {
    expect(decoded(hex('01 ff'))).toEqual([{ type: 0xff, data: new Uint8Array(0) }]);
  });

  it('ends early at a length of 0, whatever comes after it', () => {
    expect(decoded(hex('02 01 06 00 ff ff'))).toEqual([{ type: 0x01, data: hex('06') }]);
  });

  it('tells structure-past-end when a length points outside, by one octet or by many', () => {
    for (const text of ['01', '02 01', '03 01 06', 'ff 01 06', '02 01 06 05 09 6465']) {
      expect(decodeAdStructures(hex(text)), text).toEqual({ ok: false, reason: 'structure-past-end' });
    }
  });

  it('reads at the right place when the octets are a view into a larger buffer', () => {
    expect(decoded(hex('ffff 02 01 06 ffff').subarray(2, 5))).toEqual([{ type: 0x01, data: hex('06') }]);
  });

  it('loses no octet of anything it accepts: its structures, encoded, are the octets up to the padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 31 }), (bytes) => {
        const result = decodeAdStructures(bytes);
        if (!result.ok) return;
        const again = encodeAdStructures(result.structures);
        expect(encodeHex(bytes).startsWith(encodeHex(again))).toBe(true);
        expect(bytes[again.length] ?? 0).toBe(0);
      }),
      fcParameters(3000),
    );
  });
});

describe('encoding AD structures', () => {
  it('and decoding gives the same structures, unknown types and all', () => {
    fc.assert(
      fc.property(structures, (list) => {
        const bytes = encodeAdStructures(list);
        expect(decoded(bytes)).toEqual(list);
        expect(encodeAdStructures(decoded(bytes))).toEqual(bytes);
      }),
      fcParameters(),
    );
  });

  it('writes what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(structures, (list) => {
        const byHand = list.map(({ type, data }) => digits(data.length + 1, 1) + digits(type, 1) + encodeHex(data));
        expect(encodeHex(encodeAdStructures(list))).toBe(byHand.join(''));
      }),
      fcParameters(),
    );
  });

  it('and decoding every truncation never throws: whole structures, or structure-past-end', () => {
    fc.assert(
      fc.property(structures, (list) => {
        const bytes = encodeAdStructures(list);
        const ends = list.map((_, i) => lengthOf(list.slice(0, i)));
        for (let length = 0; length < bytes.length; length += 1) {
          const whole = ends.indexOf(length);
          expect(decodeAdStructures(bytes.slice(0, length))).toEqual(
            whole < 0 ? { ok: false, reason: 'structure-past-end' } : { ok: true, structures: list.slice(0, whole) },
          );
        }
      }),
      fcParameters(),
    );
  });

  it('fills 31 octets and not one more', () => {
    expect(encodeAdStructures([{ type: 9, data: new Uint8Array(29) }])).toHaveLength(31);
    expect(rangeErrorOf(() => encodeAdStructures([{ type: 9, data: new Uint8Array(30) }]))).toBe(
      'structures: expected at most 31 octets, got 32',
    );
  });

  it('counts all structures together', () => {
    const list = [
      { type: 1, data: new Uint8Array(1) },
      { type: 9, data: new Uint8Array(27) },
    ];
    expect(rangeErrorOf(() => encodeAdStructures(list))).toBe('structures: expected at most 31 octets, got 32');
  });

  it('fills as many octets as the caller says the advertising can carry', () => {
    expect(encodeAdStructures([{ type: 9, data: new Uint8Array(254) }], 256)).toHaveLength(256);
    expect(rangeErrorOf(() => encodeAdStructures([{ type: 9, data: new Uint8Array(1) }], 2))).toBe(
      'structures: expected at most 2 octets, got 3',
    );
  });

  it('refuses a type that is no octet, and data that no length octet can count', () => {
    for (const type of [-1, 256, 1.5, Number.NaN]) {
      expect(rangeErrorOf(() => encodeAdStructures([{ type, data: new Uint8Array(0) }]))).toBe(
        `type: expected an integer 0..255, got ${type}`,
      );
    }
    expect(rangeErrorOf(() => encodeAdStructures([{ type: 9, data: new Uint8Array(255) }], 1000))).toBe(
      'data.length: expected an integer 0..254, got 255',
    );
  });
});
