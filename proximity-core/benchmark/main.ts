import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCalls } from './calls.js';
import { measureCiphers } from './ciphers.js';
import { measureDecoding } from './decode.js';
import { measureFilters } from './filters.js';
import { sinkValue } from './measure.js';
import { type Report, textOf } from './report.js';
import { loadRivals } from './rivals.js';
import { measureSizes } from './sizes.js';

/** `npm run benchmark -w proximity-core`: what decoding, a packet and a call cost, beside rivals where they are installed. */

const INSTALL = 'npm ci --prefix proximity-core/benchmark';
/** Where this program's sources are; `run.mjs` knows, a bundle does not. */
const folder = process.env.DESKBEACON_BENCHMARK_DIR ?? '.';
const USAGE = 'usage: npm run benchmark -w proximity-core -- [--json] [--seed <n>]\n';

async function main(): Promise<number> {
  const flags = readFlags();
  if (flags === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { seed, isJson } = flags;
  const rivals = loadRivals(folder);
  if (rivals === undefined) {
    process.stderr.write(`The rivals are not installed: ours alone is measured.\nTry: ${INSTALL}\n`);
  }
  const decoding = measureDecoding(rivals, seed);
  const { timings: callTimings, ...call } = measureCalls(seed);
  const report: Report = {
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      node: process.version,
      commit: commit(),
      seed,
    },
    ...(rivals === undefined ? {} : { rivals: rivals.versions }),
    timings: [...decoding.timings, ...callTimings, ...measureCiphers(rivals, seed), ...measureFilters(rivals)],
    ratios: decoding.ratios,
    call,
    sizes: await measureSizes(join(folder, '..')),
  };
  if (!Number.isFinite(sinkValue())) throw new Error('expected every operation to give a number');
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : textOf(report));
  return 0;
}

function readFlags(): { readonly seed: number; readonly isJson: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { json: { type: 'boolean' }, seed: { type: 'string', default: '1' } } });
    const seed = Number(values.seed);
    return Number.isSafeInteger(seed) ? { seed, isJson: values.json === true } : undefined;
  } catch {
    return undefined;
  }
}

/** With a plus where the sources differ from it. */
function commit(): string {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', '../src') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

process.exitCode = await main();
