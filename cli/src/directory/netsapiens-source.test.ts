import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { CliError } from '../errors/cli-error.js';
import { collectDirectory } from './collect-directory.js';
import type { DirectoryPage } from './directory-source.js';
import { exchangePassword } from './netsapiens-login.js';
import { createNetsapiensSource, type NetsapiensSourceOptions } from './netsapiens-source.js';
import { login, makeState, type NetsapiensServer, startNetsapiensServer, token } from './testing/netsapiens-server.js';
import { freePort } from './testing/slapd.js';
import type { Wait } from './wait.js';

const { signal } = new AbortController();
const servers: NetsapiensServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(users = 3) {
  const server = await startNetsapiensServer(makeState(users));
  servers.push(server);
  const waitsMs: number[] = [];
  const wait: Wait = async (durationMs) => void waitsMs.push(durationMs);
  const options: NetsapiensSourceOptions = { baseUrl: server.baseUrl, readToken: () => token, wait };
  const collect = (more: Partial<NetsapiensSourceOptions> = {}, cursor?: string) =>
    collectDirectory(createNetsapiensSource({ ...options, ...more }), {
      signal,
      ...(cursor === undefined ? {} : { cursor }),
    });
  return { ...server, waitsMs, options, collect };
}

const extensions = (users: number) => Array.from({ length: users }, (_, at) => `0${100 + at}`);
const isClean = (value: unknown) => !inspect(value, { depth: null, showHidden: true }).includes('planted');

describe('a domain', () => {
  it('is listed with names, site, address and devices, and none of its secrets', async () => {
    const { collect } = await start();
    const listing = await collect();
    expect(listing.complete).toBe(true);
    expect(listing.entries[0]).toEqual({
      source: 'netsapiens',
      key: '0100@example',
      extension: '0100',
      displayName: 'Ann Lee 0',
      enabled: true,
      site: 'Ulm',
      location: { emergencyAddressId: 'a-0' },
      devices: [
        { id: '0100', kind: 'desk', mac: '00:15:65:00:00:00', model: 'Yealink SIP-T54W', registered: true },
        { id: '0100wp', kind: 'soft', registered: true },
      ],
      etag: '2026-11-01T08:00:00+00:00',
    });
    expect(listing.entries.map(({ extension }) => extension)).toEqual(extensions(3));
    expect(isClean(listing)).toBe(true);
  });

  it.each([0, 1] as const)('is listed page by page and once each when start counts from %i', async (startCounts) => {
    const { collect, state } = await start(25);
    state.startCounts = startCounts;
    for (const pageSize of [3, 5, 24, 25, 26, 100]) {
      const { entries, complete, failure } = await collect({ pageSize });
      expect(failure).toBeUndefined();
      expect(
        entries.map(({ extension }) => extension),
        `pages of ${pageSize}`,
      ).toEqual(extensions(25));
      expect(complete).toBe(true);
    }
  });

  it('is whole when the server knows no pages and tells more than was asked for', async () => {
    const { collect, state } = await start(25);
    state.startCounts = 'unpaged';
    const { entries, complete } = await collect({ pageSize: 10 });
    expect([entries.length, complete]).toEqual([25, true]);
  });

  it('is not asked for in pages so small that the end cannot be told', async () => {
    const { collect } = await start();
    await expect(collect({ pageSize: 2 })).rejects.toThrow(RangeError);
  });

  it('is not taken for whole when the server ignores start', async () => {
    const { collect, state } = await start(25);
    state.startCounts = 'never';
    const { complete, failure } = await collect({ pageSize: 10 });
    expect([complete, failure?.code]).toEqual([false, 'directory-malformed']);
  });

  it('goes on by cursor after a failure, and nothing is missing or told twice', async () => {
    const { collect, state } = await start(25);
    state.faults.push({ path: '/users/0115/devices', status: 400 });
    const first = await collect({ pageSize: 10 });
    expect(first.failure?.code).toBe('directory-malformed');
    const rest = await collect({ pageSize: 10 }, first.cursor);
    expect([...first.entries, ...rest.entries].map(({ extension }) => extension)).toEqual(extensions(25));
    expect(rest.complete).toBe(false);
  });

  it.each([
    ['loses', (users: Record<string, unknown>[]) => users.filter(({ user }) => user !== '0102' && user !== '0109')],
    ['gains', (users: Record<string, unknown>[]) => [{ user: '0001' }, { user: '0002' }, ...users]],
  ])('that %s users between two pages is told as moved', async (_, change) => {
    const { collect, state } = await start(25);
    state.onRequest = (path) => {
      if (path.endsWith('/0105/devices')) state.users = change(state.users);
    };
    expect((await collect({ pageSize: 10 })).failure?.code).toBe('directory-moved');
  });

  it('without users, without phones, or with users of the system is read for what it is', async () => {
    const { collect, state } = await start();
    state.users.push(
      { domain: 'example', user: 'conference', 'service-code': 'system-conf' },
      { domain: 'example', user: '-0100' },
    );
    state.phones = undefined;
    const { entries, findings, complete } = await collect();
    expect(entries.map(({ extension }) => extension)).toEqual(extensions(3));
    expect(entries[0]?.devices[0]).toEqual({ id: '0100', kind: 'unknown', registered: true });
    expect(findings).toEqual([expect.objectContaining({ effect: 'refused', key: '-0100@example', column: 'user' })]);
    expect(complete).toBe(false);
    state.users = [];
    expect(await collect()).toMatchObject({ entries: [], complete: false, findings: [{ effect: 'incomplete' }] });
  });

  it.each([
    ['the token may not read telephones', { status: 403 }],
    ['the list of telephones is none', { body: '{}' }],
  ])('is listed without models when %s', async (_, fault) => {
    const { collect, state } = await start();
    state.faults.push({ path: '/phones', ...fault });
    const { entries, findings, complete } = await collect();
    expect(entries).toHaveLength(3);
    expect(findings).toEqual([expect.objectContaining({ effect: 'neutralised', column: 'phones' })]);
    expect(complete).toBe(true);
  });

  it('of another name is a wrong setting', async () => {
    const { collect } = await start();
    for (const domain of ['other', '..', ''])
      expect((await collect({ domain })).failure?.code).toBe('directory-settings');
  });

  it('is asked with few requests at once', async () => {
    const { collect, state } = await start(20);
    let running = 0;
    let most = 0;
    state.onRequest = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
    };
    await collect({ maxParallel: 2 });
    expect(most).toBe(2);
  });
});

describe('a fault of the server', () => {
  it('401 is refused at once, without the token in the error though the server quotes it', async () => {
    const { collect, requests } = await start();
    const { failure } = await collect({ readToken: () => 'nsd_planted-old' });
    expect(failure?.code).toBe('directory-refused');
    expect(requests).toHaveLength(2);
    expect(isClean(failure)).toBe(true);
  });

  it('429 is waited for as long as it says, in seconds or to a date', async () => {
    const { collect, state, waitsMs } = await start();
    const nowUnixMs = (): number => Date.UTC(2026, 10, 1, 8, 0, 0);
    state.faults.push(
      { path: '/users', status: 429, headers: { 'retry-after': '7' } },
      { path: '/users', status: 429, headers: { 'retry-after': 'Sun, 01 Nov 2026 08:00:03 GMT' } },
      { path: '/users', status: 429 },
    );
    expect((await collect({ nowUnixMs })).complete).toBe(true);
    expect(waitsMs).toEqual([7000, 3000, 1000]);
  });

  it('429 is not waited for longer than the bound, and the message says how long it asks', async () => {
    const { collect, state, waitsMs } = await start();
    state.faults.push({ status: 429, headers: { 'retry-after': '86400' } });
    const { failure } = await collect();
    expect(failure?.code).toBe('directory-throttled');
    expect(failure?.message).toContain('86400 s');
    expect(waitsMs).toEqual([]);
  });

  it('429 without end is given up', async () => {
    const { collect, state } = await start();
    for (let at = 0; at < 9; at += 1)
      state.faults.push({ path: '/users', status: 429, headers: { 'retry-after': '1' } });
    expect((await collect()).failure?.code).toBe('directory-throttled');
    expect(state.faults).toHaveLength(5);
  });

  it('5xx is tried again, later each time, and given up in the end', async () => {
    const { collect, state, waitsMs } = await start();
    state.faults.push({ path: '/users', status: 500 }, { path: '/users', status: 503 });
    expect((await collect()).complete).toBe(true);
    expect(waitsMs).toEqual([250, 500]);
    for (let at = 0; at < 4; at += 1) state.faults.push({ path: '/users', status: 502, body: 'planted' });
    const { failure } = await collect();
    expect(failure?.code).toBe('directory-unreachable');
    expect(failure?.message).toContain('502');
    expect(isClean(failure)).toBe(true);
  });

  it('silence is ended by the limit, tried again, and given up in the end', async () => {
    const { collect, state, waitsMs } = await start();
    state.faults.push({ path: '/users', silent: true });
    expect((await collect({ timeoutMs: 80 })).complete).toBe(true);
    expect(waitsMs).toEqual([250]);
    state.faults.push({ silent: true }, { silent: true });
    const { failure } = await collect({ timeoutMs: 30, maxAttempts: 2 });
    expect(failure?.message).toContain('no answer within 30 ms');
  });

  it('an answer that is cut off is asked for again', async () => {
    const { collect, state, waitsMs } = await start();
    state.faults.push({ path: '/users', cut: true });
    expect((await collect()).complete).toBe(true);
    expect(waitsMs).toEqual([250]);
  });

  it.each([
    ['no JSON', '<html>planted', 'is not JSON'],
    ['no list', '{"error":"planted"}', 'users: expected an array, got object'],
    ['a list of something else', '[1]', 'users[0]: expected an object, got number'],
  ])('%s is told by its place and not tried again', async (_, body, message) => {
    const { collect, state, waitsMs } = await start();
    state.faults.push({ path: '/users', body });
    const { failure } = await collect();
    expect(failure?.code).toBe('directory-malformed');
    expect(failure?.message).toContain(message);
    expect(isClean(failure)).toBe(true);
    expect(waitsMs).toEqual([]);
  });

  it('an answer without end is not read to its end', async () => {
    const { collect, state } = await start();
    state.faults.push({ path: '/users', body: `["${'x'.repeat(3000)}"]` });
    expect((await collect({ maxBytes: 2000 })).failure?.message).toContain('larger than 2000 bytes');
  });

  it('a redirect is not followed, for the token would go with it', async () => {
    const other = await start();
    const { collect, state } = await start();
    state.faults.push({ status: 302, headers: { location: `${other.baseUrl}/ns-api/v2/domains/~/phones` } });
    expect((await collect()).failure?.code).toBe('directory-settings');
    expect(other.requests).toEqual([]);
  });

  it('nobody there is unreachable', async () => {
    const { collect } = await start();
    const { failure } = await collect({ baseUrl: `http://127.0.0.1:${await freePort()}` });
    expect(failure?.code).toBe('directory-unreachable');
    expect((failure?.cause as Error).message).toContain('ECONNREFUSED');
  });
});

describe('an abort', () => {
  it('ends a wait for a throttled server at once', async () => {
    const { options, state } = await start();
    state.faults.push({ status: 429, headers: { 'retry-after': '50' } });
    const control = new AbortController();
    const { wait: _, ...patient } = options;
    state.onRequest = () => setTimeout(() => control.abort(new Error('stopped')), 20);
    const started = performance.now();
    const listing = collectDirectory(createNetsapiensSource(patient), { signal: control.signal });
    await expect(listing).rejects.toThrow('stopped');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('ends a request that is not answered', async () => {
    const { options, state } = await start();
    state.faults.push({ silent: true });
    const control = new AbortController();
    state.onRequest = () => control.abort(new Error('stopped'));
    await expect(collectDirectory(createNetsapiensSource(options), { signal: control.signal })).rejects.toThrow(
      'stopped',
    );
  });
});

describe('settings', () => {
  it.each([
    ['an address in the clear', { baseUrl: 'http://pbx.example' }],
    ['a password in the address', { baseUrl: 'https://a:planted@pbx.example' }],
    ['an address that is none', { baseUrl: 'pbx planted' }],
    ['a token that no header can hold', { readToken: () => 'planted\ntoken' }],
  ])('with %s are refused, and nothing of them is quoted', async (_, wrong) => {
    const { collect, requests } = await start();
    const { failure } = await collect(wrong);
    expect(failure?.code).toBe('directory-settings');
    expect(isClean(failure)).toBe(true);
    expect(requests).toEqual([]);
  });

  it('keep the token out of the source that is made of them', async () => {
    const { options } = await start();
    expect(isClean(createNetsapiensSource(options))).toBe(true);
  });

  it('with a cursor that is none are refused', async () => {
    const { collect } = await start();
    for (const cursor of ['x', '5:%', ':a'])
      expect((await collect({}, cursor)).failure?.code).toBe('directory-settings');
  });
});

describe('answering', () => {
  const rule = { 'time-frame': '*', enabled: 'yes', 'is-active': true };
  const ask = async (rules: Record<string, unknown>[], extension = '0100') => {
    const { options, state } = await start();
    state.rules.set('0100', rules);
    return createNetsapiensSource(options).answering?.(extension, signal);
  };

  it('tells own devices, delays, confirmations and numbers outside', async () => {
    const parameters = ['<OwnDevices>', '0100wp;delay=12', '3456;delay=15', 'confirm_18585550100'];
    expect(await ask([{ ...rule, 'simultaneous-ring': { enabled: 'yes', parameters } }])).toEqual({
      extension: '0100',
      rule: '*',
      legs: [
        { target: '0100', kind: 'unknown', delayS: 0, confirm: false, registered: true },
        { target: '0100wp', kind: 'soft', delayS: 12, confirm: false, registered: true },
        { target: '3456', kind: 'external', delayS: 15, confirm: false },
        { target: '18585550100', kind: 'external', delayS: 0, confirm: true },
      ],
      ringsForS: 25,
      doNotDisturb: false,
    });
  });

  it('goes by the rule that is active, and by the one for all hours when none is marked', async () => {
    const closed = { 'time-frame': 'closed', enabled: 'yes', 'do-not-disturb': { enabled: 'yes' } };
    expect(await ask([rule, closed])).toMatchObject({ rule: '*', doNotDisturb: false });
    expect(
      await ask([
        { ...rule, 'is-active': false },
        { ...closed, 'is-active': true },
      ]),
    ).toMatchObject({ rule: 'closed', doNotDisturb: true });
    expect(await ask([closed, { ...rule, 'is-active': false }])).toMatchObject({ rule: '*' });
    expect(await ask([{ ...rule, enabled: 'no' }, closed])).toMatchObject({ rule: 'closed' });
  });

  it('without simultaneous ring is the device named as the extension', async () => {
    const answering = await ask([{ ...rule, 'simultaneous-ring': { enabled: 'no', parameters: ['0100wp'] } }]);
    expect(answering?.legs.map(({ target }) => target)).toEqual(['0100']);
  });

  it('tells where every call is forwarded', async () => {
    const forwarded = await ask([{ ...rule, 'forward-always': { enabled: 'yes', parameters: ['18585550100'] } }]);
    expect(forwarded?.forwardsAllTo).toEqual(['18585550100']);
  });

  it('of an extension that is not there is nothing', async () => {
    for (const extension of ['0999', '..', '', 'a/b']) expect(await ask([], extension)).toBeUndefined();
  });
});

describe('a password', () => {
  const exchange = async (password: string, faults: NetsapiensServer['state']['faults'] = []) => {
    const { baseUrl, state, requests } = await start();
    state.faults.push(...faults);
    const result = await exchangePassword({ baseUrl, ...login, password, signal, maxAttempts: 1 }).catch(
      (error: unknown) => error,
    );
    return { result, requests };
  };

  it('is exchanged for a token that the source can use', async () => {
    const { result, requests } = await exchange(login.password);
    expect(result).toEqual({ token, expiresInS: 3600 });
    expect(requests).toEqual(['POST /ns-api/v2/jwt']);
  });

  it.each([
    ['wrong', 'directory-refused', []],
    ['right, but the answer has no token', 'directory-malformed', [{ body: '{"planted":1}' }]],
    ['right, but there is no login', 'directory-settings', [{ status: 404 }]],
    ['right, but the line breaks', 'directory-unreachable', [{ cut: true }]],
  ])('that is %s leaves no trace in the error', async (_, code, faults) => {
    const { result } = await exchange('planted-Wrong "quoted"/5', faults);
    expect(result).toBeInstanceOf(CliError);
    expect((result as CliError).code).toBe(code);
    expect(isClean(result)).toBe(true);
  });
});

it('the pages of a listing can be told one by one', async () => {
  const { options } = await start(5);
  const pages: DirectoryPage[] = [];
  for await (const page of createNetsapiensSource({ ...options, pageSize: 3 }).list({ signal })) pages.push(page);
  expect(pages.map(({ entries, cursor }) => [entries.length, cursor])).toEqual([
    [3, '3:0102%40example'],
    [2, '5:0104%40example'],
    [0, undefined],
  ]);
});
