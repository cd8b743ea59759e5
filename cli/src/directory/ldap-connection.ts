import { isIP } from 'node:net';
import { Client, ResultCodeError } from 'ldapts';
import type { CliError } from '../errors/cli-error.js';
import { codeOfConnectionFault, type DirectoryErrorCode, directoryError } from './directory-error.js';
import { LateError, within } from './wait.js';

export interface LdapConnectionOptions {
  /** `ldap://host:port` or `ldaps://host:port`, without a name or password in it. */
  readonly url: string;
  /** Anonymous when absent. */
  readonly bindDn?: string;
  readonly password?: string;
  /** Turns a connection to `ldap://` into an encrypted one before anything else is said. */
  readonly startTls?: boolean;
  /** Certificate of the authority, PEM; the system's authorities when absent. */
  readonly ca?: string;
  /** Longest wait for one answer, ms. */
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

export interface LdapConnection {
  /** Runs one request in the limits of the connection, and never on another connection than the one that was bound. */
  readonly ask: <T>(request: (client: Client) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Result codes of RFC 4511, appendix A. What is not here is an answer that makes no sense. */
const codes: Readonly<Record<number, DirectoryErrorCode>> = {
  2: 'directory-settings',
  3: 'directory-refused',
  4: 'directory-refused',
  7: 'directory-refused',
  8: 'directory-refused',
  11: 'directory-refused',
  12: 'directory-settings',
  13: 'directory-refused',
  21: 'directory-settings',
  32: 'directory-settings',
  34: 'directory-settings',
  48: 'directory-refused',
  49: 'directory-refused',
  50: 'directory-refused',
  51: 'directory-throttled',
  52: 'directory-unreachable',
  53: 'directory-refused',
};

const meanings: Readonly<Record<number, string>> = {
  3: 'ended the listing early: its limit of time for this account',
  4: 'ended the listing early: its limit of entries for this account',
  8: 'wants an encrypted connection or a stronger way to log in',
  11: 'ended the listing early: a limit for this account',
  13: 'wants an encrypted connection',
  32: 'knows no such base',
  49: 'does not know this name and password',
  50: 'does not let this account read there',
  51: 'is busy',
};

/**
 * Connects, encrypts and logs in.
 * @throws CliError `directory-settings`, `directory-unreachable`, `directory-untrusted` or `directory-refused`.
 */
export async function openLdap(options: LdapConnectionOptions, signal: AbortSignal): Promise<LdapConnection> {
  const { bindDn, password, startTls = false, ca, timeoutMs = 10_000, connectTimeoutMs = 5000 } = options;
  const url = checkSettings(options);
  const tls = ca === undefined ? {} : { ca };
  const client = new Client({
    url: `${url.protocol}//${url.host}`,
    timeout: timeoutMs,
    connectTimeout: connectTimeoutMs,
    ...(url.protocol === 'ldaps:' ? { tlsOptions: { ...tls, minVersion: 'TLSv1.2' } } : {}),
  });
  const explain = (error: unknown): unknown => explainFault(error, url.host, password, signal);
  const close = async (): Promise<void> => {
    // A connection that is broken already cannot be closed politely, and need not be.
    await client.unbind().catch(() => undefined);
  };
  let isBound = false;
  const ask = async <T>(request: (client: Client) => Promise<T>): Promise<T> => {
    // ldapts would connect again by itself, without a login, and a listing by nobody is shorter than it should be.
    if (isBound && !client.isConnected) throw lost(url.host);
    try {
      return await within(request(client), timeoutMs + connectTimeoutMs, signal);
    } catch (error) {
      throw explain(error);
    }
  };
  try {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (startTls)
      await ask(() =>
        client.startTLS({ ...tls, minVersion: 'TLSv1.2', host, ...(isIP(host) ? {} : { servername: host }) }),
      );
    await ask(() => client.bind(bindDn ?? '', password ?? ''));
    isBound = true;
    return { ask, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkSettings({ url: text, bindDn, password, startTls }: LdapConnectionOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'ldap:' && url.protocol !== 'ldaps:'))
    throw directoryError('directory-settings', 'url: expected ldap://host:port or ldaps://host:port');
  if (url.username !== '' || url.password !== '')
    throw directoryError('directory-settings', 'url: expected no name and no password in the address');
  if (startTls === true && url.protocol === 'ldaps:')
    throw directoryError('directory-settings', 'startTls: expected an address with ldap://, for ldaps:// is encrypted');
  // RFC 4513 §5.1.2: a name without a password logs in as nobody, and looks like a success.
  if (bindDn !== undefined && (password === undefined || password === ''))
    throw directoryError('directory-settings', 'password: expected one, since a name to log in is set');
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (bindDn !== undefined && url.protocol === 'ldap:' && startTls !== true && !isLocal)
    throw directoryError(
      'directory-settings',
      'url: expected ldaps:// or startTls, for a password is not sent in the clear',
    );
  return url;
}

function lost(host: string): CliError {
  return directoryError('directory-unreachable', `${host}: the connection was lost`);
}

function explainFault(error: unknown, host: string, password: string | undefined, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const options = { cause: error, secrets: password === undefined ? [] : [password] };
  if (error instanceof ResultCodeError)
    return directoryError(
      codes[error.code] ?? 'directory-malformed',
      `${host} ${meanings[error.code] ?? `answered with result code ${error.code}`}`,
      options,
    );
  if (error instanceof LateError || /timed out|timeout/i.test(String(error)))
    return directoryError('directory-unreachable', `${host}: no answer in time`, options);
  const code = codeOfConnectionFault(error);
  return directoryError(
    code,
    `${host}: ${code === 'directory-untrusted' ? 'certificate refused' : 'no connection'}`,
    options,
  );
}
