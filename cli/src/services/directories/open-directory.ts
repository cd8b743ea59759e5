import type { DirectorySource } from '../../directory/directory-source.js';
import { judgeToken, type TokenVault } from '../../directory/token-vault.js';
import { CliError } from '../../errors/cli-error.js';
import type { Session } from '../open-session.js';
import type { DirectorySettings } from './directory-settings.js';
import { createSealedVault } from './sealed-vault.js';

/** What opens a directory: asked for when it is needed, and kept by nobody. */
export interface DirectorySecrets {
  readonly askPassword: (question: string) => Promise<string>;
}

/** @returns the source that these settings describe; it is asked nothing yet. */
export async function openDirectory(
  session: Session,
  settings: DirectorySettings,
  { askPassword }: DirectorySecrets,
): Promise<DirectorySource> {
  const { id } = settings;
  switch (settings.kind) {
    case 'csv': {
      const { createCsvSource } = await import('../../directory/csv-source.js');
      return createCsvSource({ id, file: settings.file });
    }
    case 'ldap': {
      const { createLdapSource } = await import('../../directory/ldap-source.js');
      const { kind: _kind, bindDn, ...options } = settings;
      if (bindDn === undefined) return createLdapSource(options);
      return createLdapSource({ ...options, bindDn, password: await askPassword(`Password of ${bindDn}: `) });
    }
    case 'netsapiens': {
      const { createNetsapiensSource } = await import('../../directory/netsapiens-source.js');
      return createNetsapiensSource({
        id,
        baseUrl: settings.url,
        ...(settings.domain === undefined ? {} : { domain: settings.domain }),
        readToken: () => takeToken(createSealedVault(session), id, session.nowMs()),
      });
    }
  }
}

/** One that lapsed or expired is deleted before it is used. @throws CliError `signed-out`. */
async function takeToken(vault: TokenVault, source: string, nowMs: number): Promise<string> {
  const stored = await vault.get(source);
  if (stored === undefined) throw new CliError('signed-out', `${source}: nobody is signed in`);
  const { state } = judgeToken(stored, nowMs);
  if (state !== 'usable') {
    await vault.delete(source);
    throw new CliError(
      'signed-out',
      `${source}: the token ${state === 'lapsed' ? 'was not used for 30 days' : 'has expired'}`,
    );
  }
  await vault.put({ ...stored, lastUsedUnixMs: nowMs });
  return stored.token;
}

/** Exchanges a password for a token and keeps the token alone. */
export async function signIn(
  session: Session,
  settings: DirectorySettings,
  login: { readonly username: string; readonly password: string; readonly signal: AbortSignal },
): Promise<void> {
  if (settings.kind !== 'netsapiens')
    throw new CliError(
      'bad-usage',
      `${settings.id}: only NetSapiens keeps a token; a password of LDAP is asked each time`,
    );
  await session.ring();
  const { exchangePassword } = await import('../../directory/netsapiens-login.js');
  const { token, expiresInS } = await exchangePassword({ ...login, baseUrl: settings.url });
  await keepToken(session, settings.id, token, expiresInS);
}

/** Keeps a token that was made in the portal. */
export async function keepToken(session: Session, source: string, token: string, expiresInS?: number): Promise<void> {
  const nowMs = session.nowMs();
  await createSealedVault(session).put({
    source,
    token,
    storedUnixMs: nowMs,
    lastUsedUnixMs: nowMs,
    ...(expiresInS === undefined ? {} : { expiresUnixMs: nowMs + expiresInS * 1000 }),
  });
}
