import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  login,
  makeState,
  type NetsapiensServer,
  startNetsapiensServer,
  token,
} from '../../directory/testing/netsapiens-server.js';
import { createKeyRing } from '../../registry/key-ring.js';
import { createRegistry } from '../../registry/registry.js';
import { openSqlite } from '../../registry/sqlite-database.js';
import { examineExtension } from '../examine.js';
import type { Session } from '../open-session.js';
import { purgeAudit } from '../read-audit.js';
import { saveDirectory } from './directory-settings.js';
import { keepToken, openDirectory, signIn } from './open-directory.js';
import { createSealedVault } from './sealed-vault.js';
import { applySync, planSync } from './sync-directory.js';

const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-sync-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const { signal } = new AbortController();
const DAY_MS = 86_400_000;
const askPassword = () => Promise.reject(new Error('nobody asked for a password'));
const servers: NetsapiensServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function openSession(): Promise<Session & { nowUnixMs: number }> {
  const registry = await createRegistry(openSqlite(':memory:'));
  const { ring } = await createKeyRing('correct horse battery staple');
  const session = {
    registry,
    nowUnixMs: 1_790_000_000_000,
    by: (verb: string) => ({ actor: 'ada', verb, atMs: session.nowUnixMs }),
    nowMs: (): number => session.nowUnixMs,
    ring: async () => ring,
  };
  await registry.change(session.by('init'), async (changing) => {
    const empty = new Uint8Array(0);
    await changing.insert('sites', {
      id: 's',
      name: 'S',
      organisationUuid: '',
      policy: {},
      isRingAll: false,
      signingKey: empty,
      publicKey: {},
    });
    await changing.insert('desks', { id: 'd-1', site: 's', name: 'd-1', isAnchor: false });
  });
  return session;
}

async function syncFile(session: Session, lines: readonly string[]) {
  const file = join(directory, 'people.csv');
  writeFileSync(file, lines.join('\n'));
  const source = await openDirectory(session, { id: 'people', kind: 'csv', file }, { askPassword });
  const planned = await planSync(session, source, signal);
  return { planned, done: await applySync(session, planned) };
}

const extensionsOf = (session: Session) => session.registry.read((reading) => reading.list('extensions'));

describe('taking over a directory', () => {
  it('adds, renames, renumbers with the desks, and ends what is gone', async () => {
    const session = await openSession();
    await syncFile(session, ['key,extension,name', 'a,1001,Ann', 'b,1002,Bo', 'c,1003,Cy']);
    await session.registry.change(session.by('pair'), async (changing) => {
      await changing.insert('seats', { id: '1002/d-1', extension: '1002', desk: 'd-1' });
      await changing.insert('leases', { id: 'l', extension: '1003', fromMs: 0, untilMs: 9e12 });
    });
    const { done } = await syncFile(session, ['key,extension,name', 'a,1001,Ann Lee', 'b,2002,Bo']);
    expect(done).toEqual({ added: 0, changed: 2, ended: 1, skipped: 0 });
    expect(await extensionsOf(session)).toMatchObject([
      { id: '1001', displayName: 'Ann Lee' },
      { id: '1003', isEnabled: false, endedAtMs: session.nowUnixMs },
      { id: '2002', displayName: 'Bo', sourceKey: 'b' },
    ]);
    await session.registry.read(async (reading) => {
      expect(await reading.list('seats')).toMatchObject([{ extension: '2002', desk: 'd-1' }]);
      expect(await reading.get('leases', 'l')).toMatchObject({ revokedAtMs: session.nowUnixMs });
    });
    expect(await syncFile(session, ['key,extension,name', 'a,1001,Ann Lee', 'b,2002,Bo'])).toMatchObject({
      done: { added: 0, changed: 0, ended: 0 },
    });
    expect(await syncFile(session, ['key,extension,name', 'a,1001,Ann Lee', 'b,2002,Bo', 'c,1003,Cy'])).toMatchObject({
      done: { added: 1 },
    });
  });

  it('forgets an account 90 days after its end, and the chain of the audit still holds', async () => {
    const session = await openSession();
    await syncFile(session, ['extension,name', '1001,Ann', '1002,Bo']);
    await syncFile(session, ['extension,name', '1002,Bo']);
    session.nowUnixMs += 89 * DAY_MS;
    expect(await purgeAudit(session, { purgeEnded: true })).toBe(0);
    session.nowUnixMs += 2 * DAY_MS;
    expect(await purgeAudit(session, { purgeEnded: true })).toBeGreaterThanOrEqual(2);
    expect(await extensionsOf(session)).toMatchObject([{ id: '1002' }]);
    const audit = await session.registry.read((reading) => reading.audit(0, 100));
    expect(JSON.stringify(audit.map(({ words }) => words))).not.toMatch(/Ann|1001/);
    expect((await session.registry.checkAudit()).fault).toBeUndefined();
  });

  it('leaves to a person what two people would have', async () => {
    const session = await openSession();
    await session.registry.change(session.by('extension add'), (changing) =>
      changing.insert('extensions', {
        id: '1001',
        site: 's',
        displayName: 'Lobby',
        source: 'manual',
        sourceKey: '1001',
        isEnabled: true,
      }),
    );
    const { planned, done } = await syncFile(session, ['key,extension,name', 'a,1001,Ann', 'b,1002,Bo']);
    expect(planned.plan.conflicts).toMatchObject([{ extension: '1001' }]);
    expect(done).toEqual({ added: 1, changed: 0, ended: 0, skipped: 1 });
    expect(await extensionsOf(session)).toMatchObject([{ displayName: 'Lobby' }, { displayName: 'Bo' }]);
  });
});

describe('a login to NetSapiens', () => {
  async function start(session: Session) {
    const server = await startNetsapiensServer(makeState(3));
    servers.push(server);
    const settings = { id: 'pbx', kind: 'netsapiens', url: server.baseUrl } as const;
    await saveDirectory(session, settings);
    await signIn(session, settings, { ...login, signal });
    return settings;
  }

  it('exchanges the password for a token, and keeps neither where anybody could read it', async () => {
    const session = await openSession();
    const settings = await start(session);
    const { plan } = await planSync(session, await openDirectory(session, settings, { askPassword }), signal);
    expect(plan.added).toHaveLength(3);
    const everything = await session.registry.read(async (reading) => [
      await reading.list('tokens'),
      await reading.setting('directories'),
      (await reading.audit(0, 100)).map(({ words }) => words),
    ]);
    const text = JSON.stringify(everything, (_name, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).not.toContain('planted');
  });

  it('lapses after 30 days without use, and each use counts', async () => {
    const session = await openSession();
    const settings = await start(session);
    // One of the portal, which the server does not end.
    await keepToken(session, 'pbx', token);
    const list = async () => planSync(session, await openDirectory(session, settings, { askPassword }), signal);
    for (let i = 0; i < 3; i += 1) {
      session.nowUnixMs += 29 * DAY_MS;
      expect((await list()).plan.added).toHaveLength(3);
    }
    session.nowUnixMs += 30 * DAY_MS;
    expect((await list()).listed.failure).toMatchObject({ code: 'signed-out' });
    expect(await createSealedVault(session).get('pbx')).toBeUndefined();
  });

  it('is gone after signing out', async () => {
    const session = await openSession();
    const settings = await start(session);
    await createSealedVault(session).delete('pbx');
    const source = await openDirectory(session, settings, { askPassword });
    expect((await planSync(session, source, signal)).listed.failure).toMatchObject({ code: 'signed-out' });
  });

  it('takes no address with a password in it', async () => {
    const session = await openSession();
    const wrong = saveDirectory(session, { id: 'pbx', kind: 'netsapiens', url: 'https://ada:secret@pbx.example' });
    await expect(wrong).rejects.toMatchObject({ code: 'bad-usage', message: expect.not.stringContaining('secret') });
  });
});

describe('examining an extension', () => {
  it('names the first thing that is missing, from the registry to the profile', async () => {
    const session = await openSession();
    const faults = async () =>
      (await examineExtension(session, '1001')).filter(({ state }) => state === 'fault').map(({ check }) => check);
    expect(await faults()).toEqual(['extension']);
    await syncFile(session, ['extension,name', '1001,Ann']);
    expect(await faults()).toEqual(['desk']);
    await session.registry.change(session.by('pair'), (changing) =>
      changing.insert('seats', { id: '1001/d-1', extension: '1001', desk: 'd-1' }),
    );
    expect(await faults()).toEqual(['beacon', 'profile']);
  });
});
