import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { type ClaimRecords, parseRecords, recordRun, renderClaims } from '../evidence/claims.js';
import { RESULTS_FILE, type RunVerdict, VERDICT_FILE } from '../evidence/run-folder.js';
import type { ScenarioResult } from '../evidence/scenario-result.js';
import { writeWhole } from '../evidence/write-whole.js';
import { scenarios } from '../scenarios/all.js';
import { openClaims } from '../scenarios/not-yet.js';

/** `npm run hil:record -- FOLDER…`: takes concluded runs into docs/hil.json and writes docs/hil.md anew. */

const docs = join(process.cwd(), 'docs');
const DATA = 65;

const program = new Command('npm run hil:record --')
  .description('Takes concluded runs into docs/hil.json and writes docs/hil.md anew.')
  .argument('[folder...]', "a run's folder; without any, the page is only written anew")
  .exitOverride();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  let records: ClaimRecords = parseRecords(await readFile(join(docs, 'hil.json'), 'utf8').catch(() => '{}'));
  for (const folder of program.args) {
    const verdict = await readJson<RunVerdict>(folder, VERDICT_FILE);
    if (verdict.verdict === 'incomplete') return refuse(folder, 'the run has not concluded');
    if (!/^[0-9a-f]{40}$/.test(verdict.versions.commit ?? ''))
      return refuse(folder, `it ran on ${verdict.versions.commit}, which is no commit`);
    const results = await readJson<readonly ScenarioResult[]>(folder, RESULTS_FILE);
    records = recordRun(records, verdict, results);
  }
  await writeWhole(join(docs, 'hil.json'), `${JSON.stringify(records, null, 2)}\n`);
  await writeWhole(join(docs, 'hil.md'), renderClaims(records, scenarios, openClaims));
  return 0;
}

function refuse(folder: string, why: string): number {
  process.stderr.write(`${folder}: ${why}\nTry: run the rig again in a clean checkout, and record that run\n`);
  return DATA;
}

async function readJson<T>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(DATA);
  },
);
