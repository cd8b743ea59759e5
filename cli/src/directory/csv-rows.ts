import { type CsvRow, createRowSplitter, type SplitRows, unifyLineEndings } from './csv-cells.js';
import { directoryError } from './directory-error.js';

export type { CsvRow } from './csv-cells.js';

/** A row holds at most this many characters, or a quote was left open. */
const LONGEST_ROW = 64 * 1024;

const reasons = {
  'quote-open': 'a quote is opened and never closed',
  'row-too-long': `a row that cannot be read (longer than ${LONGEST_ROW} characters: a quote left open?)`,
} as const;

/**
 * Cuts text into rows; blank lines are passed over.
 * @param text the file in pieces of any size
 * @param skippedLines lines that were taken off before
 * @throws CliError `directory-malformed` with the line of a row that cannot be read.
 */
export async function* readRows(
  file: string,
  text: AsyncIterable<string>,
  separator: string,
  skippedLines: number,
): AsyncGenerator<CsvRow> {
  const splitter = createRowSplitter({ separator, mostCharacters: LONGEST_ROW, skippedLines });
  for await (const piece of unifyLines(text)) yield* told(splitter.push(piece), file);
  yield* told(splitter.finish(), file);
}

function* told({ rows, fault }: SplitRows, file: string): Generator<CsvRow> {
  yield* rows;
  if (fault !== undefined)
    throw directoryError('directory-malformed', `${file}:${fault.line}: ${reasons[fault.reason]}`);
}

/** A line ending of two characters may stand across two pieces. */
async function* unifyLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let endsInReturn = false;
  for await (const piece of text) {
    const rest = endsInReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') endsInReturn = piece.endsWith('\r');
    yield unifyLineEndings(rest);
  }
}
