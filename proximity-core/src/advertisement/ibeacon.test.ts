import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.js';
import { decodeIBeacon, encodeIBeacon, type IBeaconFields } from './ibeacon.js';
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

const published = hex('02 01 06 1a ff 4c00 02 15 585cde931b0142cc9a1325009bedc65e 0000 0000 c5');
const publishedFields: IBeaconFields = {
  proximityUuid: hex('585cde931b0142cc9a1325009bedc65e'),
  major: 0,
  minor: 0,
  measuredPowerDbm: -59,
};
const fields: fc.Arbitrary<IBeaconFields> = fc.record({
  proximityUuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  major: fc.integer({ min: 0, max: 0xffff }),
  minor: fc.integer({ min: 0, max: 0xffff }),
  measuredPowerDbm: fc.integer({ min: -128, max: 127 }),
});

describe('iBeacon', () => {
  it('encodes the published advertisement (node-bleacon README)', () => {
    expect(encodeHex(encodeIBeacon(publishedFields))).toBe(encodeHex(published));
  });

  it('decodes the published advertisement (node-bleacon README)', () => {
    expect(onlyFrame(published)).toEqual({ kind: 'ibeacon', ...publishedFields });
  });

  it('decodes under flags of 1a, as Apple devices send them', () => {
    const advertisement = published.slice();
    advertisement[2] = 0x1a;
    expect(onlyFrame(advertisement)).toEqual({ kind: 'ibeacon', ...publishedFields });
  });

  it('decodes to the fields it was encoded from', () => {
    fc.assert(
      fc.property(fields, (given) => {
        expect(onlyFrame(encodeIBeacon(given))).toEqual({ kind: 'ibeacon', ...given });
      }),
      fcParameters(),
    );
  });

  it('encodes what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const { proximityUuid, major, minor, measuredPowerDbm } = given;
        const numbers = digits(major, 2) + digits(minor, 2) + digits(measuredPowerDbm, 1);
        expect(encodeHex(encodeIBeacon(given))).toBe(`0201061aff4c000215${encodeHex(proximityUuid)}${numbers}`);
      }),
      fcParameters(),
    );
  });

  it('never throws on a truncation, and tells what its slow twin tells', () => {
    expectTruncationsTold(published, ['structure-past-end']);
  });

  it('never throws on any other value of any octet, and tells what its slow twin tells', () => {
    expectMutationsTold(published, ['structure-past-end', 'ibeacon-length']);
  });

  it('tells ibeacon-length of manufacturer data of another length', () => {
    expectFrameLengthsTold(decodeIBeacon, published.slice(5), (length) => {
      if (length < 3) return 'not-ibeacon';
      return length === 25 ? undefined : 'ibeacon-length';
    });
  });

  it('tells not-ibeacon of the data of another company or another type', () => {
    for (const text of ['4d00 0215', '4c01 0215', '4c00 1005', '']) {
      expect(decodeIBeacon(hex(text)), text).toEqual({ ok: false, reason: 'not-ibeacon' });
    }
  });

  it('gives a UUID that does not change with the octets it was read from', () => {
    const advertisement = published.slice();
    const frame = onlyFrame(advertisement);
    advertisement.fill(0);
    expect(frame).toEqual({ kind: 'ibeacon', ...publishedFields });
  });

  it.each([
    [{ proximityUuid: new Uint8Array(15) }, 'proximityUuid: expected 16 octets, got 15'],
    [{ proximityUuid: new Uint8Array(17) }, 'proximityUuid: expected 16 octets, got 17'],
    [{ major: -1 }, 'major: expected an integer 0..65535, got -1'],
    [{ major: 65536 }, 'major: expected an integer 0..65535, got 65536'],
    [{ minor: 0.5 }, 'minor: expected an integer 0..65535, got 0.5'],
    [{ minor: 65536 }, 'minor: expected an integer 0..65535, got 65536'],
    [{ measuredPowerDbm: -129 }, 'measuredPowerDbm: expected an integer -128..127, got -129'],
    [{ measuredPowerDbm: 128 }, 'measuredPowerDbm: expected an integer -128..127, got 128'],
    [{ measuredPowerDbm: Number.NaN }, 'measuredPowerDbm: expected an integer -128..127, got NaN'],
  ])('refuses to encode %j', (wrong, message) => {
    expect(rangeErrorOf(() => encodeIBeacon({ ...publishedFields, ...wrong }))).toBe(message);
  });
});
