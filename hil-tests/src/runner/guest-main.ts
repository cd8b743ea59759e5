import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ScenarioResult } from '../evidence/scenario-result.js';
import { kernelRigs } from '../rigs/kernel/kernel-rigs.js';
import type { Rig } from '../rigs/rig.js';
import { scenarios } from '../scenarios/all.js';
import type { Scenario } from '../scenarios/scenario.js';
import { resultOf } from './run-rig.js';
import { runScenario } from './session.js';

/**
 * What the guest of the rig `kernel` runs: each scenario on every engine of controllers that can carry it, or with its
 * saboteur on ours. A line of JSON for each result as it comes, and all of them, with what was heard, in `results.json`.
 */

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '.' },
    seed: { type: 'string', default: '1' },
    scenarios: { type: 'string', default: '' },
    saboteurs: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const why = kernelRigs[0]?.whyNot();
  if (why !== undefined) throw new Error(why);
  const ids = new Set(values.scenarios.split(','));
  const chosen = scenarios.filter(({ id }) => ids.has(id));
  const results: ScenarioResult[] = [];
  for (const rig of kernelRigs) {
    const engine = (rig.engine ?? '').replace(/\W+/g, '-');
    const folder = join(values.folder, engine);
    await mkdir(folder, { recursive: true });
    for (const scenario of chosen.filter((one) => canCarry(rig, one))) {
      if (values.saboteurs && !rig.capabilities.includes('air')) continue;
      const result = values.saboteurs
        ? await resultOfSaboteur(rig, scenario)
        : await resultOf(rig, scenario, Number(values.seed), folder);
      // A line of the console carries no packets, only how many there were.
      process.stdout.write(`${JSON.stringify({ ...result, heard: result.heard.length })}\n`);
      results.push(result.folder === undefined ? result : { ...result, folder: `guest/${engine}/${result.folder}` });
    }
  }
  await writeFile(join(values.folder, 'results.json'), JSON.stringify(results));
}

function canCarry(rig: Rig, { needs }: Scenario): boolean {
  return needs.every((need) => rig.capabilities.includes(need));
}

/** With its saboteur, a scenario passes when it fails for the reason that it names. */
async function resultOfSaboteur(rig: Rig, scenario: Scenario): Promise<ScenarioResult> {
  const { sabotage, says, what } = scenario.saboteur;
  const startedMs = performance.now();
  const reason = await runScenario(rig, scenario, { seed: Number(values.seed), sabotage }).then(
    () => 'it passed all the same',
    (error: Error) => error.message,
  );
  return {
    scenario: scenario.id,
    claim: what,
    engine: rig.engine as string,
    outcome: says.test(reason) ? 'passed' : 'failed',
    reason,
    tookMs: Math.round(performance.now() - startedMs),
    heard: [],
  };
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`guest: ${error.stack}\n`);
    process.exit(1);
  },
);
