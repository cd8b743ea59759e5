import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { writeWhole } from '../evidence/write-whole.js';
import { formatRecord } from './page/format.js';
import { renderPage } from './page/markdown.js';
import { renderPlots } from './page/plots.js';
import { type StudySummary, summarise, type WrittenStudy, whyNotRecorded } from './page/summary.js';
import { settings } from './setting.js';

/** `npm run study:record -w hil-tests -- FILE`: takes a study into docs/decision-study.json and writes what is made of it. */

// A workspace's script runs in its folder; docs/ lies beside it.
const docs = join(process.env.INIT_CWD ?? process.cwd(), 'docs');
const DATA = 65;
const ADVICE =
  'Try: npm run -s study -w hil-tests -- --json > FILE in a clean checkout, and record that FILE from its top folder';

const program = new Command('npm run study:record -w hil-tests --')
  .description('Takes a study into docs/decision-study.json, and writes tables and pictures anew.')
  .argument('[file]', 'what npm run -s study -w hil-tests -- --json wrote; without it, only what is made of the record')
  .option('--allow-changed', 'also take a study of a tree that was changed since its commit')
  .exitOverride();

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const [file] = program.args;
  const { allowChanged = false } = program.opts<{ readonly allowChanged?: boolean }>();
  const recorded = join(docs, 'decision-study.json');
  let summary: StudySummary;
  if (file === undefined) summary = JSON.parse(await readFile(recorded, 'utf8')) as StudySummary;
  else {
    const study = JSON.parse(
      await readFile(resolve(process.env.INIT_CWD ?? '', file), 'utf8'),
    ) as Partial<WrittenStudy>;
    const names = settings.map(({ name }) => name);
    const why = whyNotRecorded(study, names, allowChanged);
    if (why !== undefined) {
      process.stderr.write(`${file}: ${why}; nothing was recorded\n${ADVICE}\n`);
      return DATA;
    }
    summary = summarise(study as WrittenStudy);
  }
  const page = renderPage(await readFile(join(docs, 'decision.md'), 'utf8'), summary);
  await mkdir(join(docs, 'decision'), { recursive: true });
  await writeWhole(recorded, `${formatRecord(summary)}\n`);
  await writeWhole(join(docs, 'decision.md'), page);
  for (const [name, svg] of Object.entries(renderPlots(summary))) await writeWhole(join(docs, 'decision', name), svg);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n${ADVICE}\n`);
    process.exit(DATA);
  },
);
