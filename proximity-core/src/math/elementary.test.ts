import { describe, expect, it } from 'vitest';
import { amplitudeOf, levelOf } from './decibels.js';
import { exponential, logSumExp, naturalLog } from './elementary.js';

describe('elementary functions', () => {
  it('agree with the engine to thirteen digits over the range that decibels need', () => {
    for (let x = -700; x <= 700; x += 0.37) {
      expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-13);
    }
    for (let exponent = -300; exponent <= 300; exponent += 0.71) {
      const x = 10 ** exponent;
      expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThan(1e-12);
      expect(Math.abs(levelOf(x) - 20 * Math.log10(x))).toBeLessThan(1e-11);
      expect(Math.abs(amplitudeOf(levelOf(x)) / x - 1)).toBeLessThan(1e-11);
    }
  });

  it('give the same bits as were written down, in every engine', () => {
    expect([exponential(1), exponential(-3.3), naturalLog(3), levelOf(2)].map((x) => x.toString())).toEqual([
      '2.7182818284590455',
      '0.03688316740124001',
      '1.0986122886681098',
      '6.020599913279622',
    ]);
  });

  it('stay finite at the edges and refuse what has no logarithm', () => {
    expect(exponential(-800)).toBe(0);
    expect(exponential(800)).toBe(Number.MAX_VALUE);
    expect(exponential(0)).toBe(1);
    expect(naturalLog(1)).toBe(0);
    expect(logSumExp([])).toBe(-745);
    expect(logSumExp([0])).toBe(0);
    expect(logSumExp([-1e9, -1e9])).toBe(-745);
    expect(() => naturalLog(0)).toThrow(RangeError);
    expect(() => naturalLog(Number.NaN)).toThrow(RangeError);
  });
});
