import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AltBeaconFields, decodeAltBeacon, encodeAltBeacon } from './altbeacon.js';
import { encodeHex } from './bytes.js';
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

/** Company 0x0118 stands as 18 01, for the table wants it little-endian. */
const fromTable = hex('02 01 06  1b ff 1801 beac 000102030405060708090a0b0c0d0e0f 10111213 c5 7e');
const tableFields: AltBeaconFields = {
  companyId: 0x0118,
  beaconId: Uint8Array.from({ length: 20 }, (_, i) => i),
  measuredPowerDbm: -59,
  manufacturerReserved: 0x7e,
};
const fields: fc.Arbitrary<AltBeaconFields> = fc.record({
  companyId: fc.integer({ min: 0, max: 0xffff }),
  beaconId: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  measuredPowerDbm: fc.integer({ min: -127, max: 0 }),
  manufacturerReserved: fc.integer({ min: 0, max: 255 }),
});

describe('AltBeacon', () => {
  it('encodes the advertisement laid out by the byte table (AltBeacon/spec, README.md)', () => {
    expect(encodeHex(encodeAltBeacon(tableFields))).toBe(encodeHex(fromTable));
  });

  it('decodes the advertisement laid out by the byte table (AltBeacon/spec, README.md)', () => {
    expect(onlyFrame(fromTable)).toEqual({ kind: 'altbeacon', ...tableFields });
  });

  it('is no iBeacon when the company is Apple', () => {
    const fieldsOfApple = { ...tableFields, companyId: 0x004c };
    expect(onlyFrame(encodeAltBeacon(fieldsOfApple))).toEqual({ kind: 'altbeacon', ...fieldsOfApple });
  });

  it('decodes to the fields it was encoded from', () => {
    fc.assert(
      fc.property(fields, (given) => {
        expect(onlyFrame(encodeAltBeacon(given))).toEqual({ kind: 'altbeacon', ...given });
      }),
      fcParameters(),
    );
  });

  it('encodes what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const [, high, low] = /^(..)(..)$/.exec(digits(given.companyId, 2)) as RegExpExecArray;
        const tail = digits(given.measuredPowerDbm, 1) + digits(given.manufacturerReserved, 1);
        expect(encodeHex(encodeAltBeacon(given))).toBe(
          `0201061bff${low}${high}beac${encodeHex(given.beaconId)}${tail}`,
        );
      }),
      fcParameters(),
    );
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(fromTable, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(fromTable, ['structure-past-end', 'altbeacon-length', 'altbeacon-power']);
  });

  it('tells altbeacon-length of manufacturer data of another length', () => {
    expectFrameLengthsTold(decodeAltBeacon, fromTable.slice(5), (length) => {
      if (length < 4) return 'not-altbeacon';
      return length === 26 ? undefined : 'altbeacon-length';
    });
  });

  it('tells altbeacon-power of every power outside −127..0 dBm, and of no other', () => {
    for (let octet = 0; octet < 256; octet += 1) {
      const data = fromTable.slice(5);
      data[24] = octet;
      const decoded = decodeAltBeacon(data);
      const dbm = new Int8Array([octet])[0] as number;
      if (dbm > 0 || dbm === -128) expect(decoded).toEqual({ ok: false, reason: 'altbeacon-power' });
      else expect(decoded).toMatchObject({ ok: true, frame: { measuredPowerDbm: dbm } });
    }
  });

  it('gives a beacon id that does not change with the octets it was read from', () => {
    const advertisement = fromTable.slice();
    const frame = onlyFrame(advertisement);
    advertisement.fill(0);
    expect(frame).toEqual({ kind: 'altbeacon', ...tableFields });
  });

  it.each([
    [{ companyId: -1 }, 'companyId: expected an integer 0..65535, got -1'],
    [{ companyId: 65536 }, 'companyId: expected an integer 0..65535, got 65536'],
    [{ beaconId: new Uint8Array(19) }, 'beaconId: expected 20 octets, got 19'],
    [{ beaconId: new Uint8Array(21) }, 'beaconId: expected 20 octets, got 21'],
    [{ measuredPowerDbm: 1 }, 'measuredPowerDbm: expected an integer -127..0, got 1'],
    [{ measuredPowerDbm: -128 }, 'measuredPowerDbm: expected an integer -127..0, got -128'],
    [{ manufacturerReserved: 256 }, 'manufacturerReserved: expected an integer 0..255, got 256'],
    [{ manufacturerReserved: 0.1 }, 'manufacturerReserved: expected an integer 0..255, got 0.1'],
  ])('refuses to encode %j', (wrong, message) => {
    expect(rangeErrorOf(() => encodeAltBeacon({ ...tableFields, ...wrong }))).toBe(message);
  });
});
