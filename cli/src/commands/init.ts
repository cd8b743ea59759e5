import type { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { type RegistryFlags, sessionOf, withRegistry } from './options.js';

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
      const created = await createSite(site, actorNow('init'), sessionOf(flags, terminal));
      if (flags.json) return terminal.print(JSON.stringify(created));
      await terminal.print(`${created.site}: registry ${created.registry}, organisation ${created.organisationUuid}`);
      terminal.say('Next: deskbeacon import desks.csv, or deskbeacon desk add NAME; then deskbeacon pair EXTENSION');
    });
}
