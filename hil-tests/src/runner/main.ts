import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { parseSeed } from '../air/seed-option.js';
import { checkCaptures } from '../evidence/check-captures.js';
import { FolderNotEmpty, openRunFolder, type RunFolder } from '../evidence/run-folder.js';
import { isChecked, type ResultLine, type ScenarioResult } from '../evidence/scenario-result.js';
import { whyNoTshark } from '../evidence/tshark.js';
import { btvirtRig } from '../rigs/btvirt-rig.js';
import { hardwareRig } from '../rigs/hardware-rig.js';
import { whyNoGuest } from '../rigs/kernel/guest-kernel.js';
import type { Rig } from '../rigs/rig.js';
import { simulatedRig } from '../rigs/simulated-rig.js';
import { virtualRig } from '../rigs/virtual-rig.js';
import { scenarios } from '../scenarios/all.js';
import { openClaims } from '../scenarios/not-yet.js';
import { guestFacts, runInGuest } from './run-in-guest.js';
import { type RigRun, runRig } from './run-rig.js';

/** `npm run hil`: the same scenarios on whatever rig there is. */

interface Flags {
  readonly rig: string;
  readonly rigFile?: string;
  readonly scenario?: string;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** A rig as the command line knows it. */
interface Rung {
  readonly name: string;
  readonly whyNot: () => string | undefined;
  readonly facts?: Rig['facts'];
  readonly run: (run: RungRun) => Promise<readonly ScenarioResult[]>;
}

type RungRun = Omit<RigRun, 'rig' | 'evidence'> & { readonly evidence: string };

const onThisMachine = (rig: Rig): Rung => ({
  name: rig.name,
  whyNot: rig.whyNot,
  ...(rig.facts === undefined ? {} : { facts: rig.facts }),
  run: (run) => runRig({ rig, ...run }),
});
const rungs: readonly Rung[] = [
  onThisMachine(virtualRig),
  onThisMachine(btvirtRig),
  { name: 'kernel', whyNot: whyNoGuest, facts: guestFacts, run: runInGuest },
  onThisMachine(simulatedRig),
];
/** Without a pattern a rig ends within this time: an emulated kernel took 20 minutes where others used the machine too. */
const RUN_LIMIT_MS = 40 * 60_000;
/** Of a column of scenarios. */
const ID_WIDTH = Math.max(...scenarios.map(({ id }) => id.length)) + 1;
const TOO_LONG = `the rig did not end within ${RUN_LIMIT_MS / 60_000} minutes; the evidence stays incomplete`;

const program = new Command('npm run hil --')
  .description('Shows claims about the daemon on a rig, and keeps the evidence.')
  .addOption(
    new Option('--rig <name>', 'what to run on')
      .choices([...rungs.map(({ name }) => name), 'hardware'])
      .makeOptionMandatory(),
  )
  .option('--rig-file <file>', 'with --rig hardware: what stands on the bench (docs/instruments.md)')
  .option('--scenario <pattern>', 'only scenarios whose name contains this, or one of these, with commas')
  .option('--seed <n>', 'seed of the virtual air', parseSeed, 1)
  .option('--out <dir>', 'an empty or new folder for the evidence; default: a new one in the temporary folder')
  .option('--json', 'one JSON object a scenario')
  .addHelpText(
    'after',
    `\nScenarios:\n${scenarios.map(({ id, claim }) => `  ${id.padEnd(ID_WIDTH)}${claim}`).join('\n')}\n`,
  )
  .exitOverride();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = program.parse().opts<Flags>();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  if ((flags.rig === 'hardware') !== (flags.rigFile !== undefined)) {
    process.stderr.write(
      '--rig hardware and --rig-file belong together.\nTry: npm run hil -- --rig hardware --rig-file rig.toml, see docs/instruments.md\n',
    );
    return 2;
  }
  const rig =
    flags.rigFile === undefined
      ? (rungs.find(({ name }) => name === flags.rig) as Rung)
      : onThisMachine(hardwareRig(flags.rigFile));
  const parts = (flags.scenario ?? '').split(',');
  const chosen = scenarios.filter(({ id }) => parts.some((part) => id.includes(part)));
  if (chosen.length === 0) {
    process.stderr.write(`No scenario contains "${flags.scenario}".\nTry: npm run hil -- --help lists them\n`);
    return 2;
  }
  const why = rig.whyNot();
  if (why !== undefined) {
    const advice =
      rig.name === 'hardware' ? 'docs/instruments.md has a rig file' : '.ci/setup installs what the rigs need';
    process.stderr.write(`The rig ${rig.name} cannot run here: ${why}\nTry: ${advice}\n`);
    return 69;
  }
  const folder = await openFolder(flags, rig);
  if (folder === undefined) return 73;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  setTimeout(() => stop.abort(new Error(TOO_LONG)), RUN_LIMIT_MS).unref();
  const show = (line: ResultLine): void =>
    void process.stdout.write(`${flags.json ? JSON.stringify(jsonOf(line)) : readableLine(line)}\n`);
  const results = await rig.run({
    scenarios: chosen,
    seed: flags.seed,
    evidence: folder.path,
    onResult: show,
    signal: stop.signal,
  });
  const checked = await checkCaptures(results, folder.path);
  for (const [i, result] of checked.entries())
    if (result.outcome !== results[i]?.outcome) show({ ...result, heard: result.heard.length });
  stop.signal.throwIfAborted(); // What ended a scenario may also have been the interruption.
  const { verdict, counts } = await folder.conclude(checked);
  const numbers = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  if (checked.some(({ captures = [] }) => !captures.every(isChecked)))
    process.stderr.write(`captures not checked: ${whyNoTshark()}\n`);
  process.stderr.write(`${numbers.join(', ')}\nevidence: ${join(folder.path, 'report.html')}\n`);
  process.stdout.write(`verdict: ${verdict}\n`);
  return verdict === 'passed' ? 0 : 1;
}

/** @returns nothing, and says why, where the folder that was named is in use. */
async function openFolder({ out, seed }: Flags, { name, facts }: Rung): Promise<RunFolder | undefined> {
  const path = out ?? (await mkdtemp(join(tmpdir(), `deskbeacon-${name}-`)));
  const claims = [...scenarios, ...openClaims].map(({ id }) => id);
  try {
    return await openRunFolder({ path, rig: name, seed, claims, facts });
  } catch (error) {
    if (!(error instanceof FolderNotEmpty)) throw error;
    process.stderr.write(`${error.message}\nTry: --out with a folder that is new or empty\n`);
    return undefined;
  }
}

function jsonOf({ heard, ...result }: ResultLine): object {
  return { ...result, packets: heard };
}

function readableLine({ scenario, engine, outcome, reason, tookMs, heard }: ResultLine): string {
  const mark = { passed: '✓', failed: '✗', skipped: '-' }[outcome];
  const detail = reason ?? (heard > 0 ? `${heard} packets heard` : '');
  const where = engine === undefined ? '' : engine.padEnd(11);
  return `${mark} ${scenario.padEnd(ID_WIDTH)} ${where}${outcome.padEnd(8)} ${(tookMs / 1000).toFixed(1).padStart(5)} s  ${detail}`;
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
