import { describe, expect, it } from 'vitest';
import { driftParameters, hasDrifted, noDrift, noteDrift } from './drift.js';

/** Park and Miller's generator, so that the figures below are the same everywhere. */
function createNormal(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** @returns after how many calls the alarm came, or none. */
function callsToAlarm(seed: number, shiftDb: number, most: number): number | undefined {
  const normal = createNormal(seed);
  const offsetDb = 5 * normal();
  let state = noDrift;
  for (let i = 0; i < driftParameters.baselineCalls; i += 1) state = noteDrift(state, offsetDb + 6 * normal());
  for (let i = 1; i <= most; i += 1) {
    state = noteDrift(state, offsetDb + shiftDb + 6 * normal());
    if (hasDrifted(state)) return i;
  }
  return undefined;
}

const seeds = Array.from({ length: 200 }, (_, i) => 1000 + 77 * i);

describe('drift of confirmed calls', () => {
  it('raises no alarm in a year of calls at a desk that is as it was, in 19 of 20 cases', () => {
    const alarms = seeds.filter((seed) => callsToAlarm(seed, 0, 250) !== undefined);
    expect(alarms.length / seeds.length).toBeLessThan(0.05);
  });

  it.each([-12, 12])('finds a change of %i dB within 15 calls, in 19 of 20 cases', (shiftDb) => {
    const found = seeds.filter((seed) => (callsToAlarm(seed, shiftDb, 15) ?? 99) <= 15);
    expect(found.length / seeds.length).toBeGreaterThan(0.95);
  });

  it('is not alarmed by one call at an odd place, or by one that says nothing', () => {
    let state = noDrift;
    for (let i = 0; i < 30; i += 1) state = noteDrift(state, 0);
    expect(hasDrifted(noteDrift(state, -80))).toBe(false);
    expect(noteDrift(state, Number.NaN)).toBe(state);
  });
});
