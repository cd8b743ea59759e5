import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.js';
import { decodeEddystoneEid, type EddystoneEidFields, encodeEddystoneEid } from './eddystone-eid.js';
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

const c9 = hex('0201060303aafe0d16aafe30eca9b76a71c5f89290');
const c9Fields: EddystoneEidFields = { txPowerAt0mDbm: -20, eid: hex('a9b76a71c5f89290') };
const fields: fc.Arbitrary<EddystoneEidFields> = fc.record({
  txPowerAt0mDbm: fc.integer({ min: -100, max: 20 }),
  eid: fc.uint8Array({ minLength: 8, maxLength: 8 }),
});

describe('Eddystone-EID', () => {
  it('encodes C9 (the EID published by RadiusNetworks/ephemeral_calc in the layout of google/eddystone)', () => {
    expect(encodeHex(encodeEddystoneEid(c9Fields))).toBe(encodeHex(c9));
  });

  it('decodes C9 (the EID published by RadiusNetworks/ephemeral_calc in the layout of google/eddystone)', () => {
    expect(onlyFrame(c9)).toEqual({ kind: 'eddystone-eid', ...c9Fields });
  });

  it('decodes to the fields it was encoded from', () => {
    fc.assert(
      fc.property(fields, (given) => {
        expect(onlyFrame(encodeEddystoneEid(given))).toEqual({ kind: 'eddystone-eid', ...given });
      }),
      fcParameters(),
    );
  });

  it('encodes what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(fields, ({ txPowerAt0mDbm, eid }) => {
        expect(encodeHex(encodeEddystoneEid({ txPowerAt0mDbm, eid }))).toBe(
          `0201060303aafe0d16aafe30${digits(txPowerAt0mDbm, 1)}${encodeHex(eid)}`,
        );
      }),
      fcParameters(),
    );
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(c9, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(c9, [
      'structure-past-end',
      'uid-length',
      'url-scheme',
      'tlm-version',
      'eid-length',
      'eddystone-power',
      'eddystone-type',
      'eddystone-empty',
    ]);
  });

  it('tells eid-length of a frame of another length', () => {
    expectFrameLengthsTold(decodeEddystoneEid, c9.slice(11), (length) => {
      if (length === 0) return 'eddystone-type';
      return length === 10 ? undefined : 'eid-length';
    });
  });

  it('tells eddystone-power and eddystone-type as every frame does', () => {
    expect(decodeEddystoneEid(hex('30 9b a9b76a71c5f89290'))).toEqual({ ok: false, reason: 'eddystone-power' });
    expect(decodeEddystoneEid(hex('40 ec a9b76a71c5f89290'))).toEqual({ ok: false, reason: 'eddystone-type' });
  });

  it('gives an identifier that does not change with the octets it was read from', () => {
    const advertisement = c9.slice();
    const frame = onlyFrame(advertisement);
    advertisement.fill(0);
    expect(frame).toEqual({ kind: 'eddystone-eid', ...c9Fields });
  });

  it.each([
    [{ txPowerAt0mDbm: -101 }, 'txPowerAt0mDbm: expected an integer -100..20, got -101'],
    [{ txPowerAt0mDbm: 21 }, 'txPowerAt0mDbm: expected an integer -100..20, got 21'],
    [{ eid: new Uint8Array(7) }, 'eid: expected 8 octets, got 7'],
    [{ eid: new Uint8Array(16) }, 'eid: expected 8 octets, got 16'],
  ])('refuses to encode %j', (wrong, message) => {
    expect(rangeErrorOf(() => encodeEddystoneEid({ ...c9Fields, ...wrong }))).toBe(message);
  });
});
