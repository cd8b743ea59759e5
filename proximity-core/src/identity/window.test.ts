import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fcParameters, rangeErrorOf } from '../advertisement/testing/codec-laws.js';
import { acceptableWindows, counterAt, nextBoundaryUnixMs, windowStart } from './window.js';

const SIZE = 2 ** 32;
const exponents = fc.integer({ min: 0, max: 15 });
const counters = fc.oneof(
  fc.integer({ min: 0, max: SIZE - 1 }),
  // Around the wrap, the change of the temporary key and the sign bit.
  fc
    .tuple(fc.constantFrom(0, 2 ** 16, 2 ** 31, SIZE - 2 ** 16), fc.integer({ min: -70000, max: 70000 }))
    .map(([base, step]) => modulo(base + step)),
);
/** The years 1833 to 2106 and somewhat more, milliseconds and parts of them. */
const instants = fc.oneof(
  fc.integer({ min: -4_294_967_000_000, max: 9_000_000_000_000 }),
  fc.integer({ min: -8_000_000_000_000, max: 70_000_000_000_000 }).map((eighths) => eighths / 8),
);

function modulo(counterS: number): number {
  return ((counterS % SIZE) + SIZE) % SIZE;
}

describe('the counter', () => {
  it('is what the documentation shows', () => {
    expect(counterAt(1500, 7)).toBe(8);
  });

  it.each([
    ['just before 2^16', 65_535_999, 0, 65535],
    ['at 2^16', 65_536_000, 0, 65536],
    ['just before 2^32', 4_294_967_295_999, 0, 4294967295],
    ['at 2^32, where it wraps', 4_294_967_296_000, 0, 0],
    ['one second before 2^32 with an offset of 1', 4_294_967_295_000, 1, 0],
    ['at 0 with the largest offset', 0, 4294967295, 4294967295],
    ['one second after 0 with the largest offset', 1000, 4294967295, 0],
    ['before 1970', -1, 0, 4294967295],
    ['before 1970 with an offset that reaches over', -1000, 5, 4],
    ['in November 2026', 1_795_478_400_123, 0, 1_795_478_400],
  ])('%s is the whole seconds and the offset modulo 2^32', (_, unixMs, offsetS, counterS) => {
    expect(counterAt(unixMs, offsetS)).toBe(counterS);
  });

  it('is what its twin in whole numbers without bound computes', () => {
    fc.assert(
      fc.property(instants, counters, (unixMs, offsetS) => {
        const wholeMs = BigInt(Math.floor(unixMs));
        const seconds = (wholeMs - (((wholeMs % 1000n) + 1000n) % 1000n)) / 1000n;
        expect(counterAt(unixMs, offsetS)).toBe(Number(BigInt.asUintN(32, seconds + BigInt(offsetS))));
      }),
      fcParameters(1000),
    );
  });

  it.each([
    [Number.NaN, 0, 'unixMs: expected a finite number, got NaN'],
    [Number.POSITIVE_INFINITY, 0, 'unixMs: expected a finite number, got Infinity'],
    [Number.NEGATIVE_INFINITY, 0, 'unixMs: expected a finite number, got -Infinity'],
    [0, -1, 'counterS: expected an integer 0..4294967295, got -1'],
    [0, 4294967296, 'counterS: expected an integer 0..4294967295, got 4294967296'],
    [0, 0.5, 'counterS: expected an integer 0..4294967295, got 0.5'],
  ])('refuses instant %d, offset %d', (unixMs, offsetS, message) => {
    expect(rangeErrorOf(() => counterAt(unixMs, offsetS))).toBe(message);
    expect(rangeErrorOf(() => nextBoundaryUnixMs(unixMs, offsetS, 0))).toBe(message);
  });
});

describe('the window', () => {
  it('is what the documentation shows', () => {
    expect(windowStart(2000, 10)).toBe(1024);
  });

  it.each([
    [0, 10, 0],
    [1023, 10, 0],
    [1024, 10, 1024],
    [65535, 10, 64512],
    [65536, 10, 65536],
    [65535, 15, 32768],
    [2147483648, 15, 2147483648],
    [4294967295, 0, 4294967295],
    [4294967295, 10, 4294966272],
    [4294967295, 15, 4294934528],
  ])('of counter %d under exponent %i starts at %d', (counterS, exponentK, start) => {
    expect(windowStart(counterS, exponentK)).toBe(start);
  });

  it('starts at the last multiple of its length', () => {
    fc.assert(
      fc.property(counters, exponents, (counterS, exponentK) => {
        expect(windowStart(counterS, exponentK)).toBe(counterS - (counterS % 2 ** exponentK));
      }),
      fcParameters(1000),
    );
  });

  it.each([
    [-1, 0, 'counterS: expected an integer 0..4294967295, got -1'],
    [4294967296, 0, 'counterS: expected an integer 0..4294967295, got 4294967296'],
    [1.5, 0, 'counterS: expected an integer 0..4294967295, got 1.5'],
    [0, -1, 'exponentK: expected an integer 0..15, got -1'],
    [0, 16, 'exponentK: expected an integer 0..15, got 16'],
  ])('refuses counter %d, exponent %d', (counterS, exponentK, message) => {
    expect(rangeErrorOf(() => windowStart(counterS, exponentK))).toBe(message);
    expect(rangeErrorOf(() => acceptableWindows(counterS, exponentK, 0))).toBe(message);
  });
});

describe('the next boundary', () => {
  it('is what the documentation shows', () => {
    expect(nextBoundaryUnixMs(0, 0, 3)).toBe(8000);
  });

  it.each([
    ['just before 2^16', 65_535_999, 0, 10, 65_536_000],
    ['at 2^16', 65_536_000, 0, 10, 66_560_000],
    ['just before 2^32', 4_294_967_295_999, 0, 10, 4_294_967_296_000],
    ['at 2^32', 4_294_967_296_000, 0, 10, 4_294_968_320_000],
    ['of a counter that wraps long before Unix time does', 1000, 4294967290, 15, 6000],
    ['at a boundary, a whole window later', 8000, 0, 3, 16_000],
    ['with an offset, earlier by it', 0, 3, 3, 5000],
    ['with exponent 0, the next second', 1999.5, 0, 0, 2000],
  ])('%s: at %s ms with offset %s, exponent %s', (_, unixMs, offsetS, exponentK, boundary) => {
    expect(nextBoundaryUnixMs(unixMs, offsetS, exponentK)).toBe(boundary);
  });

  it('is the first later instant at which another window begins', () => {
    fc.assert(
      fc.property(instants, counters, exponents, (unixMs, offsetS, exponentK) => {
        const windowAt = (ms: number): number => windowStart(counterAt(ms, offsetS), exponentK);
        const boundary = nextBoundaryUnixMs(unixMs, offsetS, exponentK);
        expect(boundary).toBeGreaterThan(unixMs);
        expect(boundary - unixMs).toBeLessThanOrEqual(2 ** exponentK * 1000);
        expect(windowAt(boundary - 1)).toBe(windowAt(unixMs));
        expect(windowAt(boundary)).toBe(modulo(windowAt(unixMs) + 2 ** exponentK));
        expect(counterAt(boundary, offsetS)).toBe(windowAt(boundary));
      }),
      fcParameters(1000),
    );
  });
});

describe('the acceptable windows', () => {
  it('are what the documentation shows', () => {
    expect(acceptableWindows(1030, 10, 10)).toEqual([0, 1024]);
  });

  it.each([
    ['in the middle of a window', 1536, 10, 10, [1024]],
    ['at its first second', 1024, 10, 10, [0, 1024]],
    ['at the last second that reaches back', 1033, 10, 10, [0, 1024]],
    ['at the first second that does not', 1034, 10, 10, [1024]],
    ['at the last second that does not reach on', 2037, 10, 10, [1024]],
    ['at the first second that reaches on', 2038, 10, 10, [1024, 2048]],
    ['at its last second', 2047, 10, 10, [1024, 2048]],
    ['without tolerance at the first second', 1024, 10, 0, [1024]],
    ['without tolerance at the last second', 2047, 10, 0, [1024]],
    ['with a tolerance of a whole window, in its middle', 1536, 10, 1024, [0, 1024, 2048]],
    ['at the start of the counter', 3, 10, 10, [4294966272, 0]],
    ['at the end of the counter', 4294967295, 10, 10, [4294966272, 0]],
    ['at the change of the temporary key', 65536, 10, 10, [64512, 65536]],
    ['with windows of a second and a larger tolerance', 5, 0, 3, [2, 3, 4, 5, 6, 7, 8]],
    ['with windows of a second, over the wrap', 1, 0, 2, [4294967295, 0, 1, 2, 3]],
    ['with windows of two seconds and a larger tolerance', 5, 1, 3, [2, 4, 6, 8]],
  ])('%s: counter %d, exponent %i, tolerance %d s', (_, counterS, exponentK, toleranceS, windows) => {
    expect(acceptableWindows(counterS, exponentK, toleranceS)).toEqual(windows);
  });

  /** Every second that the other clock may say, one after the other. */
  function bruteForce(counterS: number, exponentK: number, toleranceS: number): readonly number[] {
    const windows: number[] = [];
    for (let differenceS = -toleranceS; differenceS <= toleranceS; differenceS += 1) {
      const start = windowStart(modulo(counterS + differenceS), exponentK);
      if (windows[windows.length - 1] !== start) windows.push(start);
    }
    return windows;
  }

  it('are those that a clock within the tolerance may say, and none farther: as found second by second', () => {
    const tolerances = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2000 }));
    const nearBoundary = fc
      .tuple(counters, exponents, fc.integer({ min: -25, max: 25 }))
      .map(([counterS, exponentK, step]) => ({ counterS: modulo(windowStart(counterS, exponentK) + step), exponentK }));
    const anywhere = fc.record({ counterS: counters, exponentK: exponents });
    fc.assert(
      fc.property(fc.oneof(nearBoundary, anywhere), tolerances, ({ counterS, exponentK }, toleranceS) => {
        const every = bruteForce(counterS, exponentK, toleranceS);
        const current = every.indexOf(windowStart(counterS, exponentK));
        expect(acceptableWindows(counterS, exponentK, toleranceS)).toEqual(
          every.slice(Math.max(0, current - 31), current + 33),
        );
      }),
      fcParameters(2000),
    );
  });

  it('with parts of a second are those of every instant within the second that the counter shows', () => {
    const quarters = fc.integer({ min: 0, max: 60 }).map((quarter) => quarter / 4);
    fc.assert(
      fc.property(counters, fc.integer({ min: 0, max: 4 }), quarters, (counterS, exponentK, toleranceS) => {
        const seen: number[] = [];
        for (let differenceS = -toleranceS; differenceS < 1 + toleranceS; differenceS += 0.25) {
          const start = windowStart(modulo(Math.floor(counterS + differenceS)), exponentK);
          if (!seen.includes(start)) seen.push(start);
        }
        expect(acceptableWindows(counterS, exponentK, toleranceS)).toEqual(seen);
      }),
      fcParameters(1000),
    );
  });

  it('always hold the current one, oldest first without gaps, and are at most 64', () => {
    const tolerances = fc.oneof(
      fc.integer({ min: 0, max: SIZE - 1 }),
      fc.double({ min: 0, max: 1e300, noNaN: true }),
      fc.constant(Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(counters, exponents, tolerances, (counterS, exponentK, toleranceS) => {
        const windows = acceptableWindows(counterS, exponentK, toleranceS);
        expect(windows).toContain(windowStart(counterS, exponentK));
        expect(windows.length).toBeLessThanOrEqual(64);
        const first = windows[0] as number;
        expect(windows).toEqual(windows.map((_, i) => modulo(first + i * 2 ** exponentK)));
      }),
      fcParameters(1000),
    );
  });

  it('are 31 before and 32 after the current one when the tolerance would allow more', () => {
    const windows = acceptableWindows(1000, 0, 100);
    expect(windows).toHaveLength(64);
    expect([windows[0], windows[63]]).toEqual([969, 1032]);
  });

  it.each([-1, -0.5, Number.NaN, Number.NEGATIVE_INFINITY])('refuse a tolerance of %d s', (toleranceS) => {
    expect(rangeErrorOf(() => acceptableWindows(1030, 10, toleranceS))).toBe(
      `toleranceS: expected 0 or more seconds, got ${toleranceS}`,
    );
  });
});
