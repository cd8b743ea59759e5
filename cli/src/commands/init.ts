import type { Command } from 'commander';
import { CliError } from '../errors/cli-error.js';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

/** `deskbeacon init`: a registry for one site. */
export function addInitCommand(program: Command, terminal: Terminal): void {
  withRegistry(program.command('init'))
    .description('make a registry for a site: its passphrase, its UUID, the key that signs its profiles')
    .argument('<site>', 'what people call the building, 1 to 64 characters')
    .addHelpText('after', '\nExample:\n  $ deskbeacon init "Head office" --passphrase-file ~/.deskbeacon-passphrase\n')
    .action(async (site: string, flags: RegistryFlags) => {
      const [{ createSite }, { actorNow }] = await Promise.all([
        import('../services/create-site.js'),
        import('../services/open-session.js'),
      ]);
      const created = await createSite(site, actorNow('init'), {
        ...sessionOf(flags, terminal),
        ...(terminal.isInteractive ? { askSecret: () => askTwice(terminal) } : {}),
      });
      const words = `${created.site}: registry ${created.registry}, organisation ${created.organisationUuid}`;
      await printRecord(terminal, flags, created, words);
      terminal.say('Next: deskbeacon import desks.csv, or deskbeacon desk add NAME; then deskbeacon pair EXTENSION');
    });
}

/** Nothing opens a registry whose passphrase was mistyped once. @throws CliError `bad-usage`. */
async function askTwice(terminal: Terminal): Promise<string> {
  const first = await terminal.askSecret('Passphrase for the registry, five words or more: ');
  const second = await terminal.askSecret('The same again: ');
  if (first !== second) throw new CliError('bad-usage', 'the two passphrases are not the same; nothing was made');
  return first;
}
