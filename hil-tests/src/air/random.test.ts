import { describe, expect, it } from 'vitest';
import { drawComplexNormal, drawNormal, drawUniform } from './random.js';

const count = 20_000;
const range = Array.from({ length: count }, (_, index) => index);

describe('drawUniform', () => {
  it('gives the same value for the same key, in whatever order keys are asked for', () => {
    const forward = range.slice(0, 100).map((n) => drawUniform(7, 'event', n));
    const backward = range
      .slice(0, 100)
      .reverse()
      .map((n) => drawUniform(7, 'event', n));
    expect(backward.reverse()).toEqual(forward);
  });

  it('keeps its values from version to version, or every recorded run changes its meaning', () => {
    expect(drawUniform(7, 'advDelay', 'desk-1', 3)).toMatchInlineSnapshot(`0.08008094127475285`);
    expect(drawNormal(7, 'shadow', 'desk-1', 'phone')).toMatchInlineSnapshot(`-1.9184530349621818`);
  });

  it('fills a hundred bins evenly over consecutive integers, by chi-square', () => {
    const bins = new Array<number>(100).fill(0);
    for (const n of range) bins[Math.floor(100 * drawUniform(1, 'bin', n))]! += 1;
    const chiSquare = bins.reduce((sum, seen) => sum + (seen - count / 100) ** 2 / (count / 100), 0);
    // 99 degrees of freedom: 99.9 % lie below 148.
    expect(chiSquare).toBeLessThan(148);
    expect(chiSquare).toBeGreaterThan(55);
  });

  it('draws without correlation for neighbouring integers, seeds and names', () => {
    const base = range.map((n) => drawUniform(1, 'a', n));
    for (const other of [
      range.map((n) => drawUniform(1, 'a', n + 1)),
      range.map((n) => drawUniform(2, 'a', n)),
      range.map((n) => drawUniform(1, 'b', n)),
      range.map((n) => drawUniform(1, 'a', n, 0)),
    ]) {
      expect(Math.abs(correlate(base, other))).toBeLessThan(0.03);
    }
  });

  it('tells keys apart that would be equal if their parts were joined', () => {
    const values = [
      drawUniform(1, 'ab'),
      drawUniform(1, 'a', 'b'),
      drawUniform(1, 'a', 'b', ''),
      drawUniform(1, '1'),
      drawUniform(1, 1),
      drawUniform(1, 2 ** 32 + 1),
      drawUniform(1, -1),
      drawUniform(1, 'a'),
      drawUniform(1, 'a\0'),
    ];
    expect(new Set(values).size).toBe(values.length);
  });

  it('refuses a number that is no integer', () => {
    expect(() => drawUniform(1, 0.5)).toThrow('key: expected an integer or a text, got 0.5');
    expect(() => drawUniform(Number.NaN)).toThrow(RangeError);
  });
});

describe('drawNormal', () => {
  it('has mean 0, deviation 1 and the tails of a normal distribution', () => {
    const values = range.map((n) => drawNormal(3, 'normal', n));
    const mean = values.reduce((a, b) => a + b) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.sqrt(variance)).toBeCloseTo(1, 1);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / count;
    expect(beyondTwo).toBeGreaterThan(0.039);
    expect(beyondTwo).toBeLessThan(0.052);
  });
});

describe('drawComplexNormal', () => {
  it('has independent parts and a mean power of 1', () => {
    const values = range.map((n) => drawComplexNormal(5, 'complex', n));
    const power = values.reduce((sum, { re, im }) => sum + re * re + im * im, 0) / count;
    expect(power).toBeCloseTo(1, 1);
    expect(
      Math.abs(
        correlate(
          values.map(({ re }) => re),
          values.map(({ im }) => im),
        ),
      ),
    ).toBeLessThan(0.03);
  });
});

function correlate(a: readonly number[], b: readonly number[]): number {
  const meanA = a.reduce((x, y) => x + y) / a.length;
  const meanB = b.reduce((x, y) => x + y) / b.length;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i += 1) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
