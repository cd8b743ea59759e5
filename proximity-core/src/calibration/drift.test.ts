import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step } from '../call/step.js';
import { type CalibrationDrift, deskResidual, driftParameters, noDrift, trackDrift } from './drift.js';
import { hear, normals } from './testing/walked-desk.js';

const seed = Number(process.env.SEED ?? 7);

/** Calls until the alarm; `most` when there is none. */
function callsUntilStale(draw: () => number, shiftDb: number, sdDb: number, most: number): number {
  let drift: CalibrationDrift = noDrift;
  while (!drift.isStale && drift.calls < most) drift = trackDrift(drift, { residualDb: shiftDb + sdDb * draw(), sdDb });
  return drift.calls;
}

describe(`the drift of a desk (SEED=${seed})`, () => {
  it.each([4, 6, 8])('raises fewer than one alarm in 2000 calls without drift, at %i dB a call', (sdDb) => {
    const draw = normals(seed);
    let alarms = 0;
    for (let calls = 0; calls < 400_000; ) {
      const until = callsUntilStale(draw, 0, sdDb, 400_000 - calls);
      calls += until;
      if (calls < 400_000) alarms += 1;
    }
    expect(alarms).toBeLessThan(200);
  });

  it('raises fewer than one alarm in 500 calls where the print is wrong by 2 dB in all of them', () => {
    const draw = normals(seed);
    const runs = Array.from({ length: 200 }, () => callsUntilStale(draw, 2, 6, 5000));
    expect(runs.reduce((sum, calls) => sum + calls, 0) / runs.length).toBeGreaterThan(500);
  });

  it.each([
    [4, 15],
    [6, 25],
    [8, 50],
  ])('finds 8 dB, louder or quieter, at %i dB a call within %i calls, 95 times in a hundred', (sdDb, within) => {
    const draw = normals(seed);
    for (const shiftDb of [8, -8]) {
      const runs = Array.from({ length: 1000 }, () => callsUntilStale(draw, shiftDb, sdDb, 1000));
      expect(runs.filter((calls) => calls <= within).length).toBeGreaterThan(950);
    }
  });

  it('is raised by no two calls, however far off, and stays raised', () => {
    const wild = fc.record({
      residualDb: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      sdDb: fc.double({ min: 0.5, max: 50, noNaN: true }),
    });
    fc.assert(
      fc.property(wild, wild, (a, b) => {
        expect(trackDrift(trackDrift(noDrift, a), b).isStale).toBe(false);
      }),
    );
    let drift = noDrift;
    for (let i = 0; i < 10; i += 1) drift = trackDrift(drift, { residualDb: 100, sdDb: 5 });
    for (let i = 0; i < 50; i += 1) drift = trackDrift(drift, { residualDb: 0, sdDb: 5 });
    expect(drift).toMatchObject({ isStale: true, calls: 60, louderSd: 0 });
    expect(JSON.parse(JSON.stringify(drift))).toEqual(drift);
  });

  it('refuses what is no residual, and keeps still without one', () => {
    expect(() => trackDrift(noDrift, { residualDb: Number.NaN, sdDb: 5 })).toThrow('residualDb');
    expect(() => trackDrift(noDrift, { residualDb: 0, sdDb: 0 })).toThrow('sdDb');
    expect(trackDrift(noDrift, undefined)).toBe(noDrift);
  });
});

describe('what a confirmed call says of the calibration', () => {
  function meanResidualDb(given: { readonly shiftDb?: number; readonly movedDb?: number }): number {
    const all = Array.from({ length: 100 }, (_, i) => deskResidual(hear({ ...given, from: seed + i }), 'desk'));
    const heard = all.flatMap((residual) => (residual === undefined ? [] : [residual.residualDb]));
    expect(heard.length).toBeGreaterThan(95);
    return heard.reduce((sum, residualDb) => sum + residualDb, 0) / heard.length;
  }

  it('moves with the own beacon and hardly with the receiver', () => {
    const stillDb = meanResidualDb({});
    expect(Math.abs(stillDb)).toBeLessThan(2);
    for (const movedDb of [-12, -6, 6, 8])
      expect(Math.abs(meanResidualDb({ movedDb }) - stillDb - movedDb)).toBeLessThan(1.5);
    for (const shiftDb of [-10, 8]) expect(Math.abs(meanResidualDb({ shiftDb }) - stillDb)).toBeLessThan(2.5);
  });

  it('is the same whether somebody answers at once or after ten seconds', () => {
    const late = step(hear(), { t: 11_500, event: 'answered', by: 'desk' }).state;
    expect(deskResidual(late, 'desk')).toEqual(deskResidual(hear(), 'desk'));
  });

  it('is less sure without other beacons', () => {
    const [alone, among] = [false, true].map((others) => deskResidual(hear({ others }), 'desk')?.sdDb ?? Number.NaN);
    expect(alone).toBeGreaterThan((among as number) + 1);
  });

  it('says nothing unless the call was answered at the desk, and the desk was walked', () => {
    for (const by of ['this-phone', 'elsewhere', undefined] as const) expect(deskResidual(hear(), by)).toBeUndefined();
    expect(deskResidual(hear({ given: null }), 'desk')).toBeUndefined();
  });

  it('raises a stale calibration after the beacon was carried away, through calls with any receiver', () => {
    const draw = normals(seed);
    let drift = noDrift;
    for (let i = 0; i < 40; i += 1)
      drift = trackDrift(drift, deskResidual(hear({ shiftDb: Math.round(4 * draw()), from: i }), 'desk'));
    expect(drift.isStale).toBe(false);
    let calls = 0;
    for (; !drift.isStale && calls < 40; calls += 1)
      drift = trackDrift(
        drift,
        deskResidual(hear({ shiftDb: Math.round(4 * draw()), movedDb: -10, from: 100 + calls }), 'desk'),
      );
    expect(calls).toBeLessThan(25);
    expect(drift.quieterSd).toBeGreaterThanOrEqual(driftParameters.limitSd);
  });
});
