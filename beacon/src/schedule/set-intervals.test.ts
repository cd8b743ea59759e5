import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FramePace } from './queue.js';
import { setIntervalsMs } from './set-intervals.js';

const seed = Number(process.env.SEED ?? 20261125);

describe('the intervals of frames that have a set each', () => {
  it('double what two frames have in turn', () => {
    expect(setIntervalsMs([{ weight: 1 }, { weight: 1 }], 100)).toEqual([205, 205]);
  });

  it('keep a period, and leave the rest to the weights', () => {
    const [heavy = 0, light = 0, period = 0] = setIntervalsMs([{ weight: 3 }, { weight: 1 }, { everyMs: 1050 }], 100);
    expect(period).toBe(1045);
    expect((light + 5) / (heavy + 5)).toBeCloseTo(3);
    expect(1 / (heavy + 5) + 1 / (light + 5) + 1 / (period + 5)).toBeCloseTo(1 / 105);
  });

  it(`give as many events as one set has, in the shares asked for (SEED=${seed})`, () => {
    const weight = fc.record({ weight: fc.integer({ min: 1, max: 100 }) });
    const period = fc.record({ everyMs: fc.integer({ min: 100, max: 600_000 }) });
    const paces = fc.tuple(weight, fc.array(fc.oneof(weight, period), { maxLength: 6 }));
    fc.assert(
      fc.property(paces, fc.integer({ min: 20, max: 10_240 }), ([first, rest], intervalMs) => {
        const all: readonly FramePace[] = [first, ...rest];
        const intervalsMs = setIntervalsMs(all, intervalMs);
        const rate = intervalsMs.reduce((sum, ms) => sum + 1 / (ms + 5), 0);
        expect(rate * (intervalMs + 5)).toBeGreaterThan(0.999);
        expect(rate * (intervalMs + 5)).toBeLessThan(1.001);
        expect(Math.min(...intervalsMs)).toBeGreaterThanOrEqual(20);
      }),
      { seed, numRuns: 1000 },
    );
  });
});
