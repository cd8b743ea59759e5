import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCalls } from './calls.js';
import { measureCiphers } from './ciphers.js';
import { measureDecoding } from './decode.js';
import { measureEngines } from './engines/measure-engines.js';
import { measureFilters } from './filters.js';
import { sinkValue } from './measure.js';
import { type Report, textOf } from './report.js';
import { loadRivals } from './rivals.js';
import { measureSizes } from './sizes.js';

/** `npm run benchmark -w proximity-core`: what decoding, a packet and a call cost, beside rivals where they are installed. */

const INSTALL = 'npm ci --prefix proximity-core/benchmark';
/** Where this program's sources are; `run.mjs` knows, a bundle does not. */
const folder = process.env.DESKBEACON_BENCHMARK_DIR ?? '.';
/** So many that all engines together are done in about two minutes. */
const DEFAULT_ENGINE_PACKETS = '100000';
const USAGE = 'usage: npm run benchmark -w proximity-core -- [--json] [--seed <n>] [--engine-packets <n>]\n';

async function main(): Promise<number> {
  const flags = readFlags();
  if (flags === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { seed, enginePackets, isJson } = flags;
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
    ...(enginePackets === 0 ? {} : { engines: await measureEngines(folder, seed, enginePackets) }),
  };
  if (!Number.isFinite(sinkValue())) throw new Error('expected every operation to give a number');
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : textOf(report));
  return 0;
}

interface Flags {
  readonly seed: number;
  /** Packets through each engine; 0 leaves the engines out. */
  readonly enginePackets: number;
  readonly isJson: boolean;
}

function readFlags(): Flags | undefined {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean' },
        seed: { type: 'string', default: '1' },
        'engine-packets': { type: 'string', default: DEFAULT_ENGINE_PACKETS },
      },
    });
    const [seed, enginePackets] = [Number(values.seed), Number(values['engine-packets'])];
    const isRight = Number.isSafeInteger(seed) && Number.isSafeInteger(enginePackets) && enginePackets >= 0;
    return isRight ? { seed, enginePackets, isJson: values.json === true } : undefined;
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
