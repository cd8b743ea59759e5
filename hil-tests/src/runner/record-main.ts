import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { parseRecords, recordRun, renderClaims, whyNotRecorded } from '../evidence/claims.js';
import { RESULTS_FILE, VERDICT_FILE } from '../evidence/run-folder.js';
import type { RunVerdict } from '../evidence/run-verdict.js';
import type { ScenarioResult } from '../evidence/scenario-result.js';
import { writeWhole } from '../evidence/write-whole.js';
import { scenarios } from '../scenarios/all.js';
import { openClaims } from '../scenarios/not-yet.js';

/** `npm run hil:record -- FOLDER…`: takes concluded runs into docs/hil.json and writes docs/hil.md anew. */

const docs = join(process.cwd(), 'docs');
const DATA = 65;

const program = new Command('npm run hil:record --')
  .description('Takes concluded runs into docs/hil.json and writes docs/hil.md anew.')
  .argument('[folder...]', 'of runs; without any, the page is only written anew')
  .option('--allow-changed', 'also take runs of a tree that was changed since its commit, and mark them')
  .exitOverride();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { allowChanged = false } = program.opts<{ readonly allowChanged?: boolean }>();
  let records = parseRecords(await readFile(join(docs, 'hil.json'), 'utf8'));
  for (const folder of program.args) {
    try {
      const verdict = await readJson<RunVerdict>(folder, VERDICT_FILE);
      const why = whyNotRecorded(verdict, allowChanged);
      if (why !== undefined) throw new Error(why);
      records = recordRun(records, verdict, await readJson<readonly ScenarioResult[]>(folder, RESULTS_FILE));
    } catch (error) {
      const advice = 'run the rig again in a clean checkout, and record that run';
      process.stderr.write(`${folder}: ${(error as Error).message}; nothing was recorded\nTry: ${advice}\n`);
      return DATA;
    }
  }
  await writeWhole(join(docs, 'hil.json'), `${JSON.stringify(records, null, 2)}\n`);
  await writeWhole(join(docs, 'hil.md'), renderClaims(records, scenarios, openClaims));
  return 0;
}

async function readJson<T>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\nTry: npm run hil:record in the top folder of a checkout\n`);
    process.exit(DATA);
  },
);
