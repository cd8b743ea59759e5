import { type CsvMapping, findColumns } from './csv-columns.js';
import { createRowReader, type ReadRow } from './csv-entry.js';
import { readRows } from './csv-rows.js';
import { type CsvSeparator, decodeFile, detectEncoding, guessSeparator, type OctetsAtPosition } from './csv-text.js';
import { directoryError } from './directory-error.js';

/** Enough to hold any header line. */
const HEAD_CHARACTERS = 64 * 1024;

export interface CsvEntriesOptions {
  /** What the file is called in messages. */
  readonly file: string;
  readonly id: string;
  readonly mapping?: CsvMapping;
  readonly separator?: CsvSeparator;
}

/**
 * Reads an open CSV file row by row.
 * @returns what became of each row below the header, in order.
 * @throws CliError with a code that begins with `directory-`.
 */
export async function* readEntries(
  handle: OctetsAtPosition,
  { file, id, mapping, separator }: CsvEntriesOptions,
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
