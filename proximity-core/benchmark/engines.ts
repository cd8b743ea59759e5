import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, engines, type RunOptions, reference } from '../compatibility/engines/engines.js';
import { frameOf, officeProfile, WALL_CLOCK_MS } from '../compatibility/engines/office.js';
import { type HeapTrend, trendOf } from './heap-trend.js';

/** What the built file costs in other people's engines. Processes of their own: nothing of this one is measured. */

export interface EngineReport {
  readonly name: string;
  /** Why it was not measured; nothing else is there then. */
  readonly why?: string;
  readonly version?: string;
  /** From the first octet of the file to a call that may be scanned for, ms of wall time beyond a process with an empty script. */
  readonly readyMs?: Readonly<Record<3 | 50, Spread>>;
  /** Fifteen advertisements of fifteen beacons among 50 desks: most rounds, and the one in which a look falls due, ms. */
  readonly roundMs?: { readonly median: number; readonly most: number; readonly rounds: number };
  /** The identities of 50 desks, made outside the call path; and a call opened with them and without, ms. */
  readonly prepareMs?: number;
  readonly openPreparedMs?: number;
  readonly openProfileMs?: number;
  /** Absent where the engine does not tell. */
  readonly heap?: HeapTrend;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly n: number;
}

const BEACONS = 15;
const DESKS = 50;
const INTERVAL_MS = 100;
const ROUNDS = 15;
const DEADLINE_MS = 60_000;
const STARTS = 15;
const CALLS_AT_ONCE = 40;
const REPEATS = 40;
const SAMPLES = 20;
const MEMORY_LIMIT_MS = 900_000;

/**
 * @param core the folder of proximity-core, built.
 * @param packets how many the memory is watched over.
 * @param tell is called before each engine.
 */
export function measureEngines(core: string, packets: number, tell: (what: string) => void): readonly EngineReport[] {
  const scratch = mkdtempSync(join(tmpdir(), 'deskbeacon-benchmark-'));
  try {
    return [reference, ...engines].flatMap((engine) => {
      // A browser is started for a page, not for a script: its start says nothing.
      if (engine.name.startsWith('Chromium')) return [];
      if (engine.why !== undefined) return [{ name: engine.name, why: engine.why }];
      tell(engine.name);
      return [measure(engine, core, scratch, packets)];
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function measure(engine: Engine, core: string, scratch: string, packets: number): EngineReport {
  const bundle = join(core, 'dist/proximity-core.global.js');
  const script = join(core, 'benchmark/engine-work.js');
  const prepare = (work: object, options?: RunOptions): (() => string) => {
    const file = join(mkdtempSync(join(scratch, 'work-')), 'work.js');
    writeFileSync(file, `var work = ${JSON.stringify(work)};\n`);
    return engine.prepare([bundle, file, script], scratch, options);
  };
  const times = JSON.parse(prepare({ ...workOf(DESKS), callsAtOnce: CALLS_AT_ONCE, repeats: REPEATS })()) as {
    readonly roundsMs: readonly number[];
    readonly prepareMs: number;
    readonly openPreparedMs: number;
    readonly openProfileMs: number;
  };
  const samples = JSON.parse(
    prepare({ ...workOf(DESKS), open: workOf(DESKS).prepare, packets, samples: SAMPLES }, memory)(),
  ) as readonly (readonly [number, number])[];
  const { roundsMs, ...others } = times;
  const sorted = [...roundsMs].sort((a, b) => a - b);
  return {
    name: engine.name,
    version: engine.version(),
    readyMs: readyOf(engine, scratch, prepare),
    roundMs: { median: sorted[sorted.length >> 1] as number, most: sorted.at(-1) as number, rounds: sorted.length },
    ...others,
    ...(samples.length === 0 ? {} : { heap: trendOf(samples) }),
  };
}

const memory: RunOptions = { tellsMemory: true, limitMs: MEMORY_LIMIT_MS };

/** Starts take turns with those of an empty script, so that what else the machine does falls on both alike. */
function readyOf(
  engine: Engine,
  scratch: string,
  prepare: (work: object) => () => string,
): Readonly<Record<3 | 50, Spread>> {
  const file = join(scratch, 'empty.js');
  writeFileSync(file, 'print("");\n');
  const empty = engine.prepare([file], scratch);
  const spread = (desks: 3 | 50): Spread => {
    const ready = prepare({ ...workOf(desks), rounds: [], isReadyEnough: true });
    const ms: number[] = [];
    for (let i = 0; i <= STARTS; i += 1) {
      const beyond = wallMs(ready) - wallMs(empty);
      // The first reads files that nobody has read before.
      if (i > 0) ms.push(beyond);
    }
    ms.sort((a, b) => a - b);
    return { median: ms[STARTS >> 1] as number, least: ms[0] as number, most: ms[STARTS - 1] as number, n: STARTS };
  };
  return { 3: spread(3), 50: spread(50) };
}

function wallMs(run: () => string): number {
  const beganMs = performance.now();
  run();
  return performance.now() - beganMs;
}

function workOf(desks: number): Readonly<Record<string, unknown>> & { readonly prepare: string } {
  const profile = officeProfile(desks);
  return {
    prepare: JSON.stringify({ profile, wallClockMs: WALL_CLOCK_MS }),
    wallClockMs: WALL_CLOCK_MS,
    deadlineMs: DEADLINE_MS,
    rounds: Array.from({ length: ROUNDS }, (_, round) => roundOf(round)),
  };
}

/** Each beacon once; they alternate between the two frames that are sent by default. Levels leave the rule in doubt. */
function roundOf(round: number): readonly string[] {
  return Array.from({ length: BEACONS }, (_, desk) => {
    const kind = (round + desk) % 2 === 0 ? 0 : 3;
    return JSON.stringify({
      t: INTERVAL_MS * round + (desk * INTERVAL_MS) / BEACONS + 1,
      event: 'advertisement',
      address: '5a:11:c0:ff:ee:00',
      rssiDbm: (desk === 0 ? -68 : -66) + ((7 * round + 3 * desk) % 5) - 2,
      data: frameOf(desk, kind, WALL_CLOCK_MS),
    });
  });
}
