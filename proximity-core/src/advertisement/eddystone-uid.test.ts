import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.js';
import { decodeEddystoneUid, type EddystoneUidFields, encodeEddystoneUid } from './eddystone-uid.js';
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

const fromTable = hex('02 01 06 03 03 aafe 17 16 aafe  00 ec 8b0ca750095477cb3e77 010203040506 0000');
const tableFields: EddystoneUidFields = {
  txPowerAt0mDbm: -20,
  namespace: hex('8b0ca750095477cb3e77'),
  instance: hex('010203040506'),
};
const fields: fc.Arbitrary<EddystoneUidFields> = fc.record({
  txPowerAt0mDbm: fc.integer({ min: -100, max: 20 }),
  namespace: fc.uint8Array({ minLength: 10, maxLength: 10 }),
  instance: fc.uint8Array({ minLength: 6, maxLength: 6 }),
});

describe('Eddystone-UID', () => {
  it('encodes the advertisement laid out by the byte table (google/eddystone, eddystone-uid)', () => {
    expect(encodeHex(encodeEddystoneUid(tableFields))).toBe(encodeHex(fromTable));
  });

  it('decodes the advertisement laid out by the byte table (google/eddystone, eddystone-uid)', () => {
    expect(onlyFrame(fromTable)).toEqual({ kind: 'eddystone-uid', ...tableFields });
  });

  it('decodes the older layout without the reserved octets', () => {
    const older = hex('02 01 06 03 03 aafe 15 16 aafe  00 ec 8b0ca750095477cb3e77 010203040506');
    expect(onlyFrame(older)).toEqual({ kind: 'eddystone-uid', ...tableFields });
  });

  it('decodes to the fields it was encoded from', () => {
    fc.assert(
      fc.property(fields, (given) => {
        expect(onlyFrame(encodeEddystoneUid(given))).toEqual({ kind: 'eddystone-uid', ...given });
      }),
      fcParameters(),
    );
  });

  it('encodes what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const ids = encodeHex(given.namespace) + encodeHex(given.instance);
        expect(encodeHex(encodeEddystoneUid(given))).toBe(
          `0201060303aafe1716aafe00${digits(given.txPowerAt0mDbm, 1)}${ids}0000`,
        );
      }),
      fcParameters(),
    );
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(fromTable, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(fromTable, [
      'structure-past-end',
      'uid-length',
      'url-scheme',
      'tlm-version',
      'tlm-length',
      'eid-length',
      'eddystone-power',
      'eddystone-type',
      'eddystone-empty',
    ]);
  });

  it('tells uid-length of a frame of another length', () => {
    expectFrameLengthsTold(decodeEddystoneUid, fromTable.slice(11), (length) => {
      if (length === 0) return 'eddystone-type';
      return length === 18 || length === 20 ? undefined : 'uid-length';
    });
  });

  it('tells eddystone-type of a frame of another type', () => {
    expect(decodeEddystoneUid(hex('10 ec 02 61'))).toEqual({ ok: false, reason: 'eddystone-type' });
  });

  it('tells eddystone-power of every power outside −100..20 dBm, and of no other', () => {
    for (let octet = 0; octet < 256; octet += 1) {
      const frame = fromTable.slice(11);
      frame[1] = octet;
      const decoded = decodeEddystoneUid(frame);
      const dbm = new Int8Array([octet])[0] as number;
      if (dbm < -100 || dbm > 20) expect(decoded).toEqual({ ok: false, reason: 'eddystone-power' });
      else expect(decoded).toMatchObject({ ok: true, frame: { txPowerAt0mDbm: dbm } });
    }
  });

  it('gives ids that do not change with the octets they were read from', () => {
    const advertisement = fromTable.slice();
    const frame = onlyFrame(advertisement);
    advertisement.fill(0);
    expect(frame).toEqual({ kind: 'eddystone-uid', ...tableFields });
  });

  it.each([
    [{ txPowerAt0mDbm: -101 }, 'txPowerAt0mDbm: expected an integer -100..20, got -101'],
    [{ txPowerAt0mDbm: 21 }, 'txPowerAt0mDbm: expected an integer -100..20, got 21'],
    [{ txPowerAt0mDbm: -0.5 }, 'txPowerAt0mDbm: expected an integer -100..20, got -0.5'],
    [{ namespace: new Uint8Array(9) }, 'namespace: expected 10 octets, got 9'],
    [{ namespace: new Uint8Array(11) }, 'namespace: expected 10 octets, got 11'],
    [{ instance: new Uint8Array(5) }, 'instance: expected 6 octets, got 5'],
    [{ instance: new Uint8Array(7) }, 'instance: expected 6 octets, got 7'],
  ])('refuses to encode %j', (wrong, message) => {
    expect(rangeErrorOf(() => encodeEddystoneUid({ ...tableFields, ...wrong }))).toBe(message);
  });
});
