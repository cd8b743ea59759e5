import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeHex } from '@deskbeacon/proximity-core';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { startChild } from '../rigs/child.js';
import { programs } from '../rigs/programs.js';
import { addFinding, readKept, writeCorpus } from './corpus-file.js';
import { startCoverage } from './coverage.js';
import { type FuzzResult, fuzzTarget, minimise } from './fuzz-target.js';
import { createHeapProbe } from './heap.js';
import type { FuzzTarget } from './target.js';
import { startWatchdog } from './watchdog.js';

/** `npm run fuzz -w hil-tests`: hostile octets for every reader of octets. Exit code 1 where something was found. */

interface Flags {
  readonly target: string;
  readonly inputs: number;
  readonly seconds: number;
  readonly seed: number;
  readonly jobs: number;
  readonly corpora: string;
  readonly targets?: string;
  readonly hangSeconds: number;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** One of the lines of a run: what became of a target. */
export interface TargetReport {
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  readonly inputsPerS: number;
  /** Of the processor, all threads: what a run costs, whoever shares the machine. */
  readonly cpuSeconds: number;
  readonly packets?: number;
  readonly corpus: number;
  readonly codeSeen: number;
  readonly heapMiB?: { readonly first: number; readonly last: number };
  readonly found: readonly { readonly what: string; readonly input: string; readonly number: number }[];
}

const MOST_KEPT = 300;
const HEAP_EVERY_MS = 1500;
const PROGRESS_EVERY_MS = 5000;
/** Begun first where all are run, or the slowest would be left to one of the jobs at the end. */
const slowest: readonly string[] = ['trace', 'gatt-server', 'gatt-session', 'csv'];

const program = new Command('npm run fuzz -w hil-tests --')
  .description('Inputs made from those that reached new code, for every reader of octets from outside.')
  .option('--target <name>', 'one target, or all, one after the other', 'all')
  .option('--inputs <n>', 'so many for each target', parseCount, Number.POSITIVE_INFINITY)
  .option('--seconds <n>', 'so long for each target', parseCount, Number.POSITIVE_INFINITY)
  .option('--seed <n>', 'of everything that is drawn', parseCount, 1)
  .option('--jobs <n>', 'with all targets: so many at a time', parseCount, 1)
  .option('--corpora <dir>', 'where inputs are kept', join(programs.fuzz, '../../corpora'))
  .option('--targets <file>', 'a module with other targets than ours')
  .option('--hang-seconds <n>', 'an input that takes longer never ends', parseCount, 20)
  .option('--keep', 'write the corpus: the fewest inputs that reach all the code that was reached')
  .option('--json', 'one object a target on standard output')
  .exitOverride();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = program.parse().opts<Flags>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  if (!Number.isFinite(flags.inputs) && !Number.isFinite(flags.seconds)) return misuse('Give --inputs or --seconds.');
  const targets = await loadTargets(flags);
  if (flags.target === 'all') return runAll(targets, flags);
  const target = targets.find(({ name }) => name === flags.target);
  if (target === undefined)
    return misuse(`There is no target "${flags.target}"; there are ${targets.map(({ name }) => name).join(', ')}.`);
  const report = await runTarget(target, flags);
  say(report, flags);
  return report.found.length === 0 ? 0 : 1;
}

function misuse(what: string): number {
  process.stderr.write(`${what}\nTry: npm run fuzz -w hil-tests -- --target all --seconds 10\n`);
  return 2;
}

/** Each in a process of its own: code that one target has reached is new to the next, and the heap is its own. */
async function runAll(targets: readonly FuzzTarget[], flags: Flags): Promise<number> {
  const names = targets.map(({ name }) => name);
  const first = slowest.filter((name) => names.includes(name));
  const waiting = [...first, ...names.filter((name) => !first.includes(name))];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      if (!(await runApart(name, flags))) failed += 1;
  };
  await Promise.all(Array.from({ length: flags.jobs }, work));
  return failed === 0 ? 0 : 1;
}

/** @returns whether it ended well: it found nothing, and was not killed. */
async function runApart(name: string, flags: Flags): Promise<boolean> {
  const limits = (['inputs', 'seconds'] as const).flatMap((limit) =>
    Number.isFinite(flags[limit]) ? [`--${limit}`, String(flags[limit])] : [],
  );
  const { seed, corpora, targets, hangSeconds } = flags;
  const rest = [
    ...['--seed', String(seed), '--corpora', corpora, '--hang-seconds', String(hangSeconds)],
    ...(targets === undefined ? [] : ['--targets', targets]),
    ...(flags.keep === true ? ['--keep'] : []),
  ];
  const child = startChild({
    name,
    command: [programs.fuzz, '--json', '--target', name, ...limits, ...rest],
    onMessage: (message) => say(message as TargetReport, flags),
  });
  child.process.stderr?.pipe(process.stderr);
  await once(child.process, 'close');
  if (child.process.signalCode !== null) process.stderr.write(`${name}: ended by ${child.process.signalCode}\n`);
  return child.process.exitCode === 0;
}

async function runTarget(target: FuzzTarget, flags: Flags): Promise<TargetReport> {
  const folder = join(flags.corpora, target.name);
  const { corpus, findings } = await readKept(folder);
  const notes = await mkdtemp(join(tmpdir(), 'deskbeacon-fuzz-'));
  const note = join(notes, 'hang.json');
  const watchdog = startWatchdog(new URL('./fuzz-watchdog.mjs', import.meta.url), {
    ...{ target: target.name, limitMs: flags.hangSeconds * 1000, note, mostOctets: target.mostOctets },
  });
  process.stderr.write(`${target.name}: seed ${flags.seed}; an input that never ends is left in ${note}\n`);
  const coverage = startCoverage((url) => isWatched(url, flags));
  let toldMs = performance.now();
  const result = await fuzzTarget(target, {
    seed: flags.seed,
    mostInputs: flags.inputs,
    mostMs: flags.seconds * 1000,
    kept: [...findings, ...corpus],
    coverage,
    heap: createHeapProbe(HEAP_EVERY_MS),
    onInput: (input) => watchdog.watch(input),
    onProgress: ({ inputs, elapsedMs, ...soFar }) => {
      if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
      toldMs = performance.now();
      const rate = Math.round((1000 * inputs) / elapsedMs);
      process.stderr.write(
        `${target.name}: ${inputs} inputs, ${rate}/s, corpus ${soFar.corpus}, found ${soFar.findings}\n`,
      );
    },
  });
  if (flags.keep === true) await writeCorpus(folder, await minimise(target, result.inputsKept, coverage, MOST_KEPT));
  coverage.close();
  for (const { input, what, number } of result.found) if (number > 0) await addFinding(folder, input, what);
  await watchdog.close();
  if (!existsSync(note)) await rm(notes, { recursive: true });
  return reportOf(target, flags.seed, result);
}

function reportOf(target: FuzzTarget, seed: number, { found, elapsedMs, inputs, ...rest }: FuzzResult): TargetReport {
  const { user, system } = process.cpuUsage();
  return {
    target: target.name,
    seed,
    inputs,
    seconds: Math.round(elapsedMs / 100) / 10,
    inputsPerS: Math.round((1000 * inputs) / elapsedMs),
    cpuSeconds: Math.round((user + system) / 1e5) / 10,
    ...(target.packets === undefined ? {} : { packets: target.packets() }),
    corpus: rest.corpus,
    codeSeen: rest.codeSeen,
    ...(rest.heapMiB === undefined ? {} : { heapMiB: rest.heapMiB }),
    found: found.map(({ what, input, number }) => ({ what, input: encodeHex(input), number })),
  };
}

function say(report: TargetReport, { json }: Flags): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const { target, inputs, seconds, inputsPerS, corpus, codeSeen, seed, found } = report;
  process.stdout.write(
    `${target}: ${inputs} inputs in ${seconds} s (${inputsPerS}/s), corpus ${corpus}, code ${codeSeen}, seed ${seed}, found ${found.length}\n`,
  );
  for (const { what, input, number } of found) process.stdout.write(`  ${what}\n  input ${number}: ${input}\n`);
}

/** A bundle of their own, so that the code of the fuzzer itself does not count as reached. */
async function loadTargets(flags: Flags): Promise<readonly FuzzTarget[]> {
  return Object.values((await import(targetsUrl(flags))) as Record<string, FuzzTarget>);
}

function targetsUrl({ targets }: Flags): string {
  return targets === undefined ? new URL('./fuzz-targets.mjs', import.meta.url).href : pathToFileURL(targets).href;
}

function isWatched(url: string, flags: Flags): boolean {
  return url === targetsUrl(flags) || /\/node_modules\/@abandonware\/bleno\//.test(url);
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}

// bleno looks after its adapter every second, for ever.
process.exit(await main());
