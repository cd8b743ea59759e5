import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSweep } from '../evidence/sweep-plot.js';
import { fitSweep, planSteps, sweepAttenuation } from './sweep.js';

describe('the steps of a sweep', () => {
  it('reach their end in spite of fractions that binary cannot hold', () => {
    expect(planSteps(0, 1, 0.25)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(planSteps(0, 0.3, 0.1)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(planSteps(5, 5, 1)).toEqual([5]);
    expect(planSteps(0, 12, 5)).toEqual([0, 5, 10]);
  });

  it.each([
    [0, 90, 0],
    [0, 90, -1],
    [0, 90, Number.NaN],
    [1, 0, 1],
    [0, 90, 0.01],
  ])('refuse %d to %d by %d', (from, to, step) => {
    expect(() => planSteps(from, to, step)).toThrow(RangeError);
  });
});

describe('a sweep', () => {
  it('ends with the first attenuation at which nothing is heard', async () => {
    const set: number[] = [];
    const answers = [[-40, -42], [-50], [], [-10]];
    const points = await sweepAttenuation({
      attenuator: { setAttenuation: async (db) => void set.push(db) },
      attenuationsDb: [0, 10, 20, 30],
      readLevels: async () => answers.shift() ?? [],
    });
    expect(set).toEqual([0, 10, 20]);
    expect(points).toEqual([
      { attenuationDb: 0, heard: 2, meanDbm: -41, deviationDb: Math.SQRT2 },
      { attenuationDb: 10, heard: 1, meanDbm: -50 },
      { attenuationDb: 20, heard: 0 },
    ]);
  });
});

describe('the line through a sweep', () => {
  it('is the line that the points were made of', () => {
    const slopes = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(slopes, fc.integer({ min: -90, max: 0 }), fc.integer({ min: 2, max: 30 }), (slope, at0, count) => {
        const points = planSteps(0, count - 1, 1).map((db) => ({
          attenuationDb: db,
          heard: 9,
          meanDbm: at0 + slope * db,
        }));
        const fit = fitSweep(points);
        expect(fit?.slope).toBeCloseTo(slope, 9);
        expect(fit?.levelAt0Dbm).toBeCloseTo(at0, 8);
        expect(fit?.worstDb).toBeCloseTo(0, 8);
      }),
    );
  });

  it('says how far the worst point is off', () => {
    const means = [0, -10, -23, -30, -40];
    const fit = fitSweep(means.map((meanDbm, i) => ({ attenuationDb: 10 * i, heard: 9, meanDbm })));
    expect(fit).toMatchObject({ slope: expect.closeTo(-1, 9), worstDb: expect.closeTo(2.4, 9) });
  });

  it('leaves out where packets were lost, for the mean of those still heard is too high', () => {
    const points = [
      { attenuationDb: 0, heard: 20, meanDbm: -70 },
      { attenuationDb: 10, heard: 20, meanDbm: -80 },
      { attenuationDb: 20, heard: 8, meanDbm: -87 },
      { attenuationDb: 30, heard: 0 },
    ];
    expect(fitSweep(points)).toMatchObject({ slope: -1, levelAt0Dbm: -70 });
  });

  it('needs two attenuations', () => {
    expect(fitSweep([])).toBeUndefined();
    expect(fitSweep([{ attenuationDb: 0, heard: 1, meanDbm: -40 }])).toBeUndefined();
    expect(fitSweep([{ attenuationDb: 0, heard: 0 }])).toBeUndefined();
  });
});

describe('the plot of a sweep', () => {
  it('is drawn of one point, and of one at which nothing was heard', () => {
    expect(renderSweep([{ attenuationDb: 3, heard: 1, meanDbm: -40 }], 'one')).toContain('3 dB: -40.00 dBm, 1 heard');
    expect(renderSweep([{ attenuationDb: 3, heard: 0 }], 'none')).toContain('3 dB: nothing heard');
    expect(() => renderSweep([], 'nothing')).toThrow(RangeError);
  });

  it('puts a stronger level higher, and a greater attenuation further to the right', () => {
    const svg = renderSweep(
      [
        { attenuationDb: 0, heard: 9, meanDbm: -40 },
        { attenuationDb: 10, heard: 9, meanDbm: -50 },
      ],
      'two',
    );
    const [near, far] = [...svg.matchAll(/<circle cx="(\S+)" cy="(\S+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(near?.[0]).toBeLessThan(far?.[0] ?? 0);
    expect(near?.[1]).toBeLessThan(far?.[1] ?? 0);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
