import { once } from 'node:events';
import { Command, CommanderError } from 'commander';
import { addCalibrateCommands } from './commands/calibrate.js';
import { addCountersCommand } from './commands/counters.js';
import { addDirectoryCommands } from './commands/directory.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExplainCommand } from './commands/explain.js';
import { addImageSeedCommand } from './commands/image-seed.js';
import { addImportCommands } from './commands/import.js';
import { addInitCommand } from './commands/init.js';
import { addKeepCommands } from './commands/keep.js';
import { addLabelsCommand } from './commands/labels.js';
import { addLinksCommand } from './commands/links.js';
import { addLookCommands } from './commands/look.js';
import { addOwnerCommands } from './commands/own.js';
import { addPairCommands } from './commands/pair.js';
import { addPlaceCommands } from './commands/places.js';
import { addProfileCommands } from './commands/profile.js';
import { addReplayCommand } from './commands/replay.js';
import { addRingAllCommand } from './commands/ring-all.js';
import { addTreeCommands } from './commands/tree.js';
import { asCliError } from './errors/beacon-failure.js';
import { adviceFor, CliError, exitCodeFor } from './errors/cli-error.js';
import type { Terminal } from './terminal.js';

export const VERSION = '0.1.0';

const DEFAULT_COLUMNS = 80;

function createProgram(terminal: Terminal): Command {
  const program = new Command('deskbeacon')
    .description('Desk phone and softphone must not ring together: tools for admins and facilities staff.')
    .version(VERSION)
    .showHelpAfterError('(deskbeacon --help lists the commands)')
    .configureHelp({ helpWidth: terminal.columns })
    .exitOverride();
  addInitCommand(program, terminal);
  addPlaceCommands(program, terminal);
  addImportCommands(program, terminal);
  addDirectoryCommands(program, terminal);
  addPairCommands(program, terminal);
  addOwnerCommands(program, terminal);
  addCalibrateCommands(program, terminal);
  addCountersCommand(program, terminal);
  addProfileCommands(program, terminal);
  addRingAllCommand(program, terminal);
  addLinksCommand(program, terminal);
  addLookCommands(program, terminal);
  addDoctorCommand(program, terminal);
  addKeepCommands(program, terminal);
  addLabelsCommand(program, terminal);
  addImageSeedCommand(program, terminal);
  addReplayCommand(program, terminal.print);
  addExplainCommand(program, terminal);
  addTreeCommands(program, terminal);
  return program;
}

const interrupted = new AbortController();

// chalk, under Ink, asks for FORCE_COLOR alone (https://no-color.org).
if ((process.env.NO_COLOR ?? '') !== '') process.env.FORCE_COLOR = '0';
const isPlain = process.env.TERM === 'dumb' || process.env.INK_SCREEN_READER === 'true' || process.env.CI === 'true';

const terminal: Terminal = {
  async print(text) {
    if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
  },
  say(text) {
    process.stderr.write(`${text}\n`);
  },
  isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  columns: Math.min(Math.max(process.stderr.columns ?? process.stdout.columns ?? DEFAULT_COLUMNS, 40), 200),
  ...(process.stderr.isTTY === true && !isPlain ? { canvas: process.stderr } : {}),
  askSecret,
  signal: interrupted.signal,
};

/** A line that is typed, pasted or scanned, and not shown. */
async function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // First: what is typed ahead of the question is not shown either.
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  stderr.write(question);
  let line = '';
  try {
    for (;;) {
      const [typed] = (await once(stdin, 'data', { signal: interrupted.signal })) as [string];
      for (const letter of typed) {
        if (letter === '\r' || letter === '\n') return line;
        // Ctrl-C and Ctrl-D: in raw mode they are letters.
        if (letter === '\u0003' || letter === '\u0004') throw new CliError('interrupted', 'interrupted');
        if (letter === '\u007f' || letter === '\b') line = [...line].slice(0, -1).join('');
        else if (letter >= ' ' && line.length < 1024) line += letter;
      }
    }
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

async function main(): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(process.argv);
    return 0;
  } catch (error) {
    // Whatever fails after Ctrl-C fails because of it.
    return report(interrupted.signal.aborted ? interrupted.signal.reason : asCliError(error));
  }
}

function report(error: unknown): number {
  // Commander has printed already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CliError) {
    const cause = error.cause instanceof Error ? `\n  because: ${error.cause.message}` : '';
    process.stderr.write(`deskbeacon: ${error.message}${cause}\n${adviceFor(error.code)}\n`);
    return exitCodeFor(error.code);
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`deskbeacon ${VERSION}: this is a bug, please report it (Node ${process.version})\n${stack}\n`);
  return 70;
}

// A reader that went away (`deskbeacon replay … | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// The first Ctrl-C lets what is under way be put down; what does not watch for it ends at once, as the second does.
process.on('SIGINT', () => {
  if (interrupted.signal.aborted) process.exit(130);
  interrupted.abort(new CliError('interrupted', 'interrupted: run the same command again to go on'));
  setTimeout(() => process.exit(130), 3000).unref();
});
process.exitCode = await main();
