import { directoryError } from './directory-error.js';
import type { AskJson } from './json-client.js';
import { type JsonObject, readRows } from './json-fields.js';

/** How far a list was read: the rows taken and the key of the last. */
export interface ListPosition {
  readonly taken: number;
  readonly lastKey: string;
}

export interface PageOptions {
  readonly ask: AskJson;
  readonly path: readonly string[];
  readonly keyOf: (row: JsonObject) => string;
  readonly pageSize: number;
  readonly maxRows: number;
  readonly from?: ListPosition;
  readonly signal: AbortSignal;
}

export interface RowPage {
  readonly rows: readonly JsonObject[];
  readonly position: ListPosition;
}

/** The last row told stands first in the next page, or second where the server counts from 1. */
const MOST_AT_END = 2;
const SMALLEST_PAGE = MOST_AT_END + 1;

/**
 * Reads a list by `start` and `limit`.
 *
 * The public documentation does not settle whether `start` counts from 0 or from 1, nor whether the list stands still while it
 * is read. So each request begins one row before the end of the last and must find the last row again: both counts work, and
 * a list that moved, or a server that ignores `start`, is an error and not a gap.
 * @throws CliError `directory-moved` or `directory-malformed`; RangeError for pages of less than three rows.
 */
export async function* readPages({
  ask,
  path,
  keyOf,
  pageSize,
  maxRows,
  from,
  signal,
}: PageOptions): AsyncGenerator<RowPage> {
  const where = path.at(-1) ?? '';
  // A smaller page could hold nothing but what the last one told, and look like the end.
  if (pageSize < SMALLEST_PAGE) throw new RangeError(`pageSize: expected at least ${SMALLEST_PAGE}, got ${pageSize}`);
  let position = from;
  while (true) {
    const start = position === undefined ? 0 : Math.max(0, position.taken - 1);
    const answer = await ask({ path, query: { start, limit: pageSize }, signal });
    const rows = readRows(answer, where);
    const keys = rows.map(keyOf);
    const anchor = position === undefined ? -1 : keys.slice(0, MOST_AT_END).indexOf(position.lastKey);
    if (position !== undefined && anchor < 0) {
      if (keys.at(-1) === position.lastKey)
        throw directoryError('directory-malformed', `${where}: the server does not go on from start=${start}`);
      throw directoryError(
        'directory-moved',
        `${where}: the list changed while it was read, after ${position.taken} rows`,
      );
    }
    const fresh = rows.slice(anchor + 1);
    const last = fresh.at(-1);
    if (last === undefined) return;
    position = { taken: (position?.taken ?? 0) + fresh.length, lastKey: keyOf(last) };
    if (position.taken > maxRows) throw directoryError('directory-malformed', `${where}: more than ${maxRows} rows`);
    yield { rows: fresh, position };
    // More than was asked for: the server knows no pages and told all there is.
    if (rows.length > pageSize) return;
  }
}

/** @returns a cursor, `<rows taken>:<key of the last>`. */
export function encodePosition({ taken, lastKey }: ListPosition): string {
  return `${taken}:${encodeURIComponent(lastKey)}`;
}

/** @returns the position, or undefined where the text is none. */
export function decodePosition(cursor: string): ListPosition | undefined {
  const match = /^(\d{1,9}):([\w%.~!*'()-]+)$/.exec(cursor);
  if (match === null) return undefined;
  try {
    return { taken: Number(match[1]), lastKey: decodeURIComponent(match[2] as string) };
  } catch {
    return undefined;
  }
}
