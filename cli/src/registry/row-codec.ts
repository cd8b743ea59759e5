import type { SqlDatabase, SqlRow, SqlValue } from './sql-database.js';
import { type Columns, kindOf, type RecordOf, type Stored, type TableName, tables } from './tables.js';

/** Rows of the database ⇄ records of the registry, and the schema of both databases. */

const types = {
  sqlite: { text: 'TEXT', integer: 'INTEGER', real: 'REAL', boolean: 'INTEGER', json: 'TEXT', sealed: 'BLOB' },
  postgresql: {
    text: 'TEXT',
    integer: 'BIGINT',
    real: 'DOUBLE PRECISION',
    boolean: 'BIGINT',
    json: 'TEXT',
    sealed: 'BYTEA',
  },
} as const;

/** @returns the statement that makes the table where there is none. */
export function createTable(table: TableName, kind: SqlDatabase['kind']): string {
  const columns = columnsOf(table).map(([name, column]) => {
    const { kind: type, isOptional } = kindOf(column);
    const constraint = name === 'id' ? ' PRIMARY KEY' : isOptional ? '' : ' NOT NULL';
    return `"${name}" ${types[kind][type]}${constraint}`;
  });
  const revision = `"revision" ${types[kind].integer} NOT NULL`;
  return `CREATE TABLE IF NOT EXISTS "${table}" (${[...columns, revision].join(', ')})`;
}

/** @returns the statement whose one cell holds these columns of all rows, as JSON. */
export function pickColumns(table: TableName, columns: readonly string[], kind: SqlDatabase['kind']): string {
  const known = new Map(columnsOf(table));
  for (const name of columns) {
    const column = known.get(name);
    if (column === undefined || !['text', 'integer', 'real', 'boolean'].includes(kindOf(column).kind))
      throw new TypeError(`${table}.${name}: expected a column of texts or numbers`);
  }
  const cells = columns.map((name) => `"${name}"`).join(', ');
  return kind === 'sqlite'
    ? `SELECT json_group_array(json_array(${cells})) AS "cells" FROM (SELECT ${cells} FROM "${table}" ORDER BY "id")`
    : `SELECT coalesce(json_agg(json_build_array(${cells}) ORDER BY "id"), '[]')::text AS "cells" FROM "${table}"`;
}

export function columnsOf(table: TableName): readonly (readonly [string, Columns[string]])[] {
  return Object.entries(tables[table] as Columns);
}

/**
 * @returns the values in the order of the columns.
 * @throws TypeError when a value is missing or of another kind: the caller's mistake, for what came from outside was checked there.
 */
export function encodeRow<T extends TableName>(table: T, row: RecordOf<T>): readonly SqlValue[] {
  const values = row as Readonly<Record<string, unknown>>;
  return columnsOf(table).map(([name, column]) => {
    const { kind, isOptional } = kindOf(column);
    const value = values[name];
    if (value === undefined && isOptional) return null;
    if (kind === 'json' && value !== undefined) return JSON.stringify(value);
    if (kind === 'boolean' && typeof value === 'boolean') return value ? 1 : 0;
    if (kind === 'text' && typeof value === 'string' && !value.includes('\0')) return value;
    if (kind === 'integer' && Number.isSafeInteger(value)) return value as number;
    if (kind === 'real' && Number.isFinite(value)) return value as number;
    if (kind === 'sealed' && value instanceof Uint8Array) return value;
    throw new TypeError(`${table}.${name}: expected ${column}, got ${typeof value}`);
  });
}

export function decodeRow<T extends TableName>(table: T, row: SqlRow): Stored<T> {
  const fields = columnsOf(table).flatMap(([name, column]): [string, unknown][] => {
    const value = row[name];
    return value === null || value === undefined ? [] : [[name, decodeValue(kindOf(column).kind, value)]];
  });
  return Object.fromEntries([...fields, ['revision', Number(row.revision)]]) as unknown as Stored<T>;
}

function decodeValue(kind: ReturnType<typeof kindOf>['kind'], value: unknown): unknown {
  switch (kind) {
    case 'integer':
    case 'real':
      return Number(value);
    case 'boolean':
      return Number(value) === 1;
    case 'json':
      return JSON.parse(String(value));
    case 'sealed':
      return new Uint8Array(value as Uint8Array);
    default:
      return String(value);
  }
}
