import { once } from 'node:events';
import { isMainThread, parentPort } from 'node:worker_threads';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { attacks, measureAttack } from './attack.js';
import { measureBound } from './bound.js';
import { exportCalls } from './export.js';
import { runTask, type Task } from './outcome.js';
import { readProvenance } from './provenance.js';
import { runStudy, type StudyOptions } from './run-study.js';
import { findSetting, type Setting, settings, settingsByName } from './setting.js';
import { tableOf } from './table.js';
import { measureWatch } from './watch.js';
import { startWorkers } from './workers.js';

/** `npm run study -w hil-tests`: how well the decision does in an office of the study's own. */

interface Flags {
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly seed: number;
  readonly seeds: number;
  readonly calls?: number;
  readonly stratum?: string;
  readonly workers: number;
  readonly export?: string;
  readonly watch?: boolean;
  readonly attack?: boolean;
  readonly bound?: boolean;
  readonly draws: number;
}

const DEFAULT_CALLS = 250;
const QUICK_CALLS = 20;
const EXPORT_CALLS = 1000;
const BOUND_CALLS = 60;
const ATTACK_CALLS = 400;
const WATCH_CALLS = 400;
/** What the other strata get of the first one's calls. */
const OTHER_SHARE = 8;

const program = new Command('npm run study -w hil-tests --')
  .description('Calls in virtual time through the decision, in an office that is not its own model.')
  .option('--json', 'one JSON document on standard output')
  .option('--quick', 'a look in half a minute: the first stratum, few calls')
  .option('--seed <n>', 'first seed', parseCount, 1)
  .option('--seeds <n>', 'how many seeds', parseCount, 10)
  .option(
    '--calls <n>',
    `calls per class and seed (${DEFAULT_CALLS}); with --export: calls in all (${EXPORT_CALLS})`,
    parseCount,
  )
  .option('--stratum <name>', 'this stratum alone')
  .option('--workers <n>', 'threads', parseCount, 2)
  .option('--export <dir>', 'write calls as traces, without their truth, and a key beside them; runs no study')
  .option('--bound', 'a stated bound at unseen desks and phones, as JSON; --calls of each (60)')
  .option('--draws <n>', 'with --bound: how many desks and phones', parseCount, 200)
  .option('--attack', 'what forged frames change, on the same calls, as JSON; --calls per class (400)')
  .option('--watch', 'watching on after silence: false alarms and delay, as JSON; --calls tried (400)')
  .addHelpText(
    'after',
    `\nStrata:\n${[...settings, ...settingsByName].map(({ name, about }) => `  ${name.padEnd(21)}${about}`).join('\n')}\n`,
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
  const chosen = flags.stratum === undefined ? undefined : findSetting(flags.stratum);
  if (flags.stratum !== undefined && chosen === undefined) {
    process.stderr.write(
      `There is no stratum "${flags.stratum}".\nTry: npm run study -w hil-tests -- --help lists them\n`,
    );
    return 2;
  }
  if (flags.bound) {
    const setting = chosen ?? (settings[0] as Setting);
    const report = measureBound(setting, flags.seed, flags.draws, flags.calls ?? BOUND_CALLS, (share) => {
      if (process.stderr.isTTY) showProgress(share, 'bound');
    });
    await write(`${JSON.stringify({ ...readProvenance(), stratum: setting.name, ...report })}\n`);
    return 0;
  }
  if (flags.attack) {
    const setting = chosen ?? (settings[0] as Setting);
    const measured = attacks.flatMap((attack) =>
      measureAttack(attack, setting, flags.seed, flags.calls ?? ATTACK_CALLS),
    );
    await write(`${JSON.stringify({ ...readProvenance(), stratum: setting.name, seed: flags.seed, measured })}\n`);
    return 0;
  }
  if (flags.watch) {
    await write(
      `${JSON.stringify({ ...readProvenance(), ...measureWatch(flags.seed, flags.calls ?? WATCH_CALLS) })}\n`,
    );
    return 0;
  }
  if (flags.export !== undefined) {
    const setting = chosen ?? (settings[0] as Setting);
    const written = await exportCalls({
      directory: flags.export,
      setting,
      seed: flags.seed,
      calls: flags.calls ?? EXPORT_CALLS,
    });
    process.stderr.write(`${written.calls} calls in ${written.tracesFile}, their truth in ${written.keyFile}\n`);
    return 0;
  }
  return study(flags, chosen);
}

async function study(flags: Flags, chosen: Setting | undefined): Promise<number> {
  const calls = flags.calls ?? (flags.quick ? QUICK_CALLS : DEFAULT_CALLS);
  const options: StudyOptions = {
    settings: chosen !== undefined ? [chosen] : flags.quick ? settings.slice(0, 1) : settings,
    seed: flags.seed,
    seeds: flags.seeds,
    calls,
    otherCalls: Math.max(1, Math.round(calls / OTHER_SHARE)),
    checkLinks: flags.quick ? 1000 : 2000,
  };
  const pool = startWorkers(new URL(import.meta.url), flags.workers);
  // Read first: a study takes minutes, and the tree may go on meanwhile.
  const provenance = readProvenance();
  const date = new Date().toISOString();
  const startedAtMs = performance.now();
  try {
    const report = await runStudy(options, pool.execute, process.stderr.isTTY ? showProgress : undefined);
    const tookS = Math.round((performance.now() - startedAtMs) / 100) / 10;
    if (flags.json)
      await write(
        `${JSON.stringify({ ...provenance, date, tookS, calls: options.calls, otherCalls: options.otherCalls, ...report })}\n`,
      );
    else await write(`${[...tableOf(report, provenance), '', `took ${tookS} s`].join('\n')}\n`);
    return 0;
  } finally {
    await pool.close();
  }
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function showProgress(share: number, stratum: string): void {
  process.stderr.write(`\r${`${Math.floor(100 * share)} %  ${stratum}`.padEnd(40)}${share === 1 ? '\n' : ''}`);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('expected a whole number, 1 or more.');
  return count;
}

if (isMainThread) {
  process.once('SIGINT', () => process.exit(130));
  // A reader that went away (`… | head`) is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(70);
    },
  );
} else {
  parentPort?.on('message', (task: Task) => parentPort?.postMessage(runTask(task)));
}
