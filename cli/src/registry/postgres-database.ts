import pg from 'pg';
import { CliError } from '../errors/cli-error.js';
import { createTurns, type SqlDatabase, type SqlSession } from './sql-database.js';

const CONNECT_LIMIT_MS = 10_000;
const STATEMENT_LIMIT_MS = 60_000;
const LOCK_LIMIT_MS = 5000;
/** Any number, the same for all who write: "desk" in ASCII. */
const WRITER_LOCK = 0x6465736b;

/**
 * Opens a database that several admins share. Writers take turns by an advisory lock, as they do in SQLite: the chain of the audit
 * has one end.
 * @param url `postgresql://…`; the password comes from PGPASSFILE or the URL.
 * @throws CliError `registry-unreachable`.
 */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  const location = withoutPassword(url);
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    lock_timeout: LOCK_LIMIT_MS,
    application_name: 'deskbeacon',
  });
  // A server that goes away between two statements is told by the next of them.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw new CliError('registry-unreachable', `${location}: the registry cannot be reached`, { cause });
  }
  const inTurn = createTurns();
  const session: SqlSession = {
    async all(sql, values = []) {
      return (await client.query(numbered(sql), values.map(toPostgres))).rows;
    },
    async run(sql, values = []) {
      return (await client.query(numbered(sql), values.map(toPostgres))).rowCount ?? 0;
    },
  };
  async function transact<T>(begin: readonly string[], work: (session: SqlSession) => Promise<T>): Promise<T> {
    return inTurn(async () => {
      try {
        for (const sql of begin) await client.query(sql);
        const result = await work(session);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {}); // What matters is why.
        throw failure(error, location);
      }
    });
  }
  return {
    kind: 'postgresql',
    location,
    write: (work) => transact(['BEGIN', `SELECT pg_advisory_xact_lock(${WRITER_LOCK})`], work),
    read: (work) => transact(['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'], work),
    close: () => inTurn(() => client.end()),
  };
}

function failure(error: unknown, location: string): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === '55P03' || code === '40001' || code === '40P01')
    return new CliError('registry-busy', `${location}: somebody else is writing`, { cause: error });
  // 08: connection; 57P: the server goes down. Without a code, the socket is gone.
  const isGone =
    typeof code === 'string' ? /^(08|57P|ECONN|EPIPE)/.test(code) : /connection|terminated/i.test(`${message}`);
  if (isGone && !(error instanceof CliError))
    return new CliError('registry-unreachable', `${location}: the registry went away`, { cause: error });
  return error;
}

/** `?` → `$1`, `$2`, …: no statement of ours has a question mark of its own. */
function numbered(sql: string): string {
  let number = 0;
  return sql.replaceAll('?', () => {
    number += 1;
    return `$${number}`;
  });
}

function toPostgres(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}

function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = '';
    return parsed.href;
  } catch {
    return 'postgresql';
  }
}
