import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { directoryError } from './directory-error.js';

/** A row holds at most this many characters, or a quote was left open. */
const LONGEST_ROW = 64 * 1024;

export interface CsvRow {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Cuts text into rows; blank lines are passed over.
 * @param text the file in pieces of any size
 * @param skippedLines lines that were taken off before
 * @throws CliError `directory-malformed` with the line of a quote that is never closed.
 */
export async function* readRows(
  file: string,
  text: AsyncIterable<string>,
  separator: string,
  skippedLines: number,
): AsyncGenerator<CsvRow> {
  const parser = parse({
    delimiter: separator,
    record_delimiter: '\n',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
    info: true,
  });
  pipeline(Readable.from(unifyLines(text)), parser, () => {
    // The fault reaches the reader of the rows below.
  });
  let last = skippedLines;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      last = info.lines + skippedLines;
      yield { line: last - lineBreaksIn(record), cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's message may quote the row.
    const reason =
      error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is opened and never closed' : 'a row that cannot be read';
    const size =
      error.code === 'CSV_MAX_RECORD_SIZE' ? ` (longer than ${LONGEST_ROW} characters: a quote left open?)` : '';
    throw directoryError('directory-malformed', `${file}:${last + 1}: ${reason}${size}`);
  }
}

function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.split('\n').length - 1), 0);
}

/** Files are edited on several systems: all three line endings become one, or the lines are counted wrongly. */
async function* unifyLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let endsInReturn = false;
  for await (const piece of text) {
    const rest = endsInReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') endsInReturn = piece.endsWith('\r');
    yield rest.replace(/\r\n?/g, '\n');
  }
}
