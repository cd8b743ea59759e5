import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encryptAes128Block } from '../identity/aes.js';
import { encryptWithNode } from '../identity/testing/node-aes.js';
import { eaxEncrypt } from './aes-eax.js';
import { encodeHex } from './bytes.js';
import {
  decodeEddystoneEtlm,
  decryptTelemetry,
  type EddystoneEtlmFrame,
  type EtlmKey,
  encodeEddystoneEtlm,
} from './eddystone-etlm.js';
import { encodeTelemetry, type Telemetry } from './eddystone-tlm.js';
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

const c10 = hex('0201060303aafe1516aafe2001d5d89979ae79ebee4e385fa5f6830efb');
/** P4: nonce 00010000 f683, telemetry 0000 1c40 00000048 00000073. */
const p4Key: EtlmKey = { identityKey: hex('589417b0324b1b71d7a6751852867ae8'), windowS: 65536 };
const p4Telemetry: Telemetry = { temperatureC: 28.25, advertisements: 72, uptimeDs: 115 };
const P4_SALT = 0xf683;

const counts = fc.integer({ min: 0, max: 0xffffffff });
const keys = fc.record({ identityKey: fc.uint8Array({ minLength: 16, maxLength: 16 }), windowS: counts });
const salts = fc.integer({ min: 0, max: 0xffff });
const telemetry = fc.record({
  batteryMv: fc.integer({ min: 1, max: 0xffff }),
  temperatureC: fc.integer({ min: -0x7fff, max: 0x7fff }).map((steps) => steps / 256),
  advertisements: counts,
  uptimeDs: counts,
});

function etlmFrameOf(advertisement: Uint8Array): EddystoneEtlmFrame {
  const frame = onlyFrame(advertisement);
  if (frame.kind !== 'eddystone-etlm') throw new Error(`expected eddystone-etlm, got ${frame.kind}`);
  return frame;
}

describe('encrypted Eddystone-TLM', () => {
  it('has the ciphertext and the whole tag of P4 (published: ctz/cifra issue 3)', () => {
    const encrypt = (block: Uint8Array) => encryptAes128Block(p4Key.identityKey, block);
    const plaintext = encodeTelemetry(p4Telemetry);
    expect(encodeHex(plaintext)).toBe('00001c400000004800000073');
    const { ciphertext, tag } = eaxEncrypt(encrypt, hex('00010000f683'), new Uint8Array(0), plaintext);
    expect(encodeHex(ciphertext)).toBe('d5d89979ae79ebee4e385fa5');
    expect(encodeHex(tag)).toBe('0efb21fad714a25b44145f79221a2c9a');
  });

  it('encodes C10 (P4, published: ctz/cifra issue 3, with the first two octets of its tag)', () => {
    expect(encodeHex(encodeEddystoneEtlm(p4Telemetry, P4_SALT, p4Key))).toBe(encodeHex(c10));
  });

  it('decodes and decrypts C10 (P4, published: ctz/cifra issue 3)', () => {
    const frame = etlmFrameOf(c10);
    expect(frame).toEqual({
      kind: 'eddystone-etlm',
      ciphertext: hex('d5d89979ae79ebee4e385fa5'),
      salt: P4_SALT,
      check: 0x0efb,
    });
    expect(decryptTelemetry(frame, p4Key)).toEqual({ ok: true, telemetry: p4Telemetry });
  });

  it('refuses C10 with the tag of the cifra bug, which left the empty header out (ctz/cifra issue 3)', () => {
    const frame = { ...etlmFrameOf(c10), check: 0x46a9 };
    expect(decryptTelemetry(frame, p4Key)).toEqual({ ok: false, reason: 'etlm-check' });
  });

  it('decodes and decrypts to the telemetry it was encoded from', () => {
    fc.assert(
      fc.property(telemetry, salts, keys, (given, salt, key) => {
        const frame = etlmFrameOf(encodeEddystoneEtlm(given, salt, key));
        expect(frame.salt).toBe(salt);
        expect(decryptTelemetry(frame, key)).toEqual({ ok: true, telemetry: given });
      }),
      fcParameters(),
    );
  });

  it('encodes what a reader of the table writes by hand around EAX over node:crypto', () => {
    fc.assert(
      fc.property(telemetry, salts, keys, (given, salt, key) => {
        const plaintext =
          digits(given.batteryMv, 2) +
          digits(given.temperatureC * 256, 2) +
          digits(given.advertisements, 4) +
          digits(given.uptimeDs, 4);
        // EAX has its own twin in aes-eax.test.ts; here the key, the nonce and the layout are judged.
        const { ciphertext, tag } = eaxEncrypt(
          (block) => encryptWithNode(key.identityKey, block),
          hex(digits(key.windowS, 4) + digits(salt, 2)),
          new Uint8Array(0),
          hex(plaintext),
        );
        expect(encodeHex(encodeEddystoneEtlm(given, salt, key))).toBe(
          `0201060303aafe1516aafe2001${encodeHex(ciphertext)}${digits(salt, 2)}${encodeHex(tag).slice(0, 4)}`,
        );
      }),
      fcParameters(),
    );
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(c10, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(c10, [
      'structure-past-end',
      'uid-length',
      'url-scheme',
      'url-character',
      'tlm-version',
      'tlm-length',
      'etlm-length',
      'eid-length',
      'eddystone-power',
      'eddystone-type',
      'eddystone-empty',
    ]);
  });

  it('tells etlm-check of any other value of any octet of ciphertext, salt and check of C10', () => {
    for (let at = 2; at < 18; at += 1) {
      for (let change = 1; change < 256; change += 1) {
        const bytes = c10.slice(11);
        bytes[at] = (bytes[at] as number) ^ change;
        const decoded = decodeEddystoneEtlm(bytes);
        if (!decoded.ok) expect.fail(`octet ${at}: ${decoded.reason}`);
        expect(decryptTelemetry(decoded.frame, p4Key), `octet ${at}`).toEqual({ ok: false, reason: 'etlm-check' });
      }
    }
  });

  it('tells etlm-check under another key and in the windows beside', () => {
    const frame = etlmFrameOf(c10);
    const otherKey = { ...p4Key, identityKey: hex('589417b0324b1b71d7a6751852867ae9') };
    for (const key of [otherKey, { ...p4Key, windowS: 64512 }, { ...p4Key, windowS: 66560 }]) {
      expect(decryptTelemetry(frame, key)).toEqual({ ok: false, reason: 'etlm-check' });
    }
  });

  it('tells etlm-length of a frame of another length, and etlm-version of one too short to have a version', () => {
    expectFrameLengthsTold(decodeEddystoneEtlm, c10.slice(11), (length) => {
      if (length === 0) return 'eddystone-type';
      if (length === 1) return 'etlm-version';
      return length === 18 ? undefined : 'etlm-length';
    });
  });

  it('tells etlm-version of every version but 1', () => {
    for (const version of [0, 2, 255]) {
      const frame = c10.slice(11);
      frame[1] = version;
      expect(decodeEddystoneEtlm(frame), `${version}`).toEqual({ ok: false, reason: 'etlm-version' });
    }
  });

  it('decrypts the same frame twice, and leaves a Buffer of Node that it came in as it was', () => {
    const received = Buffer.from(c10);
    const frame = etlmFrameOf(received);
    expect(decryptTelemetry(frame, p4Key)).toEqual({ ok: true, telemetry: p4Telemetry });
    expect(decryptTelemetry(frame, p4Key)).toEqual({ ok: true, telemetry: p4Telemetry });
    expect(received.toString('hex')).toBe(encodeHex(c10));
  });

  it('uses the block cipher that the caller gives, under the identity key', () => {
    const used: string[] = [];
    const encryptBlock = (key: Uint8Array, block: Uint8Array): Uint8Array => {
      used.push(encodeHex(key));
      return encryptWithNode(key, block);
    };
    const key = { ...p4Key, encryptBlock };
    expect(encodeHex(encodeEddystoneEtlm(p4Telemetry, P4_SALT, key))).toBe(encodeHex(c10));
    const blocksToEncode = used.length;
    expect(decryptTelemetry(etlmFrameOf(c10), key)).toEqual({ ok: true, telemetry: p4Telemetry });
    expect(blocksToEncode).toBeGreaterThan(0);
    expect(used.length).toBeGreaterThan(blocksToEncode);
    expect(new Set(used)).toEqual(new Set([encodeHex(p4Key.identityKey)]));
  });

  it.each([
    ['a salt below 0', p4Telemetry, -1, p4Key, 'salt: expected an integer 0..65535, got -1'],
    ['a salt above 65535', p4Telemetry, 65536, p4Key, 'salt: expected an integer 0..65535, got 65536'],
    [
      'a window outside the counter',
      p4Telemetry,
      0,
      { ...p4Key, windowS: 4294967296 },
      'windowS: expected an integer 0..4294967295, got 4294967296',
    ],
    [
      'a key of 15 octets',
      p4Telemetry,
      0,
      { ...p4Key, identityKey: new Uint8Array(15) },
      'key: expected 16 octets, got 15',
    ],
    [
      'telemetry out of range',
      { ...p4Telemetry, batteryMv: 65536 },
      0,
      p4Key,
      'batteryMv: expected an integer 1..65535, got 65536',
    ],
  ])('refuses to encode %s', (_, given, salt, key, message) => {
    expect(rangeErrorOf(() => encodeEddystoneEtlm(given, salt, key))).toBe(message);
  });
});
