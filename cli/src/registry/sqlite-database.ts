import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { CliError } from '../errors/cli-error.js';
import { createTurns, type SqlDatabase, type SqlRow, type SqlSession, type SqlValue } from './sql-database.js';

const BUSY_MS = 5000;
/** Statements are few and compiled once. */
const MOST_STATEMENTS = 200;

/**
 * Opens a file; makes it, for its owner alone, where there is none.
 * @throws CliError `registry-damaged` for a file that is no database; `registry-unwritable` where it cannot be made.
 */
export function openSqlite(file: string): SqlDatabase {
  const database = open(file);
  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  const inTurn = createTurns();

  const prepare = (sql: string): ReturnType<typeof database.prepare> => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const made = database.prepare(sql);
    if (statements.size < MOST_STATEMENTS) statements.set(sql, made);
    return made;
  };
  const session: SqlSession = {
    async all(sql, values = []) {
      return prepare(sql).all(values.map(toSqlite)) as readonly SqlRow[];
    },
    async run(sql, values = []) {
      return prepare(sql).run(values.map(toSqlite)).changes;
    },
  };
  async function transact<T>(begin: string, work: (session: SqlSession) => Promise<T>): Promise<T> {
    return inTurn(async () => {
      try {
        database.exec(begin);
      } catch (error) {
        throw failure(error, file);
      }
      try {
        const result = await work(session);
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw failure(error, file);
      }
    });
  }
  return {
    kind: 'sqlite',
    location: file,
    write: (work) => transact('BEGIN IMMEDIATE', work),
    read: (work) => transact('BEGIN', work),
    close: () =>
      inTurn(async () => {
        database.close();
      }),
  };
}

function open(file: string): InstanceType<typeof Database> {
  try {
    if (file !== ':memory:') {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      // SQLite would make it readable by all, and its journals take its mode.
      if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
      chmodSync(file, 0o600);
    }
  } catch (cause) {
    throw new CliError('registry-unwritable', `${file}: the registry cannot be made`, { cause });
  }
  if (file !== ':memory:' && !statSync(file).isFile())
    throw new CliError('registry-damaged', `${file}: this is no registry: it is no file`);
  try {
    const database = new Database(file);
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    database.exec('PRAGMA journal_mode = WAL');
    // A commit is on the disk before it is said to be: what a beacon was told must not be forgotten by a power cut.
    database.exec('PRAGMA synchronous = FULL');
    return database;
  } catch (error) {
    throw failure(error, file);
  }
}

function failure(error: unknown, file: string): unknown {
  const code = (error as { readonly code?: unknown }).code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error;
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return new CliError('registry-busy', `${file}: somebody else has been writing for ${BUSY_MS / 1000} s`, {
      cause: error,
    });
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code))
    return new CliError('registry-damaged', `${file}: this is no registry, or it is damaged`, { cause: error });
  if (/^SQLITE_(READONLY|CANTOPEN|FULL|IOERR|PERM)/.test(code))
    return new CliError('registry-unwritable', `${file}: the registry cannot be written`, { cause: error });
  return error;
}

function toSqlite(value: SqlValue): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}
