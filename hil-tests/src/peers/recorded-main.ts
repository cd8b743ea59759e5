import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { parseSeed } from '../air/seed-option.js';
import { measureSet } from './recorded.js';
import { listSets, RecordedDataError, readSet } from './recorded-data.js';
import { tableOfSet } from './recorded-table.js';

/** `npm run recorded -w hil-tests`: our decision beside its peers on recordings, where there are any. */

interface Flags {
  readonly data?: string;
  readonly seed: number;
  readonly json?: boolean;
}

const program = new Command('npm run recorded -w hil-tests --')
  .description('Ranks near above far on recorded packets: our decision on the own desk alone, and each peer.')
  .option('--data <dir>', 'the folder of recordings; default: shared/data beside the checkout')
  .option('--seed <n>', 'seed of the resampling', parseSeed, 1)
  .option('--json', 'one JSON object a set')
  .exitOverride();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = program.parse().opts<Flags>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const folder = resolve(process.env.INIT_CWD ?? '.', flags.data ?? defaultFolder());
  const names = await listSets(folder);
  if (names === undefined) {
    process.stderr.write(
      `No recordings in ${folder}: nothing is measured.\nTry: --data with a folder of <set>.csv.gz\n`,
    );
    return 0;
  }
  if (!flags.json)
    process.stdout.write(`Node ${process.version}, seed ${flags.seed}, intervals resampled over groups\n\n`);
  for (const name of names) {
    const report = measureSet(await readSet(folder, name), flags.seed);
    const about = { seed: flags.seed, node: process.version };
    process.stdout.write(flags.json ? `${JSON.stringify({ ...about, ...report })}\n` : `${tableOfSet(report)}\n`);
  }
  return 0;
}

/** Beside the checkout, which is where the workspace's lock file lies. */
function defaultFolder(): string {
  let root = import.meta.dirname;
  while (!existsSync(join(root, 'package-lock.json')) && dirname(root) !== root) root = dirname(root);
  return join(root, '..', 'shared', 'data');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isData = error instanceof RecordedDataError;
    process.stderr.write(`${error instanceof Error ? (isData ? error.message : error.stack) : String(error)}\n`);
    process.exitCode = isData ? 65 : 70;
  },
);
