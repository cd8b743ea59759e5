import { describe, expect, it } from 'vitest';
import { createRandom } from '../frames.js';
import { type Sample, slopeOf, spreadOf, studentOf, verdictOf } from './statistics.js';

/** Twenty samples over a million packets that keep so many octets each, beside a noise of the collector. */
function series(octetsPerPacket: number, noiseOctets: number, seed = 1): readonly Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: 20 }, (_, i): Sample => {
    const packets = 50_000 * (i + 1);
    return [packets, 4e6 + octetsPerPacket * packets + noiseOctets * (random() - 0.5)];
  });
}

describe('the spread of a measurement', () => {
  it('has the middle of an odd number and between the two middles of an even one', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ n: 3, min: 1, median: 3, p95: 5, max: 5 });
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
  });

  it('has the value under which nineteen of twenty lie, itself among them', () => {
    expect(spreadOf(Array.from({ length: 100 }, (_, i) => i + 1)).p95).toBe(95);
  });
});

describe('the slope of a heap', () => {
  it('is that of a line without noise, for 10^5 packets, and its interval is the line', () => {
    const slope = slopeOf(series(3, 0));
    expect(slope?.per100kPackets).toBeCloseTo(300_000, 3);
    expect(slope?.low).toBeCloseTo(300_000, 3);
    expect(slope?.high).toBeCloseTo(300_000, 3);
  });

  it('has the interval that a hand calculates', () => {
    // y = 0, 1, 1, 2 over x = 0, 1, 2, 3: slope 0.6, left over 0.2 with two degrees of freedom, so 0.6 ± 4.303 · sqrt(0.1 / 5).
    const slope = slopeOf([
      [0, 0],
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect((slope?.per100kPackets ?? 0) / 1e5).toBeCloseTo(0.6, 9);
    expect((slope?.high ?? 0) / 1e5).toBeCloseTo(0.6 + 4.303 * Math.sqrt(0.02), 1);
    expect((slope?.low ?? 0) / 1e5).toBeCloseTo(0.6 - 4.303 * Math.sqrt(0.02), 1);
  });

  it('holds the true slope in its interval about nineteen times in twenty', () => {
    const held = Array.from({ length: 400 }, (_, seed) => slopeOf(series(2, 1e6, seed))).filter(
      (slope) => slope !== undefined && slope.low <= 200_000 && slope.high >= 200_000,
    );
    expect(held.length).toBeGreaterThan(365);
    expect(held.length).toBeLessThan(396);
  });

  it('is not given of fewer than four samples', () => {
    expect(slopeOf(series(1, 0).slice(0, 3))).toBeUndefined();
  });

  it.each([
    [3, 3.182],
    [8, 2.306],
    [17, 2.11],
    [60, 2.0],
  ])('uses Student’s t: with %i degrees of freedom %f', (freedom, table) => {
    expect(Math.abs(studentOf(freedom) - table)).toBeLessThan(0.02);
  });
});

describe('the verdict on a heap', () => {
  it('is flat where nothing is kept and the collector alone makes noise, also where the heap shrinks', () => {
    expect(verdictOf(slopeOf(series(0, 200_000)))).toBe('flat');
    expect(verdictOf(slopeOf(series(-5, 200_000)))).toBe('flat');
  });

  it('is that it grows where a number is kept of each packet', () => {
    expect(verdictOf(slopeOf(series(8, 200_000)))).toBe('grows');
  });

  it('is that it grows where a call of 225 packets leaves a kilobyte behind', () => {
    expect(verdictOf(slopeOf(series(1024 / 225, 200_000)))).toBe('grows');
  });

  it('is not told where the noise is larger than what is looked for, and where samples are missing', () => {
    expect(verdictOf(slopeOf(series(1, 5e6)))).toBe('not told');
    expect(verdictOf(undefined)).toBe('not told');
  });
});
