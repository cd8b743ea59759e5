import type { ReplayedCall } from '@deskbeacon/proximity-core';
import type { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { type OutputFlags, withOutput } from './output.js';

interface ExplainFlags extends OutputFlags {
  readonly profile?: string;
  readonly call?: string;
}

/** `deskbeacon explain`: why calls were decided as they were, and how near the line they came. */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  withOutput(program.command('explain'))
    .description('say why recorded calls were decided as they were, look by look')
    .argument('<file...>', 'trace files (.trace.jsonl); "-" reads standard input')
    .option('--profile <file>', 'site profile that resolves raw advertisements')
    .option('--call <name>', 'this call alone')
    .addHelpText('after', '\nExample:\n  $ deskbeacon explain monday.trace.jsonl --profile ada.json --call c-0007\n')
    .action(async (files: string[], { profile, call, json, plain }: ExplainFlags) => {
      const [{ replayFiles }, { EXPLAINED_MS, explainCall }, { CliError }] = await Promise.all([
        import('../services/replay-files.js'),
        import('../screens/explain-call.js'),
        import('../errors/cli-error.js'),
      ]);
      const calls = replayFiles({
        files,
        atMs: EXPLAINED_MS,
        ...(profile === undefined ? {} : { profileFile: profile }),
      });
      let told = 0;
      for await (const one of calls) {
        if (call !== undefined && one.call !== call) continue;
        told += 1;
        await terminal.print(
          json
            ? JSON.stringify(one)
            : plain
              ? looksOf(one).join('\n')
              : `${explainCall(one, terminal.columns).join('\n')}\n`,
        );
      }
      if (told === 0)
        throw new CliError(
          'not-found',
          call === undefined ? 'no call in these files' : `${call}: no such call in these files`,
        );
    });
}

/** An instant a line: call, ms, the probability of the desk, nats. */
function looksOf({ call, at = {} }: ReplayedCall): readonly string[] {
  return Object.entries(at).map(([ms, { pDesk, llr }]) => [call, ms, pDesk, llr].join('\t'));
}
