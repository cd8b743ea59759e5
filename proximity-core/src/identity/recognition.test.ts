import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { digits, fcParameters, hex, rangeErrorOf } from '../advertisement/testing/codec-laws.js';
import { deriveAddress, deriveRecognitionId } from './recognition.js';
import { encryptWithNode } from './testing/node-aes.js';

const KEY = '00112233445566778899aabbccddeeff';
const keys = fc.uint8Array({ minLength: 16, maxLength: 16 });
const counters = fc.integer({ min: 0, max: 0xffffffff });
const exponents = fc.integer({ min: 0, max: 15 });
/** Blocks as a cipher might give them, the rare ones often. */
const blocks = fc.array(fc.oneof(fc.constantFrom(0x00, 0x3f, 0x7f, 0xbf, 0xff), fc.nat(255)), {
  minLength: 16,
  maxLength: 16,
});

/** The twin: the block as text, the window by remainder, AES by OpenSSL. */
function slowBlock(label: string, key: Uint8Array, counterS: number, exponentK: number): string {
  const text = Buffer.from(label.padEnd(11, '\0'), 'ascii').toString('hex');
  const windowS = counterS - (counterS % 2 ** exponentK);
  return encodeHex(encryptWithNode(key, hex(text + digits(exponentK, 1) + digits(windowS, 4))));
}

function isNonResolvablePrivate(address: Uint8Array): boolean {
  const bits = [...address].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^00[01]{46}$/.test(bits) && !/^00(0{46}|1{46})$/.test(bits);
}

describe('the recognition id', () => {
  it('is the first 32 bits of the block that the slow twin over node:crypto computes', () => {
    fc.assert(
      fc.property(keys, counters, exponents, (key, counterS, exponentK) => {
        const { major, minor } = deriveRecognitionId(key, counterS, exponentK);
        const block = slowBlock('ibeacon', key, counterS, exponentK);
        fc.pre(!block.startsWith('00000000'));
        expect(digits(major, 2) + digits(minor, 2)).toBe(block.slice(0, 8));
      }),
      fcParameters(),
    );
  });

  it('stays through its window, and is another in the next', () => {
    const ids = [1024, 1500, 2047, 2048].map((counterS) => deriveRecognitionId(hex(KEY), counterS, 10));
    expect(ids[1]).toEqual(ids[0]);
    expect(ids[2]).toEqual(ids[0]);
    expect(ids[3]).not.toEqual(ids[0]);
  });

  it('differs between exponents whose windows start together', () => {
    const ids = Array.from({ length: 16 }, (_, exponentK) => deriveRecognitionId(hex(KEY), 0, exponentK));
    expect(new Set(ids.map(({ major, minor }) => `${major}/${minor}`)).size).toBe(16);
  });

  it.each([
    ['00000001 00000002 00000003 00000004', 0, 1],
    ['00010000 00000002 00000003 00000004', 1, 0],
    ['00000000 abcd0123 00000003 00000004', 0xabcd, 0x0123],
    ['00000000 00000000 ffffffff 00000004', 0xffff, 0xffff],
    ['00000000 00000000 00000000 00000004', 0, 4],
    ['00000000 00000000 00000000 00000000', 0, 1],
  ])('of the block %s is %i/%i: the first that is not 0/0, which is reserved', (block, major, minor) => {
    expect(deriveRecognitionId(hex(KEY), 0, 10, () => hex(block))).toEqual({ major, minor });
  });

  it('is never 0/0 and always in range, for any block', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const { major, minor } = deriveRecognitionId(hex(KEY), 0, 0, () => Uint8Array.from(block));
        expect(major + minor).toBeGreaterThan(0);
        expect([major, minor].every((half) => Number.isInteger(half) && half >= 0 && half <= 0xffff)).toBe(true);
      }),
      fcParameters(),
    );
  });

  it('is read at the right place when the host’s cipher gives a view into a larger buffer', () => {
    const larger = hex(`ffffffffffff 12345678 ${'00'.repeat(12)}`);
    expect(deriveRecognitionId(hex(KEY), 0, 0, () => larger.subarray(6))).toEqual({ major: 0x1234, minor: 0x5678 });
  });
});

describe('the address', () => {
  it('is the first 46 bits of the block that the slow twin over node:crypto computes, under two bits of 0', () => {
    fc.assert(
      fc.property(keys, counters, exponents, (key, counterS, exponentK) => {
        const first = BigInt(`0x${slowBlock('address', key, counterS, exponentK).slice(0, 12)}`);
        const expected = BigInt.asUintN(46, first).toString(16).padStart(12, '0');
        expect(encodeHex(deriveAddress(key, counterS, exponentK))).toBe(expected);
      }),
      fcParameters(),
    );
  });

  it('is a valid non-resolvable private address (Core Vol 6 Part B §1.3.2.2), for any key and window', () => {
    fc.assert(
      fc.property(keys, counters, exponents, (key, counterS, exponentK) => {
        expect(isNonResolvablePrivate(deriveAddress(key, counterS, exponentK))).toBe(true);
      }),
      fcParameters(),
    );
  });

  it('is a valid non-resolvable private address, for any block', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const address = deriveAddress(hex(KEY), 0, 0, () => Uint8Array.from(block));
        expect(address).toHaveLength(6);
        expect(isNonResolvablePrivate(address)).toBe(true);
      }),
      fcParameters(1000),
    );
  });

  it.each([
    ['000000000000', '000000000001'],
    ['c00000000000', '000000000001'],
    ['ffffffffffff', '3ffffffffffe'],
    ['3fffffffffff', '3ffffffffffe'],
    ['000000000001', '000000000001'],
    ['3ffffffffffe', '3ffffffffffe'],
    ['ffffffffff00', '3fffffffff00'],
    ['80000000ff00', '00000000ff00'],
  ])('of a block that begins with %s is %s', (beginning, address) => {
    const block = hex(beginning + '55'.repeat(10));
    expect(encodeHex(deriveAddress(hex(KEY), 0, 0, () => block))).toBe(address);
  });

  it('stays through its window, and changes with the recognition id', () => {
    const addresses = [1024, 2047, 2048].map((counterS) => encodeHex(deriveAddress(hex(KEY), counterS, 10)));
    expect(addresses[1]).toBe(addresses[0]);
    expect(addresses[2]).not.toBe(addresses[0]);
  });

  it('leaves what the host’s cipher gave as it was', () => {
    const given = Buffer.alloc(16, 0xff);
    expect(encodeHex(deriveAddress(hex(KEY), 0, 0, () => given))).toBe('3ffffffffffe');
    expect(given.toString('hex')).toBe('ff'.repeat(16));
  });
});

describe('both', () => {
  it.each([
    ['recognition id', deriveRecognitionId, '69626561636f6e'],
    ['address', deriveAddress, '61646472657373'],
  ] as const)('as %s use the block cipher that the caller gives, once, on the block of the table', (_, derive, label) => {
    const asked: string[] = [];
    derive(hex(KEY), 2000, 10, (key, block) => {
      asked.push(`${encodeHex(key)} ${encodeHex(block)}`);
      return encryptWithNode(key, block);
    });
    expect(asked).toEqual([`${KEY} ${label}000000000a00000400`]);
  });

  it.each([
    [new Uint8Array(15), 0, 0, 'recognitionKey: expected 16 octets, got 15'],
    [new Uint8Array(16), -1, 0, 'counterS: expected an integer 0..4294967295, got -1'],
    [new Uint8Array(16), 4294967296, 0, 'counterS: expected an integer 0..4294967295, got 4294967296'],
    [new Uint8Array(16), 0, 16, 'exponentK: expected an integer 0..15, got 16'],
    [new Uint8Array(16), 0, Number.NaN, 'exponentK: expected an integer 0..15, got NaN'],
  ])('refuse %o, counter %d, exponent %d', (key, counterS, exponentK, message) => {
    expect(rangeErrorOf(() => deriveRecognitionId(key, counterS, exponentK))).toBe(message);
    expect(rangeErrorOf(() => deriveAddress(key, counterS, exponentK))).toBe(message);
  });
});
