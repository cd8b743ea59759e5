import { CliError } from '../errors/cli-error.js';
import { codeOfConnectionFault, directoryError } from './directory-error.js';
import { wait as realWait, type Wait } from './wait.js';

export interface JsonClientOptions {
  /** Address of the interface, without a name or password in it. */
  readonly baseUrl: string;
  /** Bearer token. */
  readonly token?: string;
  /** Whatever else must not appear in an error. */
  readonly secrets?: readonly string[];
  /** Longest wait for one answer, ms. */
  readonly timeoutMs?: number;
  readonly maxAttempts?: number;
  /** Longest sum of the waits between attempts at one request, ms. */
  readonly maxWaitMs?: number;
  readonly maxBytes?: number;
  readonly wait?: Wait;
  readonly nowUnixMs?: () => number;
}

export interface JsonRequest {
  /** Parts of the path below the address; each is encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as JSON by POST; without it the request is a GET. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** @returns the parsed answer, or undefined where the server says that there is no such thing. */
export type AskJson = (request: JsonRequest) => Promise<unknown>;

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 4000;

type Attempt =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'again'; readonly error: CliError; readonly afterMs?: number };

/**
 * Makes a client that is patient within bounds: an overloaded or failing server is asked again, later each time.
 * @throws CliError `directory-settings` for an address or a token that cannot be used.
 */
export function createJsonClient(options: JsonClientOptions): AskJson {
  const { token, maxAttempts = 4, maxWaitMs = 60_000, wait = realWait } = options;
  const base = checkAddress(options.baseUrl);
  // What a header cannot hold is quoted by the library that refuses it.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw directoryError('directory-settings', 'token: expected printable characters without spaces');
  return async (request) => {
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      request.signal.throwIfAborted();
      const result = await attemptOnce(base, request, options);
      if (result.kind === 'answer') return result.value;
      const pauseMs = result.afterMs ?? Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
      if (attempt >= maxAttempts || waitedMs + pauseMs > maxWaitMs) throw result.error;
      waitedMs += pauseMs;
      await wait(pauseMs, request.signal);
    }
  };
}

/** @returns the address without a slash at its end. */
export function checkAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal)))
    throw directoryError('directory-settings', 'baseUrl: expected https://host, for a token is not sent in the clear');
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw directoryError('directory-settings', 'baseUrl: expected an address without a name, a password or a query');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

async function attemptOnce(base: URL, request: JsonRequest, options: JsonClientOptions): Promise<Attempt> {
  const { token, timeoutMs = 10_000, maxBytes = 1 << 24 } = options;
  // An address resolves these by itself, to a path that nobody meant.
  if (request.path.some((part) => /^\.{0,2}$/.test(part)))
    throw directoryError('directory-settings', 'a part of the address is empty or made of dots');
  const url = new URL(base);
  url.pathname = [base.pathname.replace(/\/$/, ''), ...request.path.map(encodeURIComponent)].join('/');
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
  try {
    const response = await fetch(url, {
      method: request.body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // A token goes to the address that was configured and to no other.
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (response.ok) return { kind: 'answer', value: await readBody(response, url, maxBytes) };
    await response.body?.cancel();
    return judgeStatus(response, url, options);
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof CliError) throw error;
    const code = codeOfConnectionFault(error);
    const isLate = (error as Error).name === 'TimeoutError';
    const what = isLate
      ? `no answer within ${timeoutMs} ms`
      : code === 'directory-untrusted'
        ? 'certificate refused'
        : 'no connection';
    const secrets = [...(options.secrets ?? []), ...(token === undefined ? [] : [token])];
    const fault = directoryError(code, `${url.host}: ${what}`, { cause: error, secrets });
    if (code === 'directory-untrusted') throw fault;
    return { kind: 'again', error: fault };
  }
}

function judgeStatus(response: Response, { host, pathname }: URL, options: JsonClientOptions): Attempt {
  const { status } = response;
  const afterMs = readRetryAfter(response.headers.get('retry-after'), (options.nowUnixMs ?? Date.now)());
  const asked = afterMs === undefined ? '' : `; it asks to wait ${Math.ceil(afterMs / 1000)} s`;
  const later = afterMs === undefined ? {} : { afterMs };
  if (status === 404) return { kind: 'answer', value: undefined };
  if (status === 401 || status === 403)
    throw directoryError(
      'directory-refused',
      `${host} answered ${status} to ${pathname}: ${status === 401 ? 'the login does not hold, or no longer' : 'no right to read this'}`,
    );
  if (status === 429)
    return {
      kind: 'again',
      error: directoryError('directory-throttled', `${host}: too many requests${asked}`),
      ...later,
    };
  if (status >= 500)
    return {
      kind: 'again',
      error: directoryError('directory-unreachable', `${host} answered ${status}${asked}`),
      ...later,
    };
  if (status >= 300 && status < 400)
    throw directoryError(
      'directory-settings',
      `${host} answered ${status} and points elsewhere; give the final address`,
    );
  throw directoryError('directory-malformed', `${host} answered ${status} to ${pathname}`);
}

/** @returns the wait that a server asks for, ms: seconds or an HTTP date (RFC 9110 §10.2.3). */
function readRetryAfter(header: string | null, nowUnixMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const atUnixMs = Date.parse(header);
  return Number.isNaN(atUnixMs) ? undefined : Math.max(0, atUnixMs - nowUnixMs);
}

async function readBody(response: Response, { host, pathname }: URL, maxBytes: number): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > maxBytes)
      throw directoryError(
        'directory-malformed',
        `${host}: the answer to ${pathname} is larger than ${maxBytes} bytes`,
      );
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown;
  } catch {
    // The parser's message quotes the text around the fault, and devices carry their passwords.
    throw directoryError('directory-malformed', `${host}: the answer to ${pathname} is not JSON`);
  }
}
