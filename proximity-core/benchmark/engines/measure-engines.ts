import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../../compatibility/build.js';
import { type Engine, engines, reference } from '../../compatibility/engines/engines.js';
import { DEADLINE_MS, givenFor } from './given.js';
import { type Sample, type Slope, type Spread, slopeOf, spreadOf, type Verdict, verdictOf } from './statistics.js';

/** What the built file costs in the engines of apps, each as a process of its own that measures itself. */

export interface ReadyReport {
  readonly desks: number;
  /** Milliseconds from before the file is evaluated; the steps of it follow. Each process gives one. */
  readonly ready: Spread;
  readonly evaluated: Spread;
  readonly prepared: Spread;
  readonly opened: Spread;
  /** The first fifteen packets that the process ever sees. */
  readonly firstBatch: Spread;
}

export interface MemoryReport {
  readonly packets: number;
  readonly samples: readonly Sample[];
  readonly slope?: Slope;
  readonly verdict: Verdict;
}

export interface EngineFigures {
  readonly name: string;
  readonly version: string;
  readonly ready: readonly ReadyReport[];
  /** Milliseconds for fifteen packets of fifteen beacons. */
  readonly batch: Spread;
  /** Those among whose packets no look at the evidence fell due, and those with one. */
  readonly batchOfPackets: Spread;
  readonly batchWithLook: Spread;
  /** The one packet of such a batch that brings the look. */
  readonly packetWithLook: Spread;
  readonly prepare: Spread;
  readonly openPrepared: Spread;
  readonly openProfile: Spread;
  readonly memory: MemoryReport;
}

export interface EnginesReport {
  readonly seed: number;
  readonly readyLimitMs: number;
  readonly batchLimitMs: number;
  readonly askedPackets: number;
  readonly measured: readonly EngineFigures[];
  readonly absent: readonly { readonly name: string; readonly why: string }[];
}

interface Bench {
  readonly engine: Engine;
  readonly seed: number;
  readonly bundle: string;
  readonly scripts: string;
  readonly scratch: string;
}

const READY_LIMIT_MS = 30;
const BATCH_LIMIT_MS = 3;
const READY_DESKS = [3, 50] as const;
const DESKS = 50;
const READY_PROCESSES = 15;
const CALLS = 20;
const MEMORY_CALLS = 8;
const BATCHES = DEADLINE_MS / 100;
const EARLY_LOOKS = 3;
/** An engine that would take longer for a packet is given fewer: a quarter of an hour for a million. */
const MEMORY_MS_PER_PACKET = 0.9;
const RUN_LIMIT_MS = 1_800_000;
/** What is under this share of the packets is the engine warming up: compiled code, and pools that fill once. */
const WARM_UP_SHARE = 0.1;

/**
 * @param folder where the scripts are.
 * @param packets through each engine, to see whether its heap stays as it is.
 */
export async function measureEngines(folder: string, seed: number, packets: number): Promise<EnginesReport> {
  await ensureBuilt();
  const measured: EngineFigures[] = [];
  const absent: { readonly name: string; readonly why: string }[] = [];
  for (const engine of [reference, ...engines].filter(({ isWithoutInstruments }) => isWithoutInstruments !== true)) {
    try {
      if (engine.why !== undefined) absent.push({ name: engine.name, why: engine.why });
      else measured.push(measureEngine(engine, folder, seed, packets));
    } catch (error) {
      absent.push({ name: engine.name, why: (error as Error).message });
    }
  }
  return {
    seed,
    readyLimitMs: READY_LIMIT_MS,
    batchLimitMs: BATCH_LIMIT_MS,
    askedPackets: packets,
    measured,
    absent,
  };
}

function measureEngine(engine: Engine, folder: string, seed: number, packets: number): EngineFigures {
  const scratch = mkdtempSync(join(tmpdir(), 'deskbeacon-benchmark-'));
  const bundle = join(folder, '../dist/proximity-core.global.js');
  const bench: Bench = { engine, seed, bundle, scripts: join(folder, 'engines'), scratch };
  try {
    const ready = READY_DESKS.map((desks) => measureReady(bench, desks));
    const given = write(scratch, 'given.js', `var given = ${JSON.stringify(givenFor(DESKS, CALLS, seed))};`);
    const seen = JSON.parse(run(bench, [bundle, given, join(bench.scripts, 'batches.js')])) as Record<string, number[]>;
    const spread = (name: string): Spread => spreadOf(seen[name] ?? []);
    const [packetBatches, lookBatches, openPrepared] = [
      spread('packetBatches'),
      spread('lookBatches'),
      spread('openPrepared'),
    ];
    const callMs = callOf(packetBatches.median, lookBatches.median) + openPrepared.median;
    return {
      name: engine.name,
      version: engine.version(),
      ready,
      batch: spread('batches'),
      batchOfPackets: packetBatches,
      batchWithLook: lookBatches,
      packetWithLook: spread('lookPackets'),
      prepare: spread('prepare'),
      openPrepared,
      openProfile: spread('openProfile'),
      memory: measureMemory(bench, packetsWithin(packets, callMs)),
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Processes that have just begun: what an app sees that was woken for a call. */
function measureReady(bench: Bench, desks: number): ReadyReport {
  const { scratch, bundle, scripts, engine } = bench;
  const given = `var given = ${JSON.stringify(givenFor(desks, 1, bench.seed))};`;
  const before = write(scratch, 'before.js', `${given}\nstartWatch();`);
  // As a text, where the engine would otherwise have read the file before the watch starts.
  const evaluated =
    engine.isReadFirst === true
      ? write(scratch, 'evaluate.js', `(0, eval)(${JSON.stringify(readFileSync(bundle, 'utf8'))});`)
      : bundle;
  const files = [before, evaluated, join(scripts, 'ready.js')];
  const seen = Array.from(
    { length: READY_PROCESSES },
    () => JSON.parse(run(bench, files)) as Record<'evaluated' | 'prepared' | 'opened' | 'firstBatch', number>,
  );
  return {
    desks,
    ready: spreadOf(seen.map(({ evaluated, prepared, opened }) => evaluated + prepared + opened)),
    evaluated: spreadOf(seen.map(({ evaluated }) => evaluated)),
    prepared: spreadOf(seen.map(({ prepared }) => prepared)),
    opened: spreadOf(seen.map(({ opened }) => opened)),
    firstBatch: spreadOf(seen.map(({ firstBatch }) => firstBatch)),
  };
}

function measureMemory(bench: Bench, packets: number): MemoryReport {
  const given = `var given = ${JSON.stringify(givenFor(DESKS, MEMORY_CALLS, bench.seed, packets))};`;
  const file = write(bench.scratch, 'given-memory.js', given);
  const printed = run(bench, [bench.bundle, file, join(bench.scripts, 'memory.js')]);
  // An engine that cannot tell gives nothing for the octets, and JSON writes that as null.
  const samples = (JSON.parse(printed) as [number, number | null][]).filter((sample): sample is [number, number] => {
    return sample[1] !== null;
  });
  const slope = slopeOf(samples.filter(([at]) => at > WARM_UP_SHARE * packets));
  return { packets, samples, ...(slope === undefined ? {} : { slope }), verdict: verdictOf(slope) };
}

/** @returns milliseconds for all batches of a call, before its last look. */
function callOf(packetBatchMs: number, lookBatchMs: number): number {
  return (BATCHES - EARLY_LOOKS) * packetBatchMs + EARLY_LOOKS * lookBatchMs;
}

/** @returns as many packets as were asked for, or as many as the engine can take in their time. */
function packetsWithin(asked: number, callMs: number): number {
  return Math.min(asked, Math.round(((asked * MEMORY_MS_PER_PACKET) / callMs) * BATCHES * 15));
}

function run({ engine, scratch }: Bench, files: readonly string[]): string {
  return engine.run(files, scratch, { hasInstruments: true, limitMs: RUN_LIMIT_MS });
}

function write(scratch: string, name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, `${text}\n`);
  return file;
}
