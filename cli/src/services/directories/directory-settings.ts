import { CliError } from '../../errors/cli-error.js';
import type { Session } from '../open-session.js';

/** A directory that the site reads: where it is, never what opens it. */
export type DirectorySettings =
  | { readonly id: string; readonly kind: 'csv'; readonly file: string }
  | {
      readonly id: string;
      readonly kind: 'ldap';
      readonly url: string;
      readonly base: string;
      readonly bindDn?: string;
      readonly filter?: string;
      readonly startTls?: boolean;
      readonly extensionDigits?: number;
    }
  | { readonly id: string; readonly kind: 'netsapiens'; readonly url: string; readonly domain?: string };

const SETTING = 'directories';
const MOST_DIRECTORIES = 32;
/** What the registry itself calls extensions that were typed in or came from a sheet. */
const OWN_SOURCES = ['manual', 'import'];

export async function listDirectories(session: Session): Promise<readonly DirectorySettings[]> {
  const found = await session.registry.read((reading) => reading.setting(SETTING));
  return Array.isArray(found) ? (found as readonly DirectorySettings[]) : [];
}

/** Adds one, or changes the one of that name. @throws CliError `bad-usage`. */
export async function saveDirectory(session: Session, settings: DirectorySettings): Promise<void> {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(settings.id) || OWN_SOURCES.includes(settings.id))
    throw new CliError('bad-usage', `directory: expected 1 to 32 of a-z 0-9 -, got "${settings.id}"`);
  if ('url' in settings && /\/\/[^/]*@/.test(settings.url))
    throw new CliError('bad-usage', 'url: expected an address without a name or password in it');
  await session.registry.change(session.by('directory add'), async (changing) => {
    const found = await changing.setting(SETTING);
    const others = (Array.isArray(found) ? (found as DirectorySettings[]) : []).filter(({ id }) => id !== settings.id);
    if (others.length >= MOST_DIRECTORIES)
      throw new CliError('bad-usage', `expected at most ${MOST_DIRECTORIES} directories`);
    await changing.set(SETTING, [...others, settings]);
    await changing.note(`directories/${settings.id}`, { after: settings });
  });
}

/** @throws CliError `not-found`; `no-directory` when there is none at all; `bad-usage` when there are several and none was named. */
export async function findDirectory(session: Session, id: string | undefined): Promise<DirectorySettings> {
  const all = await listDirectories(session);
  const found = id === undefined && all.length === 1 ? all[0] : all.find((one) => one.id === id);
  if (found !== undefined) return found;
  if (all.length === 0) throw new CliError('no-directory', 'no directory was added yet');
  const known = all.map((one) => one.id).join(', ');
  if (id === undefined) throw new CliError('bad-usage', `expected the name of a directory: there are ${known}`);
  throw new CliError('not-found', `${id}: no such directory; there are ${known}`);
}
