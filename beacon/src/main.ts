import './no-optimizer.js';
import { fstatSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addCheckConfigCommand } from './commands/check-config.js';
import { addHelpCommands } from './commands/help.js';
import { addLocalCommands } from './commands/local.js';
import { addRunCommand } from './commands/run.js';
import { addSupportBundleCommand } from './commands/support-bundle.js';
import type { Terminal } from './commands/terminal.js';
import { readConfigOf } from './config/several-beacons.js';
import { formatSetupCode, formatSetupQr } from './control/setup-code.js';
import { isJournalStream } from './daemon/log.js';
import { adviceFor, BeaconError, exitCodeFor } from './errors.js';
import { profileBeacon } from './identity/profile-beacon.js';
import { readState } from './identity/state-directory.js';
import { framePowersOf } from './schedule/frame-set.js';
import { VERSION } from './version.js';

/** Longest lease that `profile` gives out. */
const MOST_DAYS = 30;
/** Longer than the daemon needs to end. */
const CLEAN_UP_LIMIT_MS = 3_000;

interface ProfileFlags {
  readonly config: string;
  readonly beacon?: string;
  readonly desk: string;
  readonly days: number;
  readonly output?: string;
  readonly showSecrets?: boolean;
}

const stop = new AbortController();
const terminal: Terminal = {
  print,
  complain: (text) => void process.stderr.write(text),
  isJournal: isJournalStream(process.env.JOURNAL_STREAM, statOfStderr()),
  isTty: process.stdout.isTTY,
  signal: stop.signal,
};

function createProgram(): Command {
  const program = new Command('deskbeacond')
    .description('Advertises a desk: a rotating iBeacon-format frame and a rotating Eddystone-EID frame.')
    .version(VERSION)
    .showHelpAfterError('(deskbeacond --help lists the commands)')
    .exitOverride();
  addRunCommand(program, terminal);
  program
    .command('profile')
    .description("print what a phone of the desk's owner needs to know of this beacon (keys that expire)")
    .requiredOption('--config <file>', 'settings, TOML')
    .option('--beacon <name>', 'which one, of several in [radios]')
    .requiredOption('--desk <id>', 'the desk it stands at')
    .option('--days <n>', `how long the keys are to last, up to ${MOST_DAYS}`, parseDays, 2)
    .option('--output <file>', 'write there, mode 0600; an existing file is not replaced')
    .option('--show-secrets', 'print to a terminal all the same')
    .action(printProfile);
  program
    .command('setup-code')
    .description(
      'print the code for the label: it lets somebody claim this beacon, and opens nothing once it is claimed',
    )
    .requiredOption('--config <file>', 'settings, TOML')
    .option('--beacon <name>', 'which one, of several in [radios]')
    .option('--json', 'as JSON: code, qr, isClaimed')
    .action(printSetupCode);
  addLocalCommands(program, terminal);
  addCheckConfigCommand(program, terminal);
  addSupportBundleCommand(program, terminal);
  addHelpCommands(program, terminal);
  return program;
}

/** A stream that was closed is nobody's. */
function statOfStderr(): { readonly dev: bigint; readonly ino: bigint } {
  try {
    return fstatSync(2, { bigint: true });
  } catch {
    return { dev: -1n, ino: -1n };
  }
}

async function printProfile({ config: file, beacon, desk, days, output, showSecrets }: ProfileFlags): Promise<void> {
  const config = await readConfigOf(file, beacon);
  const state = await readState(config.stateDirectory);
  if (state === undefined) throw new BeaconError('state-missing', `no key in ${config.stateDirectory}`);
  const nowUnixMs = Math.max(Date.now(), state.clock?.floorUnixMs ?? 0);
  const settings = state.ownership.owner?.settings ?? config;
  const framePowersDbm = config.frames === undefined ? undefined : framePowersOf(config.frames);
  const { rootKey } = state.ownership;
  const own = { ...settings, ...(framePowersDbm === undefined ? {} : { framePowersDbm }) };
  const text = `${JSON.stringify(profileBeacon({ ...own, rootKey, desk, days, nowUnixMs }))}\n`;
  if (output !== undefined) {
    await writeFile(output, text, { mode: 0o600, flag: 'wx' }).catch((cause: unknown) => {
      throw new BeaconError('output-unwritable', `cannot write ${output}`, { cause });
    });
    return;
  }
  if (process.stdout.isTTY && showSecrets !== true) {
    throw new CommanderError(
      2,
      'deskbeacond.secrets',
      'error: the profile holds keys: name a file with --output, or add --show-secrets',
    );
  }
  await print(text);
}

async function printSetupCode({
  config: file,
  beacon,
  json,
}: {
  readonly config: string;
  readonly beacon?: string;
  readonly json?: boolean;
}): Promise<void> {
  const config = await readConfigOf(file, beacon);
  const state = await readState(config.stateDirectory);
  if (state === undefined) throw new BeaconError('state-missing', `no setup code in ${config.stateDirectory}`);
  const { setupCode, owner } = state.ownership;
  const code = formatSetupCode(setupCode);
  const isClaimed = owner !== undefined;
  if (json === true) return print(`${JSON.stringify({ code, qr: formatSetupQr(setupCode), isClaimed })}\n`);
  await print(isClaimed ? `${code} (claimed: it opens nothing until the owner releases the beacon)\n` : `${code}\n`);
}

function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (cause) => {
      if (cause) reject(new BeaconError('output-unwritable', 'cannot write to standard output', { cause }));
      else resolve();
    });
  });
}

function parseDays(text: string): number {
  const days = Number(text);
  if (text.trim() === '' || !(days >= 0 && days <= MOST_DAYS))
    throw new InvalidArgumentError(`expected 0 to ${MOST_DAYS}.`);
  return days;
}

async function main(): Promise<number> {
  try {
    await createProgram().parseAsync(process.argv);
    return 0;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander prints its own; ours it has not seen.
    if (error.code === 'deskbeacond.secrets') process.stderr.write(`${error.message}\n`);
    return error.exitCode === 0 ? 0 : 2;
  }
  if (error instanceof BeaconError) {
    process.stderr.write(`deskbeacond: ${error.message} [${error.code}]${causesOf(error)}\n${adviceFor(error.code)}\n`);
    return exitCodeFor(error.code);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`deskbeacond ${VERSION}: this is a bug, please report it (Node ${process.version})\n${stack}\n`);
  return 70;
}

function causesOf(error: Error): string {
  let text = '';
  let { cause } = error;
  for (let depth = 0; depth < 5 && cause instanceof Error; depth += 1) {
    text += `\n  because: ${cause.message}`;
    cause = cause.cause;
  }
  return text;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
process.on('SIGHUP', () => {}); // `run` reads its settings again; nothing else has any to read.
let escapedCode: number | undefined;
/** A controller goes on advertising without its host: even after a bug it is silenced, as far as that still works. */
function endAfterBug(error: unknown): void {
  if (escapedCode !== undefined) return;
  escapedCode = report(error);
  stop.abort();
  setTimeout(() => process.exit(escapedCode), CLEAN_UP_LIMIT_MS);
}
for (const escaped of ['uncaughtException', 'unhandledRejection'] as const) process.on(escaped, endAfterBug);
process.stderr.on('error', () => {}); // Nobody reads the log any more; the beacon stays on the air.
process.stdout.on('error', () => {}); // Whoever writes there is told by its own callback.
// bleno keeps timers of its own: when everything is cleaned up, the process is over.
main().then((code) => process.exit(escapedCode ?? code));
