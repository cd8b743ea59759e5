import { once } from 'node:events';
import { Command, CommanderError } from 'commander';
import { addReplayCommand } from './commands/replay.js';
import { adviceFor, CliError, exitCodeFor } from './errors/cli-error.js';

export const VERSION = '0.1.0';

function createProgram(): Command {
  const program = new Command('deskbeacon')
    .description('Desk phone and softphone must not ring together: tools for admins and facilities staff.')
    .version(VERSION)
    .showHelpAfterError('(deskbeacon --help lists the commands)')
    .exitOverride();
  addReplayCommand(program, writeLine);
  return program;
}

async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
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
process.once('SIGINT', () => process.exit(130));
process.exitCode = await main();
