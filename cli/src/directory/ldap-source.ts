import { type Entry, type Filter, FilterParser, type SearchResult } from 'ldapts';
import { directoryError } from './directory-error.js';
import type { DirectoryFinding, DirectoryPage, DirectorySource, ListOptions } from './directory-source.js';
import { type LdapConnection, type LdapConnectionOptions, openLdap } from './ldap-connection.js';
import { createLdapReader, type LdapMapping, type LdapReader } from './ldap-entry.js';
import { addKey, decodeDigest, emptyDigest, encodeDigest, type ListingDigest } from './listing-digest.js';

export interface LdapSourceOptions extends LdapConnectionOptions {
  /** Name of the source in the registry. */
  readonly id?: string;
  /** Where the search begins, e.g. `ou=people,dc=example,dc=org`. */
  readonly base: string;
  /** RFC 4515. */
  readonly filter?: string;
  readonly mapping?: LdapMapping;
  /** How many of the last digits of a full number are the extension. */
  readonly extensionDigits?: number;
  /** Active Directory refuses more than 1000. */
  readonly pageSize?: number;
  readonly maxEntries?: number;
}

const defaultFilter = '(&(objectClass=person)(|(ipPhone=*)(telephoneNumber=*)))';

/**
 * A directory server, read by simple paged results (RFC 2696).
 *
 * The server's own cookie dies with its connection, so a cursor says what was told, not where the server was: the number of
 * entries and a sum over their names. Resuming lists again, passes over that many entries and compares the sum: it is the same
 * set, whatever its order, or the listing fails with `directory-moved` and starts anew.
 */
export function createLdapSource(options: LdapSourceOptions): DirectorySource {
  const { id = 'ldap' } = options;
  return { id, list: (listing) => listLdap(options, id, listing) };
}

async function* listLdap(
  options: LdapSourceOptions,
  id: string,
  { cursor, signal }: ListOptions,
): AsyncGenerator<DirectoryPage> {
  const { filter = defaultFilter, maxEntries = 100_000 } = options;
  const told = cursor === undefined ? emptyDigest : decodeDigest(cursor);
  if (told === undefined) throw directoryError('directory-settings', `${id}: not a cursor of a directory server`);
  const reader = createLdapReader({ ...options, source: id });
  const parsed = parseFilter(filter);
  const connection = await openLdap(options, signal);
  try {
    let digest = emptyDigest;
    let warned: readonly DirectoryFinding[] = [];
    for await (const page of searchPages(connection, options, parsed, reader)) {
      const fresh = passOver(page.searchEntries, digest, told);
      digest = fresh.digest;
      if (fresh.isMoved) throw moved(id);
      if (digest.count > maxEntries)
        throw directoryError('directory-malformed', `${id}: more than ${maxEntries} entries`);
      if (warned.length === 0) warned = warningsOf(page);
      signal.throwIfAborted();
      // Whether another page follows is not known yet, so every page has a cursor and an empty one ends the listing.
      if (digest.count > told.count) yield { ...readAll(fresh.entries, reader), cursor: encodeDigest(digest) };
    }
    if (digest.count < told.count) throw moved(id);
    yield { entries: [], findings: warned };
  } finally {
    await connection.close();
  }
}

/** Takes the entries that an earlier listing told off the beginning, and says whether they are the same set. */
function passOver(entries: readonly Entry[], before: ListingDigest, told: ListingDigest) {
  let digest = before;
  let isMoved = false;
  const fresh = entries.filter(({ dn }) => {
    const isTold = digest.count < told.count;
    digest = addKey(digest, dn);
    if (isTold && digest.count === told.count) isMoved = digest.sum !== told.sum;
    return !isTold;
  });
  return { entries: fresh, digest, isMoved };
}

function readAll(raw: readonly Entry[], { read }: LdapReader): DirectoryPage {
  const results = raw.map(read);
  return {
    entries: results.flatMap(({ entry }) => entry ?? []),
    findings: results.flatMap(({ findings }) => findings),
  };
}

async function* searchPages(
  { ask }: LdapConnection,
  { base, pageSize = 500 }: LdapSourceOptions,
  filter: Filter,
  { attributes }: LdapReader,
): AsyncGenerator<SearchResult> {
  let search: AsyncGenerator<SearchResult> | undefined;
  while (true) {
    const next = await ask((client) => {
      // No size limit of ours: ldapts takes a listing that a limit cut short for a whole one when it was asked for a limit.
      search ??= client.searchPaginated(base, {
        filter,
        scope: 'sub',
        attributes: [...attributes],
        explicitBufferAttributes: ['objectGUID'],
        paged: { pageSize },
      });
      return search.next();
    });
    if (next.done === true) return;
    yield next.value;
  }
}

/** A referral is a part that is kept elsewhere; a page without entries hides whether more would follow. */
function warningsOf({ searchEntries, searchReferences }: SearchResult): readonly DirectoryFinding[] {
  if (searchReferences.length > 0)
    return [
      {
        effect: 'incomplete',
        column: 'referral',
        expected: 'entries',
        got: `${searchReferences.length} references elsewhere`,
      },
    ];
  if (searchEntries.length === 0)
    return [{ effect: 'incomplete', column: 'page', expected: 'entries', got: 'an empty page' }];
  return [];
}

function parseFilter(filter: string): Filter {
  try {
    return FilterParser.parseString(filter);
  } catch (error) {
    throw directoryError('directory-settings', 'filter: expected a search filter as of RFC 4515', { cause: error });
  }
}

function moved(id: string): Error {
  return directoryError('directory-moved', `${id}: the directory changed since the listing that is to go on`);
}
