import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from './bytes.js';
import { decodeEddystoneTlm, encodeEddystoneTlm, type Telemetry } from './eddystone-tlm.js';
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

const fromTable = hex('02 01 06 03 03 aafe 11 16 aafe  20 00 0bb8 ff80 00000102 fffffffe');
const tableFields: Telemetry = {
  batteryMv: 3000,
  temperatureC: -0.5,
  advertisements: 258,
  uptimeDs: 4294967294,
};
const counts = fc.integer({ min: 0, max: 0xffffffff });
const telemetry = fc
  .record(
    {
      batteryMv: fc.integer({ min: 1, max: 0xffff }),
      temperatureC: fc.integer({ min: -0x7fff, max: 0x7fff }).map((steps) => steps / 256),
      advertisements: counts,
      uptimeDs: counts,
    },
    { requiredKeys: ['advertisements', 'uptimeDs'] },
  )
  // fast-check makes records without a prototype; `toEqual` does not mind, and a plain object is what callers give.
  .map((record): Telemetry => ({ ...record }));

describe('Eddystone-TLM', () => {
  it('encodes the advertisement laid out by the byte table (google/eddystone, tlm-plain.md)', () => {
    expect(encodeHex(encodeEddystoneTlm(tableFields))).toBe(encodeHex(fromTable));
  });

  it('decodes the advertisement laid out by the byte table (google/eddystone, tlm-plain.md)', () => {
    expect(onlyFrame(fromTable)).toEqual({ kind: 'eddystone-tlm', ...tableFields });
  });

  it('has 0 mV and 8000 where there is no battery and no thermometer, and reads them as absent', () => {
    const bytes = encodeEddystoneTlm({ advertisements: 1, uptimeDs: 2 });
    expect(encodeHex(bytes)).toBe('0201060303aafe1116aafe2000000080000000000100000002');
    expect(Object.keys(onlyFrame(bytes)).sort()).toEqual(['advertisements', 'kind', 'uptimeDs']);
  });

  it.each([
    [0, '0000'],
    [1 / 256, '0001'],
    [-1 / 256, 'ffff'],
    [23.5, '1780'],
    [-1, 'ff00'],
    [-40.25, 'd7c0'],
    [127.99609375, '7fff'],
    [-127.99609375, '8001'],
  ])('states %d °C as 8.8 fixed point %s', (temperatureC, expected) => {
    const bytes = encodeEddystoneTlm({ temperatureC, advertisements: 0, uptimeDs: 0 });
    expect(encodeHex(bytes.subarray(15, 17))).toBe(expected);
    expect(onlyFrame(bytes)).toMatchObject({ temperatureC });
  });

  it('decodes to the fields it was encoded from', () => {
    fc.assert(
      fc.property(telemetry, (given) => {
        expect(onlyFrame(encodeEddystoneTlm(given))).toEqual({ kind: 'eddystone-tlm', ...given });
      }),
      fcParameters(),
    );
  });

  it('encodes what a reader of the table writes by hand', () => {
    fc.assert(
      fc.property(telemetry, ({ batteryMv, temperatureC, advertisements, uptimeDs }) => {
        const battery = batteryMv === undefined ? '0000' : digits(batteryMv, 2);
        const temperature = temperatureC === undefined ? '8000' : digits(temperatureC * 256, 2);
        const given: Telemetry = {
          ...(batteryMv === undefined ? {} : { batteryMv }),
          ...(temperatureC === undefined ? {} : { temperatureC }),
          advertisements,
          uptimeDs,
        };
        expect(encodeHex(encodeEddystoneTlm(given))).toBe(
          `0201060303aafe1116aafe2000${battery}${temperature}${digits(advertisements, 4)}${digits(uptimeDs, 4)}`,
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
      'etlm-length',
      'eid-length',
      'eddystone-type',
      'eddystone-empty',
    ]);
  });

  it('tells tlm-length of a frame of another length, and tlm-version of one too short to have a version', () => {
    expectFrameLengthsTold(decodeEddystoneTlm, fromTable.slice(11), (length) => {
      if (length === 0) return 'eddystone-type';
      if (length === 1) return 'tlm-version';
      return length === 14 ? undefined : 'tlm-length';
    });
  });

  it('tells tlm-version of every version but 0', () => {
    for (let version = 1; version < 256; version += 1) {
      const frame = fromTable.slice(11);
      frame[1] = version;
      expect(decodeEddystoneTlm(frame), `${version}`).toEqual({ ok: false, reason: 'tlm-version' });
    }
  });

  it.each([
    [{ batteryMv: 0 }, 'batteryMv: expected an integer 1..65535, got 0'],
    [{ batteryMv: 65536 }, 'batteryMv: expected an integer 1..65535, got 65536'],
    [{ temperatureC: -128 }, 'temperatureC × 256: expected an integer -32767..32767, got -32768'],
    [{ temperatureC: 128 }, 'temperatureC × 256: expected an integer -32767..32767, got 32768'],
    [{ temperatureC: 0.1 }, 'temperatureC × 256: expected an integer -32767..32767, got 25.6'],
    [{ temperatureC: Number.NaN }, 'temperatureC × 256: expected an integer -32767..32767, got NaN'],
    [{ advertisements: -1 }, 'advertisements: expected an integer 0..4294967295, got -1'],
    [{ advertisements: 4294967296 }, 'advertisements: expected an integer 0..4294967295, got 4294967296'],
    [{ uptimeDs: 4294967296 }, 'uptimeDs: expected an integer 0..4294967295, got 4294967296'],
    [{ uptimeDs: 0.5 }, 'uptimeDs: expected an integer 0..4294967295, got 0.5'],
  ])('refuses to encode %j', (wrong, message) => {
    expect(rangeErrorOf(() => encodeEddystoneTlm({ ...tableFields, ...wrong }))).toBe(message);
  });
});
