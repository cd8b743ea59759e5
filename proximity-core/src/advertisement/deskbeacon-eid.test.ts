import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.js';
import {
  DESKBEACON_SERVICE,
  type DeskbeaconEidFields,
  decodeDeskbeaconEid,
  encodeDeskbeaconEid,
} from './deskbeacon-eid.js';
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

/** The EID is that of radiusnetworks/ephemeral_calc, spec/encryptor_spec.rb: K = 10, T = 0. */
const fromTable = hex('02 01 06  1b 21 f3c4f2a117c5229ef846763e2cc0db66  10 c5 a9b76a71c5f89290');
const tableFields: DeskbeaconEidFields = { measuredPowerDbm: -59, eid: hex('a9b76a71c5f89290') };
const fields: fc.Arbitrary<DeskbeaconEidFields> = fc.record({
  measuredPowerDbm: fc.integer({ min: -100, max: 20 }),
  eid: fc.uint8Array({ minLength: 8, maxLength: 8 }),
});

describe('Deskbeacon-EID', () => {
  it('fills legacy advertising to its last octet, as the byte table lays it out', () => {
    expect(encodeHex(encodeDeskbeaconEid(tableFields))).toBe(encodeHex(fromTable));
    expect(fromTable).toHaveLength(31);
    expect(onlyFrame(fromTable)).toEqual({ kind: 'deskbeacon-eid', ...tableFields });
  });

  it('has a random service of RFC 9562 version 4, sent with its last octet first', () => {
    expect(DESKBEACON_SERVICE).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(encodeHex(fromTable.slice(5, 21).reverse())).toBe(DESKBEACON_SERVICE);
  });

  it('decodes to the fields it was encoded from, and is what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const encoded = encodeDeskbeaconEid(given);
        expect(onlyFrame(encoded)).toEqual({ kind: 'deskbeacon-eid', ...given });
        const frame = `10${digits(given.measuredPowerDbm, 1)}${encodeHex(given.eid)}`;
        expect(encodeHex(encoded)).toBe(`0201061b21f3c4f2a117c5229ef846763e2cc0db66${frame}`);
      }),
      fcParameters(),
    );
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(fromTable, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(fromTable, ['structure-past-end', 'deskbeacon-type', 'deskbeacon-length', 'deskbeacon-power']);
  });

  it('tells deskbeacon-length of frames of another length', () => {
    expectFrameLengthsTold(decodeDeskbeaconEid, fromTable.slice(21), (length) => {
      if (length === 0) return 'deskbeacon-type';
      return length === 10 ? undefined : 'deskbeacon-length';
    });
  });

  it('tells deskbeacon-power of every power outside −100..20 dBm, and of no other', () => {
    for (let octet = 0; octet < 256; octet += 1) {
      const frame = fromTable.slice(21);
      frame[1] = octet;
      const dbm = new Int8Array([octet])[0] as number;
      const decoded = decodeDeskbeaconEid(frame);
      if (dbm < -100 || dbm > 20) expect(decoded).toEqual({ ok: false, reason: 'deskbeacon-power' });
      else expect(decoded).toMatchObject({ ok: true, frame: { measuredPowerDbm: dbm } });
    }
  });

  it('gives an identifier that does not change with the octets it was read from', () => {
    const advertisement = fromTable.slice();
    const frame = onlyFrame(advertisement);
    advertisement.fill(0);
    expect(frame).toEqual({ kind: 'deskbeacon-eid', ...tableFields });
  });

  it.each([
    [{ measuredPowerDbm: -101 }, 'measuredPowerDbm: expected an integer -100..20, got -101'],
    [{ measuredPowerDbm: 21 }, 'measuredPowerDbm: expected an integer -100..20, got 21'],
    [{ measuredPowerDbm: 0.5 }, 'measuredPowerDbm: expected an integer -100..20, got 0.5'],
    [{ eid: new Uint8Array(7) }, 'eid: expected 8 octets, got 7'],
    [{ eid: new Uint8Array(9) }, 'eid: expected 8 octets, got 9'],
  ])('refuses to encode %j', (wrong, message) => {
    expect(rangeErrorOf(() => encodeDeskbeaconEid({ ...tableFields, ...wrong }))).toBe(message);
  });
});
