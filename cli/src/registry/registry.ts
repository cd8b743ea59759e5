import { CliError } from '../errors/cli-error.js';
import { type AuditEntry, appendEntry, type ChainFault, checkChain } from './audit-chain.js';
import { columnsOf, createTable, decodeRow, encodeRow, pickColumns } from './row-codec.js';
import type { SqlDatabase, SqlRow, SqlSession } from './sql-database.js';
import { kindOf, type RecordOf, type Stored, type TableName, tableNames } from './tables.js';

/** Sites, desks, extensions, beacons and their keys, and who changed what. */
export interface Registry {
  readonly kind: SqlDatabase['kind'];
  readonly location: string;
  /** One snapshot. */
  read<T>(work: (reading: Reading) => Promise<T>): Promise<T>;
  /**
   * One transaction: all of it or nothing. Every change is an entry of the audit.
   * @throws CliError `registry-conflict` when somebody else has changed a row since it was read; `registry-busy`.
   */
  change<T>(by: ChangedBy, work: (changing: Changing) => Promise<T>): Promise<T>;
  /** @returns the first fault of the whole chain, and its newest entry. */
  checkAudit(): Promise<{ readonly fault?: ChainFault; readonly newest?: AuditEntry; readonly entries: number }>;
  close(): Promise<void>;
}

export interface ChangedBy {
  readonly actor: string;
  /** What was asked for, as the command is called: `pair`, `import`. */
  readonly verb: string;
  readonly atMs: number;
}

export type SqlCell = string | number | null;

export interface Where {
  readonly [column: string]: string | number | boolean;
}

export interface Reading {
  get<T extends TableName>(table: T, id: string): Promise<Stored<T> | undefined>;
  /** @returns the rows in the order of their ids. */
  list<T extends TableName>(table: T, where?: Where): Promise<readonly Stored<T>[]>;
  /**
   * A few columns of all rows, in the order of their ids: a list of ten thousand that costs no row by row.
   * @returns what the columns hold, in their order: texts and numbers, `null` where absent, 0 and 1 for booleans.
   * @throws TypeError for a column that there is not, or whose values are not for lists.
   */
  pick<T extends TableName>(table: T, columns: readonly (keyof RecordOf<T> & string)[]): Promise<readonly SqlCell[][]>;
  /** @returns the value of a name, `undefined` where there is none. */
  setting(name: string): Promise<unknown>;
  /** @returns entries with a number above `after`, in order, at most `limit` (1..10 000). */
  audit(after: number, limit: number): Promise<readonly AuditEntry[]>;
}

export interface Changing extends Reading {
  /** @throws CliError `registry-conflict` when the id is taken. */
  insert<T extends TableName>(table: T, row: RecordOf<T>): Promise<void>;
  /** @param row as it was read, with what is new. */
  update<T extends TableName>(table: T, row: Stored<T>): Promise<void>;
  remove<T extends TableName>(table: T, row: Stored<T>): Promise<void>;
  /** Not in the audit: when a beacon was last heard says nothing of who did what. */
  noteHeard(beacon: string, atMs: number): Promise<void>;
  set(name: string, value: unknown): Promise<void>;
  /** An entry for what changes no row: a profile that was handed out. */
  note(subject: string, content: unknown): Promise<void>;
  /** Takes the words out of the entries that are older, or that tell of an extension. @returns how many. */
  purge(which: { readonly beforeMs: number } | { readonly extension: string }): Promise<number>;
  /** Takes everything out, the audit too, to make room for a restore. */
  clear(): Promise<void>;
  /** Puts a row back as it was: its entry comes with the audit. */
  restore<T extends TableName>(table: T, row: RecordOf<T>): Promise<void>;
  /** Puts an entry back as it was. */
  putAudit(entry: AuditEntry): Promise<void>;
}

const SCHEMA_VERSION = 1;
const CHAIN_PAGE = 5000;

/** @throws CliError `registry-newer` when a newer program has made the registry. */
export async function createRegistry(database: SqlDatabase): Promise<Registry> {
  await prepare(database);
  return {
    kind: database.kind,
    location: database.location,
    read: (work) => database.read((session) => work(readingOf(session, database.kind))),
    change: (by, work) => database.write((session) => work(changingOf(session, database.kind, by))),
    checkAudit: () =>
      database.read(async (session) => {
        const reading = readingOf(session, database.kind);
        let newest: AuditEntry | undefined;
        for (;;) {
          const page = await reading.audit(newest?.seq ?? 0, CHAIN_PAGE);
          const fault = checkChain(page, newest);
          if (fault !== undefined) return { fault, entries: newest?.seq ?? 0 };
          newest = page.at(-1) ?? newest;
          if (page.length < CHAIN_PAGE) {
            return { ...(newest === undefined ? {} : { newest }), entries: newest?.seq ?? 0 };
          }
        }
      }),
    close: () => database.close(),
  };
}

async function prepare(database: SqlDatabase): Promise<void> {
  const found = await database.read(async (session) => {
    // Asking is not writing: a registry that is there is opened without a turn at the lock.
    const exists =
      database.kind === 'sqlite'
        ? await session.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'settings'")
        : await session.all("SELECT to_regclass('settings') AS name");
    return exists[0]?.name == null ? undefined : await readingOf(session, database.kind).setting('schemaVersion');
  });
  if (typeof found === 'number' && found > SCHEMA_VERSION)
    throw new CliError('registry-newer', `${database.location}: made by a newer deskbeacon (schema ${found})`);
  if (found === SCHEMA_VERSION) return;
  await database.write(async (session) => {
    const octets = database.kind === 'sqlite' ? 'BLOB' : 'BYTEA';
    const integer = database.kind === 'sqlite' ? 'INTEGER' : 'BIGINT';
    for (const table of tableNames) await session.run(createTable(table, database.kind));
    await session.run('CREATE TABLE IF NOT EXISTS "settings" ("name" TEXT PRIMARY KEY, "value" TEXT NOT NULL)');
    await session.run(
      `CREATE TABLE IF NOT EXISTS "audit" ("seq" ${integer} PRIMARY KEY, "atMs" ${integer} NOT NULL, "verb" TEXT NOT NULL, ` +
        `"contentHash" ${octets} NOT NULL, "hash" ${octets} NOT NULL, "salt" ${octets}, "actor" TEXT, "subject" TEXT, "content" TEXT)`,
    );
    await session.run('CREATE INDEX IF NOT EXISTS "auditSubjects" ON "audit" ("subject")');
    for (const [table, column] of indexed)
      await session.run(`CREATE INDEX IF NOT EXISTS "${table}By${column}" ON "${table}" ("${column}")`);
    await changingOf(session, database.kind, { actor: '', verb: '', atMs: 0 }).set('schemaVersion', SCHEMA_VERSION);
  });
}

const indexed = [
  ['beacons', 'desk'],
  ['seats', 'extension'],
  ['seats', 'desk'],
  ['calibrations', 'desk'],
  ['leases', 'extension'],
] as const satisfies readonly (readonly [TableName, string])[];

function readingOf(session: SqlSession, kind: SqlDatabase['kind']): Reading {
  return {
    async get(table, id) {
      const [row] = await session.all(`SELECT * FROM "${table}" WHERE "id" = ?`, [id]);
      return row === undefined ? undefined : decodeRow(table, row);
    },
    async list(table, where = {}) {
      const names = Object.keys(where);
      const known = new Set(columnsOf(table).map(([name]) => name));
      const unknown = names.find((name) => !known.has(name));
      if (unknown !== undefined) throw new TypeError(`${table}: no column ${unknown}`);
      const clause = names.length === 0 ? '' : ` WHERE ${names.map((name) => `"${name}" = ?`).join(' AND ')}`;
      const values = Object.values(where).map((value) => (typeof value === 'boolean' ? Number(value) : value));
      const rows = await session.all(`SELECT * FROM "${table}"${clause} ORDER BY "id"`, values);
      return rows.map((row) => decodeRow(table, row));
    },
    async pick(table, columns) {
      const [row] = await session.all(pickColumns(table, columns, kind));
      return JSON.parse(String(row?.cells)) as SqlCell[][];
    },
    async setting(name) {
      const [row] = await session.all('SELECT "value" FROM "settings" WHERE "name" = ?', [name]);
      return row === undefined ? undefined : JSON.parse(String(row.value));
    },
    async audit(after, limit) {
      const rows = await session.all('SELECT * FROM "audit" WHERE "seq" > ? ORDER BY "seq" LIMIT ?', [after, limit]);
      return rows.map(toEntry);
    },
  };
}

function changingOf(session: SqlSession, kind: SqlDatabase['kind'], by: ChangedBy): Changing {
  const reading = readingOf(session, kind);
  let newest: Pick<AuditEntry, 'seq' | 'hash'> | undefined;

  async function note(subject: string, content: unknown): Promise<void> {
    newest ??= (await session.all('SELECT * FROM "audit" ORDER BY "seq" DESC LIMIT 1')).map(toEntry)[0];
    const entry = appendEntry(newest, { ...by, subject, content });
    await putAudit(entry);
    newest = entry;
  }
  async function putAudit({ seq, atMs, verb, contentHash, hash, words }: AuditEntry): Promise<void> {
    const told = words === undefined ? [null, null, null, null] : wordsOf(words);
    await session.run('INSERT INTO "audit" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      seq,
      atMs,
      verb,
      contentHash,
      hash,
      ...told,
    ]);
  }

  async function restore<T extends TableName>(table: T, row: RecordOf<T>): Promise<void> {
    const names = columnsOf(table).map(([name]) => `"${name}"`);
    const marks = [...names, ''].map(() => '?').join(', ');
    await session.run(`INSERT INTO "${table}" (${names.join(', ')}, "revision") VALUES (${marks})`, [
      ...encodeRow(table, row),
      1,
    ]);
  }

  return {
    ...reading,
    note,
    restore,
    putAudit,
    async insert(table, row) {
      if ((await reading.get(table, row.id)) !== undefined)
        throw new CliError('registry-conflict', `${table}/${row.id}: is there already`);
      await restore(table, row);
      await note(`${table}/${row.id}`, { after: withoutSecrets(table, row) });
    },
    async update(table, row) {
      const before = await reading.get(table, row.id);
      const names = columnsOf(table).map(([name]) => `"${name}" = ?`);
      const changed = await session.run(
        `UPDATE "${table}" SET ${names.join(', ')}, "revision" = ? WHERE "id" = ? AND "revision" = ?`,
        [...encodeRow(table, row), row.revision + 1, row.id, row.revision],
      );
      if (changed !== 1 || before === undefined) throw conflict(table, row.id);
      await note(`${table}/${row.id}`, { before: withoutSecrets(table, before), after: withoutSecrets(table, row) });
    },
    async remove(table, row) {
      const sql = `DELETE FROM "${table}" WHERE "id" = ? AND "revision" = ?`;
      if ((await session.run(sql, [row.id, row.revision])) !== 1) throw conflict(table, row.id);
      await note(`${table}/${row.id}`, { before: withoutSecrets(table, row) });
    },
    async clear() {
      for (const table of [...tableNames, 'audit']) await session.run(`DELETE FROM "${table}"`);
      newest = undefined;
    },
    async noteHeard(beacon, atMs) {
      await session.run(
        'UPDATE "beacons" SET "lastHeardAtMs" = ? WHERE "id" = ? AND ("lastHeardAtMs" IS NULL OR "lastHeardAtMs" < ?)',
        [atMs, beacon, atMs],
      );
    },
    async set(name, value) {
      await session.run(
        'INSERT INTO "settings" ("name", "value") VALUES (?, ?) ON CONFLICT ("name") DO UPDATE SET "value" = excluded."value"',
        [name, JSON.stringify(value)],
      );
    },
    async purge(which) {
      const take = 'UPDATE "audit" SET "salt" = NULL, "actor" = NULL, "subject" = NULL, "content" = NULL WHERE';
      if ('beforeMs' in which) return session.run(`${take} "atMs" < ? AND "salt" IS NOT NULL`, [which.beforeMs]);
      const told = `"extension":${JSON.stringify(which.extension)}`.replace(/[\\%_]/g, '\\$&');
      const sql = `${take} "salt" IS NOT NULL AND ("subject" = ? OR "content" LIKE ? ESCAPE '\\')`;
      return session.run(sql, [`extensions/${which.extension}`, `%${told}%`]);
    },
  };
}

function conflict(table: TableName, id: string): CliError {
  return new CliError('registry-conflict', `${table}/${id}: somebody else has changed it meanwhile`);
}

/** Keys stay out of the audit, sealed or not. */
function withoutSecrets<T extends TableName>(table: T, row: RecordOf<T>): Readonly<Record<string, unknown>> {
  const secret = new Set(
    columnsOf(table)
      .filter(([, column]) => kindOf(column).kind === 'sealed')
      .map(([name]) => name),
  );
  return Object.fromEntries(Object.entries(row).filter(([name]) => !secret.has(name) && name !== 'revision'));
}

function wordsOf({ salt, actor, subject, content }: NonNullable<AuditEntry['words']>) {
  return [salt, actor, subject, JSON.stringify(content ?? null)] as const;
}

function toEntry(row: SqlRow): AuditEntry {
  const { seq, atMs, verb, contentHash, hash, salt, actor, subject, content } = row;
  const entry = {
    seq: Number(seq),
    atMs: Number(atMs),
    verb: String(verb),
    contentHash: new Uint8Array(contentHash as Uint8Array),
    hash: new Uint8Array(hash as Uint8Array),
  };
  if (salt === null) return entry;
  const words = {
    salt: new Uint8Array(salt as Uint8Array),
    actor: String(actor),
    subject: String(subject),
    content: JSON.parse(String(content)),
  };
  return { ...entry, words };
}
