import { directoryError } from './directory-error.js';
import { createJsonClient, type JsonClientOptions } from './json-client.js';
import { readObject } from './json-fields.js';
import { netsapiensAddress } from './netsapiens-source.js';

export interface PasswordLogin extends Omit<JsonClientOptions, 'token' | 'secrets'> {
  /** As a person logs in to the portal, e.g. `1001@example`. */
  readonly username: string;
  readonly password: string;
  /** Of the application, where the operator of the system issued them. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly signal: AbortSignal;
}

export interface ExchangedToken {
  readonly token: string;
  /** Seconds the token is good for, where the server says so. */
  readonly expiresInS?: number;
}

/**
 * Exchanges a password for a token, once. The password lives in this call only: it is sent, and neither kept, logged nor
 * quoted. Not verified against a live system.
 * @throws CliError `directory-refused` when the server does not take it, and the other codes that begin with `directory-`.
 */
export async function exchangePassword(login: PasswordLogin): Promise<ExchangedToken> {
  const { username, password, clientId, clientSecret, signal, ...options } = login;
  const secrets = [password, ...(clientSecret === undefined ? [] : [clientSecret])];
  const ask = createJsonClient({ ...options, baseUrl: netsapiensAddress(options.baseUrl), secrets });
  const answer = await ask({
    path: ['jwt'],
    body: {
      grant_type: 'password',
      username,
      password,
      ...(clientId === undefined ? {} : { client_id: clientId }),
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    },
    signal,
  });
  if (answer === undefined) throw directoryError('directory-settings', 'baseUrl: there is no login at this address');
  const { token, access_token: accessToken, expires_in: expiresIn } = readObject(answer, 'jwt');
  const found = [token, accessToken].find((one) => typeof one === 'string' && one !== '');
  if (typeof found !== 'string') throw directoryError('directory-malformed', 'jwt: expected a token, got none');
  return typeof expiresIn === 'number' && expiresIn > 0 ? { token: found, expiresInS: expiresIn } : { token: found };
}
