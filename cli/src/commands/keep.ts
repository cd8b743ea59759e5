import type { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { numberIn, type RegistryFlags, requireConfirmed, sessionOf, withRegistry } from './options.js';
import { printRecord } from './output.js';

/** What keeps a registry: `audit`, `backup`, `restore`. */
export function addKeepCommands(program: Command, terminal: Terminal): void {
  withRegistry(program.command('audit'))
    .description('who changed what and when; checks that nothing was taken out or changed afterwards')
    .option('--last <n>', 'so many of the newest entries, 1 to 10000', numberIn(1, 10_000), 20)
    .option('--purge-extension <extension>', 'take the words about an extension out; the chain still holds')
    .option('--purge-months <n>', 'take the words out of what is older, 1 to 120', numberIn(1, 120))
    .option('--purge-ended', 'of accounts that ended 90 days ago or earlier; they leave the registry as well')
    .option('--confirm <word>', 'purging cannot be taken back: --confirm purge')
    .action((flags: AuditFlags) => audit(terminal, flags));
  withRegistry(program.command('backup'))
    .description('everything in one file that only the passphrase opens')
    .argument('<file>')
    .action(async (file: string, flags: RegistryFlags) => {
      const [{ withSession }, { backUp }] = await Promise.all([
        import('../services/open-session.js'),
        import('../services/back-up.js'),
      ]);
      const written = await withSession(sessionOf(flags, terminal), (session) => backUp(session, file));
      await printRecord(terminal, flags, written, `${file}: ${written.rows} rows, ${written.octets} octets`);
    });
  withRegistry(program.command('restore'))
    .description('fill an empty registry from a backup; a damaged or foreign file is refused whole')
    .argument('<file>')
    .option('--confirm <site>', 'the name of the site that is overwritten, where there is one')
    .action(async (file: string, flags: RegistryFlags & { readonly confirm?: string }) => {
      const [{ restoreFrom }, { actorNow }] = await Promise.all([
        import('../services/back-up.js'),
        import('../services/open-session.js'),
      ]);
      const restored = await restoreFrom(file, actorNow('restore'), {
        ...sessionOf(flags, terminal),
        confirm: (site) => requireConfirmed(site, flags.confirm),
      });
      await printRecord(terminal, flags, restored, `${restored.site}: ${restored.rows} rows restored.`);
    });
}

interface AuditFlags extends RegistryFlags {
  readonly last: number;
  readonly purgeExtension?: string;
  readonly purgeMonths?: number;
  readonly purgeEnded?: boolean;
  readonly confirm?: string;
}

async function audit(terminal: Terminal, flags: AuditFlags): Promise<void> {
  if (flags.purgeExtension !== undefined || flags.purgeMonths !== undefined || flags.purgeEnded)
    requireConfirmed('purge', flags.confirm);
  const [{ withSession }, { readAudit, purgeAudit }] = await Promise.all([
    import('../services/open-session.js'),
    import('../services/read-audit.js'),
  ]);
  await withSession(sessionOf(flags, terminal), async (session) => {
    const purged = await purgeAudit(session, flags);
    if (purged > 0) terminal.say(`${purged} entries purged; their hashes stay`);
    const { entries, newest } = await readAudit(session.registry, flags.last);
    if (entries.length > 0) {
      const text = flags.json
        ? entries.map((entry) => JSON.stringify(entry))
        : entries.map(({ seq, at, verb, actor, subject }) =>
            [seq, at, actor ?? '(purged)', verb, subject ?? ''].join(flags.plain ? '\t' : '  '),
          );
      await terminal.print(text.join('\n'));
    }
    terminal.say(newest === undefined ? 'The audit is empty.' : `The chain holds: entry ${newest.seq}, ${newest.hash}`);
  });
}
