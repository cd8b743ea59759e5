import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from './postgres-database.js';
import { createRegistry, type Registry } from './registry.js';
import type { SqlDatabase } from './sql-database.js';
import { openSqlite } from './sqlite-database.js';
import { type RecordOf, tableNames } from './tables.js';
import { findPostgres, type PostgresServer, startPostgres } from './testing/postgres-server.js';

/** One contract, both databases. */

const by = { actor: 'ada', verb: 'test', atMs: 1_790_000_000_000 };
const desk: RecordOf<'desks'> = { id: 'd-12', site: 's', floor: 'f-1', name: 'Desk 12', isAnchor: false };
const beacon: RecordOf<'beacons'> = {
  id: 'b-1',
  desk: 'd-12',
  name: 'Desk 12',
  lifecycle: 'deployed',
  exponentK: 9,
  intervalMs: 100,
  measuredPowerDbm: -59,
  clockOffsetS: 17,
  rootKey: new Uint8Array(32).fill(200),
  ownerKey: Uint8Array.of(0, 255),
};
const extension: RecordOf<'extensions'> = {
  id: '0042',
  site: 's',
  displayName: 'Ada L.',
  source: 'csv',
  sourceKey: '0042',
  isEnabled: true,
};

const programs = findPostgres();
if (programs === undefined && process.env.CI === 'true') throw new Error('CI has to have PostgreSQL: .ci/setup');

let directory: string;
let server: PostgresServer | undefined;
let count = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'deskbeacon-registry-'));
  if (programs !== undefined) server = await startPostgres(programs);
}, 60_000);
afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Opens one database as often as asked: each is another admin. */
function place(kind: SqlDatabase['kind']): () => Promise<SqlDatabase> {
  count += 1;
  if (kind === 'sqlite') {
    const file = join(directory, `${count}.db`);
    return async () => openSqlite(file);
  }
  const url = (server as PostgresServer).database(`test${count}`);
  return () => openPostgres(url);
}

describe.each(['sqlite', 'postgresql'] as const)('a registry in %s', (kind) => {
  const run = kind === 'postgresql' && programs === undefined ? it.skip : it;

  async function withRegistry(work: (registry: Registry, another: () => Promise<Registry>) => Promise<void>) {
    const open = place(kind);
    const opened: Registry[] = [];
    const another = async (): Promise<Registry> => {
      const registry = await createRegistry(await open());
      opened.push(registry);
      return registry;
    };
    try {
      await work(await another(), another);
    } finally {
      for (const registry of opened) await registry.close();
    }
  }

  run('gives back what was written, octets and absent values alike, also to somebody who opens it later', () =>
    withRegistry(async (registry, another) => {
      await registry.change(by, async (changing) => {
        await changing.insert('desks', { ...desk, xM: 1.25, yM: -0.5 });
        await changing.insert('desks', { ...desk, id: 'd-13' });
        await changing.insert('beacons', beacon);
        await changing.insert('extensions', extension);
        await changing.set('header', { a: [1, 'ü'] });
      });
      const later = await another();
      await later.read(async (reading) => {
        expect(await reading.get('desks', 'd-12')).toEqual({ ...desk, xM: 1.25, yM: -0.5, revision: 1 });
        expect(await reading.get('desks', 'd-13')).toEqual({ ...desk, id: 'd-13', revision: 1 });
        expect(await reading.get('beacons', 'b-1')).toEqual({ ...beacon, revision: 1 });
        expect(await reading.list('extensions', { isEnabled: true })).toEqual([{ ...extension, revision: 1 }]);
        expect(await reading.list('extensions', { isEnabled: false })).toEqual([]);
        expect(await reading.get('beacons', 'nobody')).toBeUndefined();
        expect(await reading.setting('header')).toEqual({ a: [1, 'ü'] });
        expect(await reading.setting('nothing')).toBeUndefined();
      });
    }),
  );

  run('picks a few columns of all rows, and no secret', () =>
    withRegistry(async (registry) => {
      await registry.read(async (reading) => expect(await reading.pick('desks', ['id'])).toEqual([]));
      await registry.change(by, async (changing) => {
        await changing.insert('desks', { ...desk, id: 'd-2', xM: 1.5, isAnchor: true });
        await changing.insert('desks', { ...desk, id: 'd-1', name: 'a "ü"' });
      });
      await registry.read(async (reading) => {
        expect(await reading.pick('desks', ['id', 'name', 'xM', 'isAnchor'])).toEqual([
          ['d-1', 'a "ü"', null, 0],
          ['d-2', 'Desk 12', 1.5, 1],
        ]);
        await expect(reading.pick('beacons', ['rootKey'])).rejects.toThrow(TypeError);
      });
    }),
  );

  run('has every table', () =>
    withRegistry(async (registry) => {
      for (const table of tableNames) expect(await registry.read((reading) => reading.list(table)), table).toEqual([]);
    }),
  );

  run('keeps nothing of a change that failed', () =>
    withRegistry(async (registry) => {
      const failing = registry.change(by, async (changing) => {
        await changing.insert('desks', desk);
        throw new Error('the beacon is gone');
      });
      await expect(failing).rejects.toThrow('the beacon is gone');
      expect(await registry.read((reading) => reading.list('desks'))).toEqual([]);
      expect(await registry.checkAudit()).toMatchObject({ entries: 0 });
      await registry.change(by, (changing) => changing.insert('desks', desk));
    }),
  );

  run('refuses a change to what somebody else has changed meanwhile', () =>
    withRegistry(async (ada, another) => {
      const bob = await another();
      await ada.change(by, (changing) => changing.insert('desks', desk));
      const read = async (registry: Registry) => {
        const row = await registry.read((reading) => reading.get('desks', 'd-12'));
        if (row === undefined) throw new Error('no desk');
        return row;
      };
      const [seenByAda, seenByBob] = [await read(ada), await read(bob)];
      await ada.change(by, (changing) => changing.update('desks', { ...seenByAda, name: 'Window' }));
      const late = bob.change(by, (changing) => changing.update('desks', { ...seenByBob, name: 'Door' }));
      await expect(late).rejects.toMatchObject({ code: 'registry-conflict' });
      const gone = bob.change(by, (changing) => changing.remove('desks', seenByBob));
      await expect(gone).rejects.toMatchObject({ code: 'registry-conflict' });
      expect(await read(bob)).toMatchObject({ name: 'Window', revision: 2 });
      const again = bob.change(by, (changing) => changing.insert('desks', desk));
      await expect(again).rejects.toMatchObject({ code: 'registry-conflict' });
    }),
  );

  run('loses no write of two admins who write at once, and their audit is one chain', () =>
    withRegistry(async (ada, another) => {
      const bob = await another();
      await ada.change(by, (changing) => changing.insert('beacons', beacon));
      const bump = (registry: Registry) =>
        registry.change(by, async (changing) => {
          const row = await changing.get('beacons', 'b-1');
          if (row === undefined) throw new Error('no beacon');
          await changing.update('beacons', { ...row, clockOffsetS: row.clockOffsetS + 1 });
        });
      // SQLite's work of one process ends before another's begins; that of two processes meets at its lock.
      if (kind === 'postgresql') await Promise.all(Array.from({ length: 40 }, (_, i) => bump(i % 2 === 0 ? ada : bob)));
      else for (let i = 0; i < 40; i += 1) await bump(i % 2 === 0 ? ada : bob);
      expect(await bob.read((reading) => reading.get('beacons', 'b-1'))).toMatchObject({
        clockOffsetS: beacon.clockOffsetS + 40,
        revision: 41,
      });
      expect(await ada.checkAudit()).toMatchObject({ entries: 41 });
      expect((await ada.checkAudit()).fault).toBeUndefined();
    }),
  );

  run('tells of every change who, what, before and after, and of no key', () =>
    withRegistry(async (registry) => {
      await registry.change({ ...by, verb: 'pair' }, (changing) => changing.insert('beacons', beacon));
      const row = await registry.read((reading) => reading.get('beacons', 'b-1'));
      if (row === undefined) throw new Error('no beacon');
      await registry.change({ ...by, actor: 'bob', verb: 'retire' }, (changing) =>
        changing.update('beacons', { ...row, lifecycle: 'retired' }),
      );
      const entries = await registry.read((reading) => reading.audit(0, 10));
      expect(entries.map(({ verb, words }) => [verb, words?.actor, words?.subject])).toEqual([
        ['pair', 'ada', 'beacons/b-1'],
        ['retire', 'bob', 'beacons/b-1'],
      ]);
      expect(entries[1]?.words?.content).toMatchObject({
        before: { lifecycle: 'deployed' },
        after: { lifecycle: 'retired' },
      });
      expect(JSON.stringify(entries.map(({ words }) => words?.content))).not.toMatch(/Key|200/);
    }),
  );

  run('purges by age and by extension, and the chain still holds', () =>
    withRegistry(async (registry) => {
      await registry.change(by, async (changing) => {
        await changing.insert('extensions', extension);
        await changing.insert('extensions', { ...extension, id: '00_2' });
        await changing.insert('seats', { id: '0042/d-12', extension: '0042', desk: 'd-12' });
      });
      await registry.change({ ...by, atMs: by.atMs + 1000 }, (changing) => changing.insert('desks', desk));
      // `_` stands for itself, not for any letter.
      expect(await registry.change(by, (changing) => changing.purge({ extension: '00_2' }))).toBe(1);
      expect(await registry.change(by, (changing) => changing.purge({ extension: '0042' }))).toBe(2);
      expect(await registry.change(by, (changing) => changing.purge({ beforeMs: by.atMs + 1000 }))).toBe(0);
      expect(await registry.change(by, (changing) => changing.purge({ beforeMs: by.atMs + 1001 }))).toBe(1);
      const entries = await registry.read((reading) => reading.audit(0, 10));
      expect(entries.map(({ words }) => words)).toEqual([undefined, undefined, undefined, undefined]);
      expect(await registry.checkAudit()).toMatchObject({ entries: 4 });
      expect((await registry.checkAudit()).fault).toBeUndefined();
    }),
  );

  run('finds words that were changed and entries that were taken out behind its back', async () => {
    const open = place(kind);
    const database = await open();
    const registry = await createRegistry(database);
    for (const id of ['d-1', 'd-2', 'd-3'])
      await registry.change(by, (changing) => changing.insert('desks', { ...desk, id }));
    const meddle = (sql: string) => database.write((session) => session.run(sql));
    await meddle(`UPDATE "audit" SET "actor" = 'eve' WHERE "seq" = 2`);
    expect((await registry.checkAudit()).fault).toEqual({ seq: 2, reason: 'content' });
    await meddle(`UPDATE "audit" SET "actor" = 'ada', "atMs" = "atMs" + 1 WHERE "seq" = 2`);
    expect((await registry.checkAudit()).fault).toEqual({ seq: 2, reason: 'hash' });
    await meddle(`DELETE FROM "audit" WHERE "seq" = 2`);
    expect((await registry.checkAudit()).fault).toEqual({ seq: 2, reason: 'gap' });
    await registry.close();
  });

  run('is not opened by a program that is older than it', async () => {
    const open = place(kind);
    const registry = await createRegistry(await open());
    await registry.change(by, (changing) => changing.set('schemaVersion', 99));
    await registry.close();
    const database = await open();
    await expect(createRegistry(database)).rejects.toMatchObject({ code: 'registry-newer' });
    await database.close();
  });

  run('notes when a beacon was heard, and never an earlier time, without an entry', () =>
    withRegistry(async (registry) => {
      await registry.change(by, (changing) => changing.insert('beacons', beacon));
      for (const atMs of [5000, 4000]) await registry.change(by, (changing) => changing.noteHeard('b-1', atMs));
      expect(await registry.read((reading) => reading.get('beacons', 'b-1'))).toMatchObject({
        lastHeardAtMs: 5000,
        revision: 1,
      });
      expect(await registry.checkAudit()).toMatchObject({ entries: 1 });
    }),
  );
});

describe('a registry in a file', () => {
  it('is for its owner alone', async () => {
    const file = join(directory, 'new', 'registry.db');
    const registry = await createRegistry(openSqlite(file));
    await registry.change(by, (changing) => changing.insert('desks', desk));
    for (const suffix of ['', '-wal']) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
    await registry.close();
  });

  it('is refused when it is another kind of file', async () => {
    const file = join(directory, 'foreign.db');
    writeFileSync(file, 'a letter to somebody, long enough to be read as a page'.repeat(100));
    const opening = (async () => createRegistry(openSqlite(file)))();
    await expect(opening).rejects.toMatchObject({ code: 'registry-damaged' });
  });
});

describe('a registry on a server', () => {
  it('says which server cannot be reached, without the password', async () => {
    const opening = openPostgres('postgresql://ada:planted-secret@127.0.0.1:1/x');
    await expect(opening).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: expect.not.stringContaining('planted-secret'),
    });
  });
});
