import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kernelRigs } from '../rigs/kernel/kernel-rigs.js';
import { scenarios } from '../scenarios/all.js';
import { runRig } from './run-rig.js';

/**
 * What the guest of the rig `kernel` runs: scenarios on every engine of controllers that can carry them. A line of JSON for
 * each result as it comes, and all of them in `results.json`.
 */

const [folder, seed, pattern = ''] = process.argv.slice(2);
if (folder === undefined || seed === undefined) {
  process.stderr.write('usage: guest FOLDER SEED [PATTERN]\n');
  process.exit(2);
}
const chosen = scenarios.filter(({ id }) => id.includes(pattern));
const results = [];
for (const rig of kernelRigs) {
  const why = rig.whyNot();
  if (why !== undefined) throw new Error(why);
  const run = await runRig({
    rig,
    scenarios: chosen,
    seed: Number(seed),
    evidence: join(folder, rig.engine?.replace(/\W+/g, '') ?? ''),
    onResult: ({ heard: _tooLong, ...result }) => process.stdout.write(`${JSON.stringify(result)}\n`),
    signal: new AbortController().signal,
  });
  results.push(...run);
}
await writeFile(join(folder, 'results.json'), JSON.stringify(results));
process.exit(0);
