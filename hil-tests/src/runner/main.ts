import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { openRunFolder } from '../evidence/run-folder.js';
import { btvirtRig } from '../rigs/btvirt-rig.js';
import type { Rig } from '../rigs/rig.js';
import { virtualRig } from '../rigs/virtual-rig.js';
import { scenarios } from '../scenarios/all.js';
import { runRig, type ScenarioResult, verdictOf } from './run-rig.js';

/** `npm run hil`: the same scenarios on whatever rig there is. */

interface Flags {
  readonly rig: string;
  readonly scenario?: string;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

const rigs: readonly Rig[] = [virtualRig, btvirtRig];
/** Without a pattern a rig ends within this time. */
const RUN_LIMIT_MS = 12 * 60_000;

const program = new Command('npm run hil --')
  .description('Shows claims about the daemon on a rig, and keeps the evidence.')
  .addOption(new Option('--rig <name>', 'what to run on').choices(rigs.map(({ name }) => name)).makeOptionMandatory())
  .option('--scenario <pattern>', 'only scenarios whose name contains this')
  .option('--seed <n>', 'seed of the virtual air', parseSeed, 1)
  .option('--out <dir>', 'an empty or new folder for the evidence; default: a new one in the temporary folder')
  .option('--json', 'one JSON object a scenario')
  .addHelpText('after', `\nScenarios:\n${scenarios.map(({ id, claim }) => `  ${id.padEnd(20)}${claim}`).join('\n')}\n`)
  .exitOverride();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = program.parse().opts<Flags>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const rig = rigs.find(({ name }) => name === flags.rig) as Rig;
  const chosen = scenarios.filter(({ id }) => id.includes(flags.scenario ?? ''));
  if (chosen.length === 0) {
    process.stderr.write(`No scenario contains "${flags.scenario}".\nTry: npm run hil -- --help lists them\n`);
    return 2;
  }
  const why = rig.whyNot();
  if (why !== undefined) {
    process.stderr.write(`The rig ${rig.name} cannot run here: ${why}\nTry: .ci/setup installs what the rigs need\n`);
    return 69;
  }
  const folder = await openRunFolder(
    flags.out ?? (await mkdtemp(join(tmpdir(), `deskbeacon-${rig.name}-`))),
    rig.name,
    flags.seed,
  );
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  setTimeout(() => stop.abort(), RUN_LIMIT_MS).unref();
  const results = await runRig({
    rig,
    scenarios: chosen,
    seed: flags.seed,
    evidence: folder.path,
    onResult: (result) => process.stdout.write(`${flags.json ? jsonLine(result) : readableLine(result)}\n`),
    signal: stop.signal,
  });
  const verdict = verdictOf(results);
  await folder.conclude(results, verdict);
  process.stderr.write(`evidence: ${join(folder.path, 'report.html')}\n`);
  process.stdout.write(`verdict: ${verdict}\n`);
  return verdict === 'passed' ? 0 : 1;
}

function jsonLine({ heard, ...result }: ScenarioResult): string {
  return JSON.stringify({ ...result, packets: heard.length });
}

function readableLine({ scenario, outcome, reason, tookMs, heard }: ScenarioResult): string {
  const mark = { passed: '✓', failed: '✗', skipped: '-' }[outcome];
  const detail = reason ?? `${heard.length} packets heard`;
  return `${mark} ${scenario.padEnd(20)} ${outcome.padEnd(8)} ${(tookMs / 1000).toFixed(1).padStart(5)} s  ${detail}`;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(seed) || seed < 0)
    throw new InvalidArgumentError('expected a whole number, 0 or more.');
  return seed;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isInterrupted = error instanceof Error && error.name === 'AbortError';
    process.stderr.write(
      `${isInterrupted ? 'interrupted; the evidence stays incomplete' : error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(isInterrupted ? 130 : 1);
  },
);
