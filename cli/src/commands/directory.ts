import { type Command, Option } from 'commander';
import { CliError } from '../errors/cli-error.js';
import { type Column, renderPlain, renderTable } from '../screens/table.js';
import type { DirectorySettings } from '../services/directories/directory-settings.js';
import type { Session } from '../services/open-session.js';
import type { Terminal } from '../terminal.js';
import { numberIn, type RegistryFlags, sessionOf, withRegistry } from './options.js';
import { printRecord, printRecords } from './output.js';

interface AddFlags extends RegistryFlags {
  readonly file?: string;
  readonly url?: string;
  readonly base?: string;
  readonly bindDn?: string;
  readonly filter?: string;
  readonly startTls?: boolean;
  readonly digits?: number;
  readonly domain?: string;
}

interface SecretFlags extends RegistryFlags {
  readonly passwordFile?: string;
}

/** `deskbeacon directory …`, `sync`: extensions from a telephone system, a directory server or a file; read-only. */
export function addDirectoryCommands(program: Command, terminal: Terminal): void {
  const directory = program.command('directory').description('where extensions come from: CSV, LDAP, NetSapiens');
  withRegistry(directory.command('add'))
    .description('name a directory that this site reads, or change it')
    .argument('<id>', '1 to 32 of a-z 0-9 -')
    .addOption(new Option('--kind <kind>').choices(['csv', 'ldap', 'netsapiens']).makeOptionMandatory())
    .option('--file <file>', 'of a CSV directory')
    .option('--url <url>', 'of a server: ldap://…, ldaps://…, https://…; no name or password in it')
    .option('--base <dn>', 'where an LDAP search begins')
    .option('--bind-dn <dn>', 'as whom LDAP is read; the password is asked each time')
    .option('--filter <filter>', 'which LDAP entries (RFC 4515)')
    .option('--start-tls', 'encrypt ldap:// before anything is said')
    .option('--digits <n>', 'how many of the last digits of a full number are the extension', numberIn(1, 15))
    .option('--domain <domain>', 'of NetSapiens; the domain of the token where absent')
    .action(async (id: string, flags: AddFlags & { readonly kind: DirectorySettings['kind'] }) => {
      const settings = settingsOf(id, flags);
      const { saveDirectory } = await import('../services/directories/directory-settings.js');
      await inSession(terminal, flags, (session) => saveDirectory(session, settings));
      await printRecord(terminal, flags, settings, `${id} added.`);
      if (settings.kind === 'netsapiens') terminal.say(`Next: deskbeacon directory sign-in ${id}`);
    });
  withRegistry(directory.command('list'))
    .description('the directories of this site')
    .action(async (flags: RegistryFlags) => {
      const { listDirectories } = await import('../services/directories/directory-settings.js');
      const listed = await inSession(terminal, flags, listDirectories);
      await printRecords(terminal, flags, listed, {
        plain: (rows) => renderPlain(rows, directoryColumns),
        words: (rows) => renderTable(rows, directoryColumns, terminal.columns),
      });
    });
  withSecret(directory.command('sign-in'))
    .description('exchange a password for a token and keep the token, sealed; it lapses after 30 days without use')
    .argument('[id]')
    .option('--user <name>', 'as one signs in to the portal')
    .option('--token-file <file>', 'a token that was made in the portal, instead of a password')
    .action((id: string | undefined, flags: SecretFlags & { readonly user?: string; readonly tokenFile?: string }) =>
      signInTo(terminal, id, flags),
    );
  withRegistry(directory.command('sign-out'))
    .description('forget the token of a directory')
    .argument('[id]')
    .action(async (id: string | undefined, flags: RegistryFlags) => {
      const [{ findDirectory }, { createSealedVault }] = await Promise.all([
        import('../services/directories/directory-settings.js'),
        import('../services/directories/sealed-vault.js'),
      ]);
      const settings = await inSession(terminal, flags, async (session) => {
        const found = await findDirectory(session, id);
        await createSealedVault(session).delete(found.id);
        return found;
      });
      await printRecord(terminal, flags, { signedOut: settings.id }, `${settings.id}: signed out.`);
    });
  withSecret(program.command('sync'))
    .description('take over what a directory says: new, renamed and closed extensions')
    .argument('[id]')
    .option('--dry-run', 'say what would change and change nothing; exit code 3 where something would')
    .action((id: string | undefined, flags: SecretFlags & { readonly dryRun?: boolean }) => sync(terminal, id, flags));
}

const directoryColumns: readonly Column<DirectorySettings>[] = [
  { title: 'DIRECTORY', text: ({ id }) => id },
  { title: 'KIND', text: ({ kind }) => kind },
  { title: 'WHERE', text: (one) => ('url' in one ? one.url : one.file) },
];

function withSecret(command: Command): Command {
  return withRegistry(command).option('--password-file <file>', 'instead of being asked; only its owner may read it');
}

function settingsOf(id: string, flags: AddFlags & { readonly kind: DirectorySettings['kind'] }): DirectorySettings {
  const needed = (name: 'file' | 'url' | 'base'): string => {
    const value = flags[name];
    if (value === undefined) throw new CliError('bad-usage', `--${name} is needed for ${flags.kind}`);
    return value;
  };
  const { bindDn, filter, startTls, digits, domain } = flags;
  switch (flags.kind) {
    case 'csv':
      return { id, kind: 'csv', file: needed('file') };
    case 'netsapiens':
      return { id, kind: 'netsapiens', url: needed('url'), ...(domain === undefined ? {} : { domain }) };
    case 'ldap':
      return {
        id,
        kind: 'ldap',
        url: needed('url'),
        base: needed('base'),
        ...(bindDn === undefined ? {} : { bindDn }),
        ...(filter === undefined ? {} : { filter }),
        ...(startTls === undefined ? {} : { startTls }),
        ...(digits === undefined ? {} : { extensionDigits: digits }),
      };
  }
}

async function inSession<T>(
  terminal: Terminal,
  flags: RegistryFlags,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { withSession } = await import('../services/open-session.js');
  return withSession(sessionOf(flags, terminal), work);
}

/** @returns what asks for a password: the file, or the person. */
export async function passwordFrom(
  terminal: Terminal,
  { passwordFile }: { readonly passwordFile?: string },
): Promise<(question: string) => Promise<string>> {
  if (passwordFile !== undefined) {
    const { readSecretFile } = await import('../services/open-session.js');
    return async () => readSecretFile(passwordFile);
  }
  return (question) => {
    if (!terminal.isInteractive)
      throw new CliError('bad-usage', 'nobody can be asked for the password: --password-file');
    return terminal.askSecret(question);
  };
}

async function signInTo(
  terminal: Terminal,
  id: string | undefined,
  flags: SecretFlags & { readonly user?: string; readonly tokenFile?: string },
): Promise<void> {
  const [{ findDirectory }, { keepToken, signIn }, { readSecretFile }] = await Promise.all([
    import('../services/directories/directory-settings.js'),
    import('../services/directories/open-directory.js'),
    import('../services/open-session.js'),
  ]);
  const askPassword = await passwordFrom(terminal, flags);
  const signedIn = await inSession(terminal, flags, async (session) => {
    const settings = await findDirectory(session, id);
    await session.ring();
    if (flags.tokenFile !== undefined) {
      await keepToken(session, settings.id, readSecretFile(flags.tokenFile));
      return settings.id;
    }
    if (flags.user === undefined) throw new CliError('bad-usage', 'expected --user, or --token-file');
    const password = await askPassword(`Password of ${flags.user}: `);
    await signIn(session, settings, { username: flags.user, password, signal: terminal.signal });
    return settings.id;
  });
  await printRecord(terminal, flags, { signedIn }, `${signedIn}: signed in; the password was not kept.`);
}

async function sync(
  terminal: Terminal,
  id: string | undefined,
  flags: SecretFlags & { readonly dryRun?: boolean },
): Promise<void> {
  const [
    { findDirectory },
    { openDirectory },
    { applySync, planSync },
    { hasFindings, planFields, planJson, planLines },
  ] = await Promise.all([
    import('../services/directories/directory-settings.js'),
    import('../services/directories/open-directory.js'),
    import('../services/directories/sync-directory.js'),
    import('../directory/diff-directory.js'),
  ]);
  const askPassword = await passwordFrom(terminal, flags);
  await inSession(terminal, flags, async (session) => {
    const settings = await findDirectory(session, id);
    const source = await openDirectory(session, settings, { askPassword });
    terminal.say(`reading ${settings.id} …`);
    const planned = await planSync(session, source, terminal.signal);
    const { plan, listed } = planned;
    for (const { line, key, column, expected, got, effect } of listed.findings.slice(0, 200))
      terminal.say(
        `${line === undefined ? (key ?? '') : `line ${line}`}: ${column}: expected ${expected}, got ${got} (${effect})`,
      );
    // A listing that failed may add and rename; it removes nothing.
    if (listed.failure !== undefined && listed.entries.length === 0) throw listed.failure;
    if (flags.json) await terminal.print(JSON.stringify(planJson(plan)));
    else await terminal.print((flags.plain ? planFields(plan) : planLines(plan)).join('\n'));
    if (flags.dryRun) {
      if (hasFindings(plan)) throw new CliError('findings', 'this was a dry run: nothing was changed');
      return;
    }
    const done = await applySync(session, planned);
    terminal.say(`${done.added} added, ${done.changed} changed, ${done.ended} ended, ${done.skipped} left for you`);
    if (listed.failure !== undefined) throw listed.failure;
    if (done.skipped > 0) throw new CliError('findings', `${done.skipped} are in conflict, as said above`);
  });
}
