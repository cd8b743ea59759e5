import { describe, expect, it } from 'vitest';
import { btvirtRig } from '../src/rigs/btvirt-rig.js';
import { mustSkip } from '../src/rigs/require-rig.js';
import { virtualRig } from '../src/rigs/virtual-rig.js';
import { runScenario } from '../src/runner/session.js';
import { scenarios } from '../src/scenarios/all.js';

const SEED = 1;

for (const rig of [virtualRig, btvirtRig]) {
  const why = rig.whyNot();
  describe.skipIf(mustSkip(rig.name, why))(`on the rig ${rig.name}${why === undefined ? '' : ` (${why})`}`, () => {
    for (const scenario of scenarios) {
      const lacking = scenario.needs.filter((need) => !rig.capabilities.includes(need));
      if (lacking.length === 0)
        it(`${scenario.id}: ${scenario.claim}`, () => runScenario(rig, scenario, { seed: SEED }));
    }
  });
}

describe('a scenario fails when', () => {
  // What only a kernel or a bench can show is sabotaged there: kernel.test.ts, hardware.test.ts.
  for (const scenario of scenarios.filter(({ needs }) =>
    needs.every((need) => virtualRig.capabilities.includes(need)),
  )) {
    const { what, sabotage, says } = scenario.saboteur;
    it(`${what}: ${scenario.id}`, async () => {
      await expect(runScenario(virtualRig, scenario, { seed: SEED, sabotage })).rejects.toThrow(says);
    });
  }
});
