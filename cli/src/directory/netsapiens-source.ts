import { CliError } from '../errors/cli-error.js';
import { extensionExpected, isExtension, quote } from './clean-text.js';
import { defined } from './defined.js';
import { directoryError } from './directory-error.js';
import type {
  Answering,
  DirectoryDevice,
  DirectoryEntry,
  DirectoryFinding,
  DirectoryPage,
  DirectorySource,
  ListOptions,
} from './directory-source.js';
import { type AskJson, checkAddress, createJsonClient, type JsonClientOptions } from './json-client.js';
import { type JsonObject, readId, readObject, readRows, readText } from './json-fields.js';
import { readAnsweringRules } from './netsapiens-answering.js';
import { defaultSoftSuffixes, type PhoneModels, readDevice, readPhones } from './netsapiens-devices.js';
import { decodePosition, encodePosition, readPages } from './netsapiens-pages.js';

export interface NetsapiensSourceOptions extends Omit<JsonClientOptions, 'token' | 'secrets'> {
  /** Name of the source in the registry. */
  readonly id?: string;
  /** Asked for once a listing; the source keeps no token. */
  readonly readToken: () => string | Promise<string>;
  /** The domain of the token when absent. */
  readonly domain?: string;
  readonly pageSize?: number;
  readonly maxEntries?: number;
  /** Requests for devices that run at once. */
  readonly maxParallel?: number;
  /** Ends of device names that stand for an app in this tenant. */
  readonly softSuffixes?: readonly string[];
}

/** Users of the system itself, hidden in its own portal too. */
const SYSTEM_SERVICE = 'system-';

/**
 * NetSapiens by its interface v2, read-only: users, their devices, provisioned telephones and answering rules.
 *
 * Not verified against a live system: the shapes come from the public reference and from public clients, see docs/directory.md.
 */
export function createNetsapiensSource(options: NetsapiensSourceOptions): DirectorySource {
  const { id = 'netsapiens' } = options;
  return {
    id,
    list: (listing) => listUsers(options, id, listing),
    answering: (extension, signal) => readOne(options, extension, signal),
  };
}

/** @returns the address of the interface: a host alone is completed by the path that the public reference names. */
export function netsapiensAddress(baseUrl: string): string {
  const url = checkAddress(baseUrl);
  return url.pathname === '/' ? `${url.origin}/ns-api/v2` : url.href;
}

async function* listUsers(
  options: NetsapiensSourceOptions,
  id: string,
  { cursor, signal }: ListOptions,
): AsyncGenerator<DirectoryPage> {
  const { domain = '~', pageSize = 100, maxEntries: maxRows = 100_000, maxParallel = 4 } = options;
  const from = cursor === undefined ? undefined : decodePosition(cursor);
  if (cursor !== undefined && from === undefined)
    throw directoryError('directory-settings', `${id}: not a cursor of a NetSapiens system`);
  const ask = await connect(options);
  const askUsers: AskJson = async (request) => {
    const answer = await ask(request);
    if (answer === undefined)
      throw directoryError('directory-settings', `domain: the server has none named "${quote(domain)}"`);
    return answer;
  };
  const limits = { pageSize, maxRows, signal };
  const phones = await loadPhones(ask, domain, limits);
  const devicesOf: DevicesOf = (user) => loadDevices(ask, domain, user, phones.models, options, signal);
  const pages = readPages({
    ask: askUsers,
    path: ['domains', domain, 'users'],
    keyOf: keyOfUser,
    ...limits,
    ...defined({ from }),
  });
  let isEmpty = from === undefined;
  let notes: readonly DirectoryFinding[] = phones.findings;
  for await (const { rows, position } of pages) {
    isEmpty = false;
    const people = rows.filter((row) => !(readText(row, 'service-code') ?? '').startsWith(SYSTEM_SERVICE));
    const read = await mapInBounds(people, maxParallel, (row) => readUser(id, row, devicesOf));
    yield {
      entries: read.flatMap(({ entry }) => entry ?? []),
      findings: [...notes, ...read.flatMap(({ finding }) => finding ?? [])],
      cursor: encodePosition(position),
    };
    notes = [];
  }
  // A domain without anybody is rather a token that may see nobody.
  if (isEmpty) notes = [...notes, { effect: 'incomplete', column: 'users', expected: 'users', got: 'an empty list' }];
  yield { entries: [], findings: notes };
}

type DevicesOf = (user: string) => Promise<readonly DirectoryDevice[]>;

function keyOfUser(row: JsonObject): string {
  return `${readId(row, 'user') ?? ''}@${readId(row, 'domain') ?? ''}`;
}

async function readUser(
  source: string,
  row: JsonObject,
  devicesOf: DevicesOf,
): Promise<{ entry?: DirectoryEntry; finding?: DirectoryFinding }> {
  const key = keyOfUser(row);
  const extension = readId(row, 'user');
  if (extension === undefined || !isExtension(extension)) {
    const got = quote(extension ?? '');
    return { finding: { effect: 'refused', key: quote(key), column: 'user', expected: extensionExpected, got } };
  }
  const names = [readText(row, 'name-first-name'), readText(row, 'name-last-name')];
  const address = readText(row, 'emergency-address-id');
  return {
    entry: defined({
      source,
      key,
      extension,
      displayName: names.filter((name) => name !== undefined).join(' ') || extension,
      enabled: true,
      site: readText(row, 'site'),
      location: address === undefined ? undefined : { emergencyAddressId: address },
      devices: await devicesOf(extension),
      etag: readText(row, 'last-modified-datetime'),
    }),
  };
}

async function readOne(
  options: NetsapiensSourceOptions,
  extension: string,
  signal: AbortSignal,
): Promise<Answering | undefined> {
  const { domain = '~', softSuffixes = defaultSoftSuffixes } = options;
  if (!isExtension(extension)) return undefined;
  const ask = await connect(options);
  const path = ['domains', domain, 'users', extension];
  const user = await ask({ path, signal });
  if (user === undefined) return undefined;
  const devices = await loadDevices(ask, domain, extension, new Map(), options, signal);
  const rules = readRows((await ask({ path: [...path, 'answerrules'], signal })) ?? [], 'answerrules');
  // Some versions answer for one user with a list of one.
  const row = Array.isArray(user) ? user[0] : user;
  return readAnsweringRules({ extension, user: readObject(row, 'user'), devices, rules, softSuffixes });
}

async function connect(options: NetsapiensSourceOptions): Promise<AskJson> {
  const baseUrl = netsapiensAddress(options.baseUrl);
  return createJsonClient({ ...options, baseUrl, token: await options.readToken() });
}

async function loadDevices(
  ask: AskJson,
  domain: string,
  user: string,
  phones: PhoneModels,
  { softSuffixes = defaultSoftSuffixes }: NetsapiensSourceOptions,
  signal: AbortSignal,
): Promise<readonly DirectoryDevice[]> {
  const answer = await ask({ path: ['domains', domain, 'users', user, 'devices'], signal });
  return readRows(answer ?? [], 'devices').flatMap((row) => readDevice(row, phones, softSuffixes) ?? []);
}

/** Faults of the list of telephones that leave the rest of the directory as it is. */
const dispensable: ReadonlySet<string> = new Set(['directory-refused', 'directory-malformed', 'directory-moved']);

/** Models of telephones are a help, not a need: an account that may not read them lists the rest. */
async function loadPhones(
  ask: AskJson,
  domain: string,
  limits: { pageSize: number; maxRows: number; signal: AbortSignal },
) {
  const models = new Map<string, { mac?: string; model?: string }>();
  const keyOf = (row: JsonObject): string =>
    `${readText(row, 'device-provisioning-mac-address') ?? ''} ${readText(row, 'device-provisioning-sip-uri-1') ?? ''}`;
  const askOrNone: AskJson = async (request) => (await ask(request)) ?? [];
  const findings: DirectoryFinding[] = [];
  try {
    for await (const { rows } of readPages({ ask: askOrNone, path: ['domains', domain, 'phones'], keyOf, ...limits }))
      readPhones(rows, models);
  } catch (error) {
    if (!(error instanceof CliError) || !dispensable.has(error.code)) throw error;
    findings.push({ effect: 'neutralised', column: 'phones', expected: 'a list of telephones', got: error.code });
  }
  return { models, findings };
}

/** Runs the work over all items, so many at once; results stand in the order of the items. */
async function mapInBounds<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const run = async (): Promise<void> => {
    while (next < items.length) {
      const at = next;
      next += 1;
      try {
        results[at] = await work(items[at] as T);
      } catch (error) {
        // One failure ends the page: nobody would use what the others still ask for.
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, run));
  return results;
}
