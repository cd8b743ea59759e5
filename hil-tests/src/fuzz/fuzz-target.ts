import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRandomStream, type RandomStream } from '../study/random-stream.js';
import type { Coverage } from './coverage.js';
import type { HeapProbe } from './heap.js';
import { mutate } from './mutate.js';
import { shrink } from './shrink.js';
import { drawBelow, drawOne, type FuzzTarget } from './target.js';

export interface FuzzOptions {
  readonly seed: number;
  /** It ends at whichever comes first. */
  readonly mostInputs: number;
  readonly mostMs: number;
  /** Inputs that were kept: they run first. */
  readonly kept: readonly Uint8Array[];
  readonly coverage: Coverage;
  /** Absent where the heap cannot be measured. */
  readonly heap?: HeapProbe;
  /** Told before each input runs, for whoever watches for one that never ends. */
  readonly onInput?: (input: Uint8Array) => void;
  readonly onProgress?: (soFar: FuzzSoFar) => void;
}

export interface FuzzSoFar {
  readonly inputs: number;
  readonly elapsedMs: number;
  readonly corpus: number;
  readonly codeSeen: number;
  readonly findings: number;
}

export interface Finding {
  readonly what: string;
  readonly input: Uint8Array;
  /** Which input of the run it was, from 1; 0 for one that tells nothing of a single input. */
  readonly number: number;
}

export interface FuzzResult extends FuzzSoFar {
  readonly found: readonly Finding[];
  /** What reached code that nothing before it had reached; what was kept is among it. */
  readonly inputsKept: readonly Uint8Array[];
  readonly heapMiB?: { readonly first: number; readonly last: number };
}

const MOST_BATCH = 4096;
const FIRST_BATCH = 64;
/**
 * How long one batch may take, in time of the processor, before the next one is made smaller: the limit of time is looked at
 * between them. On a machine that others use it takes longer; smaller batches would spend what is left on counting.
 */
const BATCH_MS = 200;
const MOST_FINDINGS = 10;
const GENERATED_SHARE = 0.2;
const SLOW_MS = 1000;
/** Of the error of a finding. Most inputs are refused by an error that is caught, and what it costs is its stack: those have none. */
const STACK_FRAMES = 10;
/** Where nothing leaks, the heap after a collection differs by less. */
const MOST_GROWTH_MIB = 24;

/** Feeds a target with inputs that are made of those that reached new code, and notes what fails. */
export async function fuzzTarget(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const { seed, mostInputs, mostMs, kept, coverage, heap } = options;
  const startedMs = performance.now();
  const corpus: Uint8Array[] = [];
  const found = new Map<string, Finding>();
  let inputs = 0;
  let batch = FIRST_BATCH;
  const elapsedMs = (): number => performance.now() - startedMs;
  const soFar = (): FuzzSoFar => ({
    inputs,
    elapsedMs: elapsedMs(),
    corpus: corpus.length,
    codeSeen: coverage.seen(),
    findings: found.size,
  });
  const isOver = (): boolean => inputs >= mostInputs || elapsedMs() >= mostMs || found.size >= MOST_FINDINGS;

  async function fails(input: Uint8Array): Promise<string | undefined> {
    options.onInput?.(input);
    const beganMs = performance.now();
    const error = await errorOf(target, input, 0);
    // Once more for the place that threw; a target that does not throw again is told without one.
    if (error !== undefined) return describeFailure((await errorOf(target, input, STACK_FRAMES)) ?? error);
    const tookMs = performance.now() - beganMs;
    return tookMs < SLOW_MS ? undefined : 'one input took more than a second';
  }

  async function runOne(input: Uint8Array): Promise<void> {
    inputs += 1;
    const what = await fails(input);
    if (what === undefined || found.has(what)) return;
    const number = inputs;
    const smaller = await shrink(input, async (candidate) => (await fails(candidate)) === what);
    found.set(what, { what, input: smaller, number });
  }

  /** Looks for those of a batch that reached new code, by halves: most batches have none. */
  async function keepNew(some: readonly Uint8Array[]): Promise<void> {
    coverage.take(false);
    for (const input of some) await fails(input);
    if (coverage.take(false) === 0) return;
    if (some.length > 1) {
      const half = Math.ceil(some.length / 2);
      await keepNew(some.slice(0, half));
      return keepNew(some.slice(half));
    }
    await fails(some[0] as Uint8Array);
    coverage.take(true);
    corpus.push(some[0] as Uint8Array);
  }

  async function runBatch(some: readonly Uint8Array[]): Promise<void> {
    coverage.take(false);
    for (const input of some) {
      await runOne(input);
      if (inputs >= mostInputs) break;
    }
    if (coverage.take(false) > 0) await keepNew(some);
    await nextTurn();
  }

  // One by one, for nearly each of them reaches what the others do not.
  coverage.take(false);
  for (const input of [...kept, ...target.seeds()]) {
    const cut = input.slice(0, target.mostOctets);
    await runOne(cut);
    if (coverage.take(true) > 0) corpus.push(cut);
  }
  heap?.sample();
  for (let round = 0; !isOver(); round += 1) {
    const random = createRandomStream(seed, target.name, round);
    const some = Array.from({ length: batch }, () => nextInput(target, corpus, random));
    const began = process.cpuUsage();
    await runBatch(some);
    const { user, system } = process.cpuUsage(began);
    batch = nextBatch(batch, (user + system) / 1000);
    heap?.sample();
    options.onProgress?.(soFar());
  }
  const growth = heap?.growth();
  if (growth !== undefined && growth.last - growth.first > MOST_GROWTH_MIB) {
    const what = `the heap grew from ${growth.first} to ${growth.last} MiB and stayed there`;
    found.set(what, { what, input: new Uint8Array(0), number: 0 });
  }
  return {
    ...soFar(),
    found: [...found.values()],
    inputsKept: corpus,
    ...(growth === undefined ? {} : { heapMiB: growth }),
  };
}

/** @returns the fewest of these inputs, shortest first, that reach what all of them reach. */
export async function minimise(
  target: FuzzTarget,
  inputs: readonly Uint8Array[],
  coverage: Coverage,
  most: number,
): Promise<readonly Uint8Array[]> {
  const needed: Uint8Array[] = [];
  coverage.forget();
  coverage.take(false);
  for (const input of [...inputs].sort((a, b) => a.length - b.length)) {
    try {
      await target.run(input);
    } catch {
      continue; // It stands among the findings.
    }
    if (coverage.take(true) > 0) needed.push(input);
    if (needed.length >= most) break;
  }
  return needed;
}

function nextInput(target: FuzzTarget, corpus: readonly Uint8Array[], random: RandomStream): Uint8Array {
  const { mostOctets, dictionary, generate } = target;
  if (generate !== undefined && (corpus.length === 0 || random.uniform() < GENERATED_SHARE)) {
    const generated = generate(random).slice(0, mostOctets);
    return random.uniform() < 0.5 ? generated : mutate(generated, random, { mostOctets, dictionary, other: generated });
  }
  const empty = new Uint8Array(0);
  if (corpus.length === 0) return mutate(empty, random, { mostOctets, dictionary, other: empty });
  // The newest reached what is hardest to reach: half of the draws are among the last quarter.
  const from = random.uniform() < 0.5 ? Math.floor(corpus.length * 0.75) : 0;
  const input = corpus[from + drawBelow(random, corpus.length - from)] as Uint8Array;
  return mutate(input, random, { mostOctets, dictionary, other: drawOne(random, corpus) });
}

function nextBatch(batch: number, tookMs: number): number {
  if (tookMs > BATCH_MS) return Math.max(1, Math.floor(batch / 2));
  return tookMs < BATCH_MS / 3 ? Math.min(MOST_BATCH, batch * 2) : batch;
}

/** @returns what the target throws over an input, with so many frames of its stack; `undefined` where it throws nothing. */
async function errorOf(target: FuzzTarget, input: Uint8Array, frames: number): Promise<unknown> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = frames;
  try {
    const running = target.run(input);
    if (running !== undefined) await running;
    return undefined;
  } catch (error) {
    return error ?? new Error('it threw nothing');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Two failures are one where the same error comes from the same place. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const place = error.stack?.split('\n').find((line) => /^\s+at .*[/\\]/.test(line) && !line.includes('mustHold'));
  return `${error.name}: ${error.message.slice(0, 160)} ${(place ?? '').trim().replace(/\(.*[/\\]/, '(')}`.trim();
}
