import type { Shell } from '@deskbeacon/beacon/help';
import { Argument, type Command } from 'commander';
import { exitMeanings } from '../errors/exit-codes.js';
import type { Terminal } from '../terminal.js';

/** `deskbeacon completion`, `man`: made from the commands themselves. */
export function addTreeCommands(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: Shell) => {
      const { readTree, renderCompletion } = await import('@deskbeacon/beacon/help');
      await terminal.print(renderCompletion(program.name(), readTree(program), shell));
    });
  program
    .command('man')
    .description('print the manual page (roff): deskbeacon man | man -l -')
    .action(async () => {
      const [{ readTree }, { renderManual }] = await Promise.all([
        import('@deskbeacon/beacon/help'),
        import('../services/tree/manual.js'),
      ]);
      const version = program.version() ?? '';
      await terminal.print(renderManual(readTree(program), { version, exits: exitMeanings }));
    });
}
