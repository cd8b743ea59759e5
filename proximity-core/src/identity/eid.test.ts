import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { digits, fcParameters, hex, rangeErrorOf } from '../advertisement/testing/codec-laws.js';
import { deriveEid, deriveTemporaryKey } from './eid.js';
import { encryptWithNode } from './testing/node-aes.js';

const P1_KEY = '0102030405060708090a111213141516';
const C5_KEY = '553c66da1485e9f78849de00f2cb178e';
const P3_KEY = 'f40d6f18e5882260e847e99ca33ac44f';

const keys = fc.uint8Array({ minLength: 16, maxLength: 16 });
const counters = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  // Around the change of the temporary key, 2^31 and the wrap.
  fc
    .tuple(fc.constantFrom(0, 0x10000, 0x80000000, 0xffff0000), fc.integer({ min: -40000, max: 40000 }))
    .map(([base, step]) => (base + step) >>> 0),
);
const exponents = fc.integer({ min: 0, max: 15 });

function eidAt(key: string, counterS: number, exponentK: number): string {
  const temporaryKey = deriveTemporaryKey(hex(key), counterS >>> 16);
  return encodeHex(deriveEid(temporaryKey, counterS, exponentK));
}

/** The twin: both blocks written as text, the window by counting down to a multiple, AES by OpenSSL. */
function slowEid(identityKey: Uint8Array, counterS: number, exponentK: number): string {
  const upper = digits(Math.floor(counterS / 65536), 2);
  const temporaryKey = encryptWithNode(identityKey, hex(`${'00'.repeat(11)}ff0000${upper}`));
  const windowS = counterS - (counterS % 2 ** exponentK);
  const block = hex('00'.repeat(11) + digits(exponentK, 1) + digits(windowS, 4));
  return encodeHex(encryptWithNode(temporaryKey, block)).slice(0, 16);
}

describe('the ephemeral identifier', () => {
  const published = 'published: RadiusNetworks/ephemeral_calc encryptor_spec';
  const derived = 'derived here, PyCryptodome and Node agree';
  it.each([
    ['P1', published, P1_KEY, 0, 10, 'a9b76a71c5f89290'],
    ['P2', published, P1_KEY, 2000, 10, '4144413e45fefa58'],
    ['C2', derived, P1_KEY, 65280, 10, 'a2a2bd394ff76ef2'],
    ['C2', derived, P1_KEY, 65535, 10, 'a2a2bd394ff76ef2'],
    ['C3', derived, P1_KEY, 65536, 10, '396973b40660265b'],
    ['C4', derived, P1_KEY, 0xffffffff, 10, 'a3ad9cdfad092be4'],
    ['C5', derived, C5_KEY, 0, 12, '326624ee16c9cc77'],
    ['C5', derived, C5_KEY, 4096, 12, '8f56056bce87688d'],
    ['C5', derived, C5_KEY, 8192, 12, '8a4afe8235cc5b64'],
    ['C5', derived, C5_KEY, 12288, 12, 'efbdd500498217fd'],
    ['C5', derived, C5_KEY, 16384, 12, '28d4edbb64def2b8'],
    ['C6', derived, C5_KEY, 65280, 0, '1a7fbb258333b8a8'],
    ['C6', derived, C5_KEY, 65280, 9, 'f436bda232593f3d'],
    ['C6', derived, C5_KEY, 65280, 15, 'd455d2d6417cb98c'],
    ['C7', derived, P3_KEY, 65280, 10, 'a056a9b8409e3885'],
    ['C7', derived, P3_KEY, 65536, 10, '84045f3c8e460b43'],
  ])('is that of %s (%s): key %s, T %i, K %i', (_, _origin, key, counterS, exponentK, eid) => {
    expect(eidAt(key, counterS, exponentK)).toBe(eid);
  });

  it('of P4’s key at T 65536, K 10 is 8b93119f004f4143 (derived here, for eTLM beside EID)', () => {
    expect(eidAt('589417b0324b1b71d7a6751852867ae8', 65536, 10)).toBe('8b93119f004f4143');
  });

  it('is what the slow twin over node:crypto computes', () => {
    fc.assert(
      fc.property(keys, counters, exponents, (key, counterS, exponentK) => {
        expect(eidAt(encodeHex(key), counterS, exponentK)).toBe(slowEid(key, counterS, exponentK));
      }),
      fcParameters(),
    );
  });

  it('stays through its window and changes at both ends of it', () => {
    fc.assert(
      fc.property(keys, counters, exponents, (key, counterS, exponentK) => {
        const first = counterS - (counterS % 2 ** exponentK);
        const last = first + 2 ** exponentK - 1;
        const text = encodeHex(key);
        const eid = eidAt(text, counterS, exponentK);
        expect([eidAt(text, first, exponentK), eidAt(text, last, exponentK)]).toEqual([eid, eid]);
        expect(eidAt(text, (first - 1) >>> 0, exponentK)).not.toBe(eid);
        expect(eidAt(text, (last + 1) >>> 0, exponentK)).not.toBe(eid);
      }),
      fcParameters(),
    );
  });

  it('is 8 octets when the host’s cipher is that of Node', () => {
    const eid = deriveEid(hex(P1_KEY), 0, 10, encryptWithNode);
    expect(eid).toHaveLength(8);
    expect(encodeHex(eid)).toBe(encodeHex(deriveEid(hex(P1_KEY), 0, 10)));
  });

  it('and its temporary key stay as they are when the host’s cipher gives the same Buffer every time', () => {
    const shared = Buffer.alloc(16);
    const encrypt = (key: Uint8Array, block: Uint8Array): Uint8Array => {
      shared.set(encryptWithNode(key, block));
      return shared;
    };
    const temporaryKey = deriveTemporaryKey(hex(P1_KEY), 0, encrypt);
    const eid = deriveEid(temporaryKey, 2000, 10, encrypt);
    shared.fill(0);
    expect(encodeHex(temporaryKey)).toBe('6f291c5c48264b8a0b38a19e7fed73cc');
    expect(encodeHex(eid)).toBe('4144413e45fefa58');
  });

  it('is made by the block cipher that the caller gives, from the block of the table', () => {
    const asked: string[] = [];
    const eid = deriveEid(hex(P1_KEY), 2000, 10, (key, block) => {
      asked.push(`${encodeHex(key)} ${encodeHex(block)}`);
      return Uint8Array.from({ length: 16 }, (_, i) => 100 + i);
    });
    expect(asked).toEqual([`${P1_KEY} 00000000000000000000000a00000400`]);
    expect([...eid]).toEqual([100, 101, 102, 103, 104, 105, 106, 107]);
  });

  it.each([
    [new Uint8Array(15), 0, 0, 'temporaryKey: expected 16 octets, got 15'],
    [new Uint8Array(16), -1, 0, 'counterS: expected an integer 0..4294967295, got -1'],
    [new Uint8Array(16), 4294967296, 0, 'counterS: expected an integer 0..4294967295, got 4294967296'],
    [new Uint8Array(16), 0.5, 0, 'counterS: expected an integer 0..4294967295, got 0.5'],
    [new Uint8Array(16), Number.NaN, 0, 'counterS: expected an integer 0..4294967295, got NaN'],
    [new Uint8Array(16), 0, -1, 'exponentK: expected an integer 0..15, got -1'],
    [new Uint8Array(16), 0, 16, 'exponentK: expected an integer 0..15, got 16'],
    [new Uint8Array(16), 0, 1.5, 'exponentK: expected an integer 0..15, got 1.5'],
  ])('refuses %o, counter %d, exponent %d', (temporaryKey, counterS, exponentK, message) => {
    expect(rangeErrorOf(() => deriveEid(temporaryKey, counterS, exponentK))).toBe(message);
  });
});

describe('the temporary key', () => {
  it.each([
    ['C1', 0, '6f291c5c48264b8a0b38a19e7fed73cc'],
    ['C3', 1, '1ed0b977c6c388fa494ec4482123afc7'],
    ['C4', 0xffff, '54611a98bae0dbdca7caa9b6a48b6859'],
  ])('is that of %s (derived here, PyCryptodome and Node agree): epoch %i', (_, epoch, key) => {
    expect(encodeHex(deriveTemporaryKey(hex(P1_KEY), epoch))).toBe(key);
  });

  it('rolls over between T 65535 and T 65536, for exponents whose windows are as long as 32 768 s too', () => {
    const [before, after] = [0xffff, 0x10000].map((counterS) => deriveTemporaryKey(hex(P1_KEY), counterS >>> 16));
    expect(encodeHex(before as Uint8Array)).not.toBe(encodeHex(after as Uint8Array));
    for (const exponentK of [0, 10, 15]) {
      expect(eidAt(P1_KEY, 0xffff, exponentK)).toBe(slowEid(hex(P1_KEY), 0xffff, exponentK));
      expect(eidAt(P1_KEY, 0x10000, exponentK)).toBe(slowEid(hex(P1_KEY), 0x10000, exponentK));
      expect(eidAt(P1_KEY, 0xffff, exponentK)).not.toBe(eidAt(P1_KEY, 0x10000, exponentK));
    }
  });

  it('is another one in each of all 65 536 epochs', () => {
    const keysSeen = new Set<string>();
    for (let epoch = 0; epoch <= 0xffff; epoch += 1) {
      keysSeen.add(encodeHex(deriveTemporaryKey(hex(P1_KEY), epoch, encryptWithNode)));
    }
    expect(keysSeen.size).toBe(65536);
  });

  it('is made by the block cipher that the caller gives, from the block of the table', () => {
    const asked: string[] = [];
    const given = Uint8Array.from({ length: 16 }, (_, i) => i);
    const temporaryKey = deriveTemporaryKey(hex(P1_KEY), 0x1234, (key, block) => {
      asked.push(`${encodeHex(key)} ${encodeHex(block)}`);
      return given;
    });
    expect(asked).toEqual([`${P1_KEY} 0000000000000000000000ff00001234`]);
    expect(temporaryKey).toEqual(given);
  });

  it.each([
    [new Uint8Array(17), 0, 'identityKey: expected 16 octets, got 17'],
    [new Uint8Array(16), -1, 'epoch: expected an integer 0..65535, got -1'],
    [new Uint8Array(16), 65536, 'epoch: expected an integer 0..65535, got 65536'],
    [new Uint8Array(16), 0.5, 'epoch: expected an integer 0..65535, got 0.5'],
  ])('refuses %o, epoch %d', (identityKey, epoch, message) => {
    expect(rangeErrorOf(() => deriveTemporaryKey(identityKey, epoch))).toBe(message);
  });
});
