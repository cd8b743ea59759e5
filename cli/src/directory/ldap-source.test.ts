import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectDirectory } from './collect-directory.js';
import type { DirectoryPage } from './directory-source.js';
import { createLdapSource, type LdapSourceOptions } from './ldap-source.js';
import { startRelay } from './testing/relay.js';
import { admin, capped, freePort, peopleLdif, type Slapd, startSlapd, suffix, whyNoSlapd } from './testing/slapd.js';

const PEOPLE = 1500;
const base = `ou=people,${suffix}`;
const { signal } = new AbortController();
const missing = whyNoSlapd();
const isRequired = process.env.CI === 'true';

if (missing !== undefined && !isRequired) it.skip(`a real directory server is not here: ${missing}`, () => undefined);

describe.skipIf(missing !== undefined && !isRequired)('a directory server', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    if (missing !== undefined) throw new Error(missing);
    slapd = await startSlapd(peopleLdif(PEOPLE));
  }, 30_000);
  afterAll(() => slapd?.stop());

  const options = (more: Partial<LdapSourceOptions> = {}): LdapSourceOptions => ({
    url: `ldap://127.0.0.1:${slapd.port}`,
    base,
    ...admin,
    ...more,
  });
  const collect = (more: Partial<LdapSourceOptions> = {}, cursor?: string) =>
    collectDirectory(createLdapSource(options(more)), { signal, ...(cursor === undefined ? {} : { cursor }) });
  const extensionsOf = (entries: readonly { extension: string }[]) => entries.map(({ extension }) => extension);
  const all = Array.from({ length: PEOPLE }, (_, at) => `0${1000 + at}`);

  it('is listed page by page, each entry once, with leading zeros, accents, town and room', async () => {
    const pages: DirectoryPage[] = [];
    for await (const page of createLdapSource(options()).list({ signal })) pages.push(page);
    expect(pages.map(({ entries }) => entries.length)).toEqual([500, 500, 500, 0]);
    expect(pages.map(({ cursor }) => cursor?.split(':')[0])).toEqual(['500', '1000', '1500', undefined]);
    const entries = pages.flatMap((page) => page.entries);
    expect(extensionsOf(entries).sort()).toEqual(all);
    expect(entries.find(({ extension }) => extension === '01007')).toEqual({
      source: 'ldap',
      key: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/),
      extension: '01007',
      displayName: 'Pérson 7',
      enabled: true,
      site: 'Ulm',
      location: { room: '2.7' },
      devices: [],
      etag: expect.stringMatching(/^\d{14}Z$/),
    });
  });

  it('is complete whatever the size of a page, and carries no password of anybody', async () => {
    for (const pageSize of [7, 750, 1000, 5000]) {
      const { entries, complete, findings } = await collect({ pageSize });
      expect(extensionsOf(entries).sort(), `pages of ${pageSize}`).toEqual(all);
      expect(complete).toBe(true);
      expect(findings).toEqual([]);
      expect(inspect(entries, { depth: null })).not.toContain('planted');
    }
  });

  it('takes the last digits of full numbers, where told so, and a filter', async () => {
    const { entries } = await collect({ extensionDigits: 3, filter: '(uid=user12)' });
    expect(extensionsOf(entries)).toEqual(['012']);
  });

  it('takes other attributes where told so', async () => {
    const { entries } = await collect({
      filter: '(uid=user12)',
      mapping: { displayName: ['uid'], key: ['uid'], site: ['roomNumber'] },
    });
    expect(entries[0]).toMatchObject({ key: 'user12', displayName: 'user12', site: '2.12' });
  });

  it('that lists nothing is not taken for one from which everybody left', async () => {
    const { entries, complete, findings } = await collect({ base: `ou=empty,${suffix}` });
    expect(entries).toEqual([]);
    expect(complete).toBe(false);
    expect(findings).toEqual([expect.objectContaining({ effect: 'incomplete' })]);
  });

  it('that ends the listing of a limited account early is refused, not believed', async () => {
    const { entries, failure, complete } = await collect({ ...capped, pageSize: 300 });
    expect(entries.length).toBeLessThan(PEOPLE);
    expect(complete).toBe(false);
    expect(failure?.code).toBe('directory-refused');
    expect(failure?.message).toContain('limit of entries');
  });

  it.each(['ldaps', 'startTls'] as const)('is read encrypted by %s, when its certificate is given', async (way) => {
    const encrypted = way === 'ldaps' ? { url: `ldaps://127.0.0.1:${slapd.tlsPort}` } : { startTls: true };
    expect((await collect({ ...encrypted, ca: slapd.ca, filter: '(uid=user1)' })).entries).toHaveLength(1);
    expect((await collect(encrypted)).failure?.code).toBe('directory-untrusted');
  });

  it.each([
    'ldaps',
    'startTls',
  ] as const)('by %s under a name that its certificate does not have is not trusted', async (way) => {
    const [url, startTls] =
      way === 'ldaps' ? [`ldaps://localhost:${slapd.tlsPort}`, false] : [`ldap://localhost:${slapd.port}`, true];
    const { failure } = await collect({ url, startTls, ca: slapd.ca });
    expect(failure?.code).toBe('directory-untrusted');
  });

  it('refuses a wrong password, and the error has none of it', async () => {
    const password = 'planted-Wrong/1+2';
    const { failure } = await collect({ password });
    expect(failure?.code).toBe('directory-refused');
    const told = inspect(failure, { depth: null, showHidden: true });
    expect(told).toContain('does not know this name and password');
    expect(told).not.toContain('planted');
    expect(told).not.toContain(Buffer.from(password).toString('base64'));
  });

  it.each([
    ['an unknown base', { base: 'ou=none,dc=example,dc=org' }],
    ['a base that is none', { base: 'nonsense' }],
    ['a filter that is none', { filter: '(uid=' }],
    ['a name without a password', { password: '' }],
    ['an address of another kind', { url: 'http://127.0.0.1' }],
    ['a password in the address', { url: 'ldap://user:planted@127.0.0.1' }],
    ['a password in the clear over a network', { url: 'ldap://ldap.example.org' }],
  ])('is not asked with %s', async (_, wrong) => {
    const { failure } = await collect(wrong);
    expect(failure?.code).toBe('directory-settings');
    expect(inspect(failure)).not.toContain('planted');
  });

  it('that nobody runs is unreachable', async () => {
    const { failure } = await collect({ url: `ldap://127.0.0.1:${await freePort()}` });
    expect(failure?.code).toBe('directory-unreachable');
    expect(String((failure?.cause as Error).message)).toContain('ECONNREFUSED');
  });

  it('that takes the call and never answers is unreachable after its limit, and an abort ends the wait', async () => {
    const relay = await startRelay({});
    const url = `ldap://127.0.0.1:${relay.port}`;
    expect((await collect({ url, timeoutMs: 50 })).failure?.message).toContain('no answer in time');
    const control = new AbortController();
    const listing = createLdapSource(options({ url })).list({ signal: control.signal })[Symbol.asyncIterator]();
    const first = listing.next();
    control.abort(new Error('stopped'));
    await expect(first).rejects.toThrow('stopped');
    await relay.stop();
  });

  it('whose line is cut in the middle of a page goes on by cursor, and nothing is missing or told twice', async () => {
    const whole = await startRelay({ to: slapd.port });
    await collect({ url: `ldap://127.0.0.1:${whole.port}`, pageSize: 100 });
    await whole.stop();
    const found: string[] = [];
    let cursor: string | undefined;
    for (const share of [0.1, 0.5, 0.95]) {
      const relay = await startRelay({ to: slapd.port, cutAfterBytes: Math.round(whole.bytes() * share) });
      const part = await collect({ url: `ldap://127.0.0.1:${relay.port}`, pageSize: 100 }, cursor);
      await relay.stop();
      expect(part.failure?.code).toBe('directory-unreachable');
      expect(part.complete).toBe(false);
      expect(part.entries.length).toBeGreaterThan(0);
      found.push(...extensionsOf(part.entries));
      cursor = part.cursor;
    }
    const rest = await collect({ pageSize: 300 }, cursor);
    expect(rest.failure).toBeUndefined();
    expect([...found, ...extensionsOf(rest.entries)].sort()).toEqual(all);
  });

  it('does not go on from a cursor of other entries, or of more than there are', async () => {
    const first = await createLdapSource(options({ filter: '(!(uid=user3))' }))
      .list({ signal })
      [Symbol.asyncIterator]()
      .next();
    const { cursor } = first.value as DirectoryPage;
    expect((await collect({}, cursor)).failure?.code).toBe('directory-moved');
    expect((await collect({}, '2000:1')).failure?.code).toBe('directory-moved');
    expect((await collect({}, 'nonsense')).failure?.code).toBe('directory-settings');
  });

  it('does not show its password to whoever looks at the source', () => {
    const source = createLdapSource(options());
    expect(inspect(source, { depth: null, showHidden: true }) + JSON.stringify(source)).not.toContain('planted');
  });
});
