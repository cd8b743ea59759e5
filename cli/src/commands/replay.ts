import { explain, type ReplayedCall } from '@deskbeacon/proximity-core';
import { type Command, InvalidArgumentError } from 'commander';
import { replayFiles } from '../services/replay-files.js';
import { type OutputFlags, withOutput } from './output.js';

interface ReplayFlags extends OutputFlags {
  readonly profile?: string;
  readonly at?: readonly number[];
  readonly carry?: boolean;
}

/** `deskbeacon replay`: what would have been decided, and why. */
export function addReplayCommand(program: Command, write: (line: string) => Promise<void>): void {
  withOutput(program.command('replay'))
    .description('decide recorded calls again, offline, and say why')
    .argument('<file...>', 'trace files (.trace.jsonl); "-" reads standard input')
    .option('--profile <file>', 'site profile that resolves raw advertisements')
    .option(
      '--at <ms,ms,…>',
      'show the evidence at these instants too, as if the call had not been decided',
      parseInstants,
    )
    .option('--carry', 'let what was learned in one call serve the next (nothing is learned yet: no effect)')
    .addHelpText('after', '\nExample:\n  $ deskbeacon replay monday.trace.jsonl --at 250,500,1000 --json\n')
    .action(async (files: string[], flags: ReplayFlags) => {
      const calls = replayFiles({
        files,
        ...(flags.profile === undefined ? {} : { profileFile: flags.profile }),
        ...(flags.at === undefined ? {} : { atMs: flags.at }),
      });
      for await (const call of calls)
        await write(
          flags.json ? JSON.stringify(call) : flags.plain ? fieldsOf(call) : `${call.call}: ${explain(call)}`,
        );
    });
}

/** Call, decision, reason, and the numbers it rests on: times in ms, the probability, nats. */
function fieldsOf({ call, decision, reason, decidedAtMs, ringAfterMs, pDesk, llr }: ReplayedCall): string {
  return [call, decision, reason, decidedAtMs, ringAfterMs ?? '', pDesk, llr].join('\t');
}

function parseInstants(text: string): readonly number[] {
  const instants = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (instants.length > 100 || instants.some((ms) => !(ms >= 0 && ms <= 600_000))) {
    throw new InvalidArgumentError('expected up to 100 milliseconds, 0 to 600000, with commas between.');
  }
  return instants;
}
