import { describe, expect, it } from 'vitest';
import { trendOf } from './heap-trend.js';

const series = (octetsAt: (i: number) => number): readonly (readonly [number, number])[] =>
  Array.from({ length: 20 }, (_, i) => [50_000 * (i + 1), octetsAt(i)] as const);

describe('the trend of a heap', () => {
  it('is flat where memory stays, also with noise and after it filled at first', () => {
    expect(trendOf(series(() => 5e6))).toMatchObject({ packets: 1e6, slopeOctets: 0, isFlat: true });
    const noisy = trendOf(series((i) => 5e6 + (i < 4 ? -1e6 : 0) + 500 * ((i * 7) % 5)));
    expect(noisy.isFlat).toBe(true);
    expect(noisy.slopeInterval[0]).toBeLessThan(0);
    expect(noisy.slopeInterval[1]).toBeGreaterThan(0);
  });

  it('is not flat where each packet leaves an octet', () => {
    const leak = trendOf(series((i) => 5e6 + 50_000 * i));
    expect(leak.slopeOctets).toBeCloseTo(100_000, 6);
    expect(leak.isFlat).toBe(false);
    expect(trendOf(series((i) => 5e6 + 50_000 * i + 2000 * ((i * 7) % 5))).isFlat).toBe(false);
  });

  it('is none where noise hides whether it is flat', () => {
    expect(trendOf(series((i) => 5e6 + 400_000 * ((i * 7) % 5))).isFlat).toBe(false);
    expect(() => trendOf(series(() => 1).slice(0, 7))).toThrow(RangeError);
  });
});
