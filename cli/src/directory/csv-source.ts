import { type FileHandle, open } from 'node:fs/promises';
import { CliError } from '../errors/cli-error.js';
import { type CsvMapping, findColumns } from './csv-columns.js';
import { createRowReader, type ReadRow } from './csv-entry.js';
import { readRows } from './csv-rows.js';
import { type CsvSeparator, decodeFile, detectEncoding, guessSeparator } from './csv-text.js';
import { directoryError } from './directory-error.js';
import type {
  DirectoryEntry,
  DirectoryFinding,
  DirectoryPage,
  DirectorySource,
  ListOptions,
} from './directory-source.js';

/** Enough to hold any header line. */
const HEAD_CHARACTERS = 64 * 1024;

export interface CsvSourceOptions {
  readonly file: string;
  /** Name of the source in the registry. */
  readonly id?: string;
  /** Columns that are known; the others are guessed from the header. */
  readonly mapping?: CsvMapping;
  /** Guessed from the first line when absent. */
  readonly separator?: CsvSeparator;
  readonly pageSize?: number;
  readonly maxRows?: number;
}

/**
 * A CSV file as a directory. It is read as a stream, twice: once for its encoding, once for its rows.
 *
 * A cursor names the file's size and time of change and the rows that were told. Resuming reads the rows before it again, for
 * a duplicate can stand across it, and fails with `directory-moved` when the file was written since.
 */
export function createCsvSource(options: CsvSourceOptions): DirectorySource {
  const { id = 'csv' } = options;
  return { id, list: (listing) => listFile({ ...options, id }, listing) };
}

async function* listFile(
  options: CsvSourceOptions & { readonly id: string },
  { cursor, signal }: ListOptions,
): AsyncGenerator<DirectoryPage> {
  const { file, pageSize = 500, maxRows = 100_000 } = options;
  const handle = await openFile(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    const version = `${size}-${Math.trunc(mtimeMs)}`;
    const told = rowsBefore(cursor, version, file);
    let entries: DirectoryEntry[] = [];
    let findings: DirectoryFinding[] = [];
    let rows = 0;
    for await (const { entry, findings: found } of readEntries(handle, options, signal)) {
      rows += 1;
      if (rows > maxRows) throw directoryError('directory-malformed', `${file}: more than ${maxRows} rows`);
      if (rows <= told) continue;
      // A full page is told only when another row is known to follow, so that the last page has no cursor.
      if (entries.length + findings.length >= pageSize) {
        yield { entries, findings, cursor: `${version}:${rows - 1}` };
        [entries, findings] = [[], []];
      }
      if (entry !== undefined) entries.push(entry);
      findings.push(...found);
    }
    yield { entries, findings };
  } finally {
    await handle.close();
  }
}

async function* readEntries(
  handle: FileHandle,
  { file, id, mapping, separator }: CsvSourceOptions & { readonly id: string },
  signal: AbortSignal,
): AsyncGenerator<ReadRow> {
  const encoding = await detectEncoding(handle, file, signal);
  const text = decodeFile(handle, encoding, signal);
  const head = await readHead(text);
  const guess = guessSeparator(head);
  const rows = readRows(
    file,
    joined(head.slice(guess.skip), text),
    separator ?? guess.separator,
    guess.skip > 0 ? 1 : 0,
  );
  let read: ReturnType<typeof createRowReader> | undefined;
  for await (const row of rows) {
    if (read === undefined) {
      read = createRowReader({ source: id, columns: findColumns(file, row.cells, mapping), header: row.cells });
      continue;
    }
    yield read(row);
  }
  if (read === undefined)
    throw directoryError('directory-columns', `${file}:1: expected a header line, got an empty file`);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new CliError('no-input', `cannot read ${file}`, { cause: error });
  }
}

async function readHead(text: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (head.length < HEAD_CHARACTERS && !/[\r\n][^\r\n]/.test(head)) {
    const { done, value } = await text.next();
    if (done === true) break;
    head += value;
  }
  return head;
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

function rowsBefore(cursor: string | undefined, version: string, file: string): number {
  if (cursor === undefined) return 0;
  const match = /^(\d+-\d+):(\d+)$/.exec(cursor);
  if (match === null) throw directoryError('directory-settings', `${file}: not a cursor of a CSV file`);
  if (match[1] !== version)
    throw directoryError('directory-moved', `${file}: was written since the listing that is to go on`);
  return Number(match[2]);
}
