import { Argument, type Command } from 'commander';
import { schemaOfSettings } from '../config/settings-schema.js';
import { rules, settings } from '../config/settings-table.js';
import { readTree } from '../help/command-tree.js';
import { renderCompletion, type Shell, shells } from '../help/completion.js';
import { renderManual, type Section, sections } from '../help/manual.js';
import type { Terminal } from './terminal.js';

/** `completion`, `man`, `schema`: made from the commands and the settings themselves. */
export function addHelpCommands(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .description('print a script that completes commands and options')
    .addArgument(new Argument('<shell>').choices(shells))
    .action((shell: Shell) => terminal.print(renderCompletion(program.name(), readTree(program), shell)));
  program
    .command('man')
    .description('print a manual page (roff): 8 is deskbeacond, 5 is deskbeacond.toml; deskbeacond man 5 | man -l -')
    .addArgument(new Argument('[section]').choices(sections).default('8'))
    .action((section: Section) => terminal.print(renderManual(readTree(program), section)));
  program
    .command('schema')
    .description('print the JSON Schema of the settings, for editors')
    .action(() => terminal.print(`${JSON.stringify(schemaOfSettings(settings, rules), undefined, 2)}\n`));
}
