import { describe, expect, it } from 'vitest';
import { readAdvertisingReports } from './advertising-reports.js';

const one = [0x03, 0x01, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 3, 2, 1, 6, 0xc4];
const other = [0x00, 0x01, 1, 2, 3, 4, 5, 6, 0, 127];
const event = (count: number, ...reports: number[]): Uint8Array =>
  Uint8Array.of(0x04, 0x3e, 2 + reports.length, 0x02, count, ...reports);

describe('advertising reports', () => {
  it('are read with the address as it is written and the level signed', () => {
    expect(readAdvertisingReports(event(1, ...one))).toEqual([
      {
        address: Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66),
        data: Uint8Array.of(2, 1, 6),
        rssiDbm: -60,
      },
    ]);
  });

  it('are read one after the other, and a level that the controller does not know is absent', () => {
    const reports = readAdvertisingReports(event(2, ...one, ...other));
    expect(reports.map(({ rssiDbm }) => rssiDbm)).toEqual([-60, undefined]);
    expect(reports[1]?.data.length).toBe(0);
  });

  it('end at the first that is cut off, wherever that is', () => {
    const whole = event(2, ...one, ...other);
    for (let length = 0; length < whole.length; length += 1) {
      const reports = readAdvertisingReports(whole.subarray(0, length));
      expect(reports.length).toBe(length >= 5 + one.length ? 1 : 0);
    }
  });

  it.each([
    ['a command', Uint8Array.of(0x01, 0x3e, 2, 0x02, 1, ...one)],
    ['another event', Uint8Array.of(0x04, 0x0e, 2, 0x02, 1, ...one)],
    ['another subevent', Uint8Array.of(0x04, 0x3e, 2, 0x01, 1, ...one)],
  ])('are not in %s', (_what, packet) => {
    expect(readAdvertisingReports(packet)).toEqual([]);
  });
});
