import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearsonUpper } from './clopper-pearson.js';

/** The slow readable twin: P(at most k of n), term by term. */
function atMost(k: number, n: number, p: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i += 1) {
    let ways = 1;
    for (let j = 1; j <= i; j += 1) ways = (ways * (n - i + j)) / j;
    sum += ways * p ** i * (1 - p) ** (n - i);
  }
  return sum;
}

describe('the Clopper–Pearson bound', () => {
  it.each([1, 2, 10, 59, 299, 2995, 100_000])('without an error in %i trials is 1 − 0.05^(1/n)', (n) => {
    const expected = -Math.expm1(Math.log(0.05) / n);
    expect(clopperPearsonUpper(0, n) / expected).toBeCloseTo(1, 9);
  });

  it.each([
    [10, 0.259],
    [59, 0.0495],
    [299, 0.00997],
  ])('of %i trials without an error is the published %f', (n, published) => {
    expect(clopperPearsonUpper(0, n)).toBeCloseTo(published, 3);
  });

  // One-sided 95 % bounds are the upper ends of the 90 % intervals in Diem (ed.), Scientific Tables, and any textbook since.
  it.each([
    [1, 20, 0.2161],
    [2, 20, 0.2826],
    [5, 20, 0.4556],
    [1, 10, 0.3942],
    [5, 10, 0.7776],
    [9, 10, 0.9949],
    [3, 100, 0.0757],
  ])('of %i errors in %i trials is the tabulated %f', (k, n, tabulated) => {
    expect(clopperPearsonUpper(k, n)).toBeCloseTo(tabulated, 3);
  });

  // The sample sizes of Wilks (1941) for a tolerance of this share at 95 %: the first n that proves it, and not one fewer.
  it.each([
    [0.05, [59, 93, 124, 153]],
    [0.01, [299, 473, 628, 773]],
    [0.001, [2995, 4742, 6294, 7752]],
  ])('falls to %f with Wilks’ number of trials and not one sooner', (share, sizes) => {
    sizes.forEach((n, k) => {
      expect(clopperPearsonUpper(k, n)).toBeLessThanOrEqual(share);
      expect(clopperPearsonUpper(k, n - 1)).toBeGreaterThan(share);
    });
  });

  it('is where the slow twin says that so few errors have five chances in a hundred', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, part) => {
        const k = Math.floor(part * n);
        expect(atMost(k, n, clopperPearsonUpper(k, n))).toBeCloseTo(0.05, 8);
      }),
      { numRuns: 300 },
    );
  });

  it('serves other confidences from one half on', () => {
    for (const confidence of [0.5, 0.9, 0.99])
      expect(atMost(3, 30, clopperPearsonUpper(3, 30, confidence))).toBeCloseTo(1 - confidence, 8);
  });

  it('holds at a hundred thousand trials, where the normal law is as good as exact', () => {
    for (const k of [1, 500, 50_000, 99_000, 99_999]) {
      const bound = clopperPearsonUpper(k, 100_000);
      expect(bound).toBeGreaterThan(k / 100_000);
      expect(bound).toBeLessThan(1);
    }
    const half = clopperPearsonUpper(50_000, 100_000);
    expect(half).toBeCloseTo(0.5 + 1.6449 * Math.sqrt(0.25 / 100_000), 5);
  });

  it('grows with errors, falls with trials, and is 1 where nothing or only errors are known', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 3000 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (n, part) => {
        const k = Math.floor(part * (n - 1));
        expect(clopperPearsonUpper(k + 1, n)).toBeGreaterThan(clopperPearsonUpper(k, n));
        expect(clopperPearsonUpper(k, n + 1)).toBeLessThan(clopperPearsonUpper(k, n));
      }),
      { numRuns: 100 },
    );
    expect(clopperPearsonUpper(0, 0)).toBe(1);
    expect(clopperPearsonUpper(7, 7)).toBe(1);
  });

  it.each([
    [[-1, 5], 'errors'],
    [[6, 5], 'errors'],
    [[0.5, 5], 'errors'],
    [[0, 100_001], 'trials'],
    [[0, Number.NaN], 'trials'],
    [[0, 5, 1], 'confidence'],
    [[0, 5, 0.4], 'confidence'],
  ])('refuses %j', (given, label) => {
    const [k, n, confidence] = given as [number, number, number?];
    expect(() => clopperPearsonUpper(k, n, confidence)).toThrow(RangeError);
    expect(() => clopperPearsonUpper(k, n, confidence)).toThrow(label);
  });
});
