/**
 * Desks, anchors and extensions as a sheet. One row is one seat: an extension at a desk. A row without an extension is a desk that
 * nobody has, a row without a desk an extension that has none. `export` writes what `import` reads.
 *
 * | column | what |
 * |---|---|
 * | extension | as dialled: 1 to 32 of 0-9 A-Z a-z * # _ - |
 * | display_name | whose it is |
 * | desk | name of the place in lists |
 * | desk_name | what people call it |
 * | floor | as the plan calls it |
 * | x_m, y_m | metres in the plan of the floor; both or neither |
 * | anchor | yes or no: a place without a desk phone |
 */
import { open } from 'node:fs/promises';
import { cleanText, extensionExpected, isExtension, quote } from '../../directory/clean-text.js';
import { readRows } from '../../directory/csv-rows.js';
import { decodeFile, detectEncoding, guessSeparator } from '../../directory/csv-text.js';
import { CliError } from '../../errors/cli-error.js';

export const placeColumns = [
  'extension',
  'display_name',
  'desk',
  'desk_name',
  'floor',
  'x_m',
  'y_m',
  'anchor',
] as const;
export type PlaceColumn = (typeof placeColumns)[number];

export interface PlaceRow {
  readonly line: number;
  readonly extension?: string;
  readonly displayName?: string;
  readonly desk?: string;
  readonly deskName?: string;
  readonly floor?: string;
  readonly xM?: number;
  readonly yM?: number;
  readonly isAnchor?: boolean;
}

/** A row that is left out, or a value that was changed. */
export interface PlaceFinding {
  readonly line: number;
  readonly column: PlaceColumn;
  readonly expected: string;
  readonly got: string;
}

export const MOST_ROWS = 100_000;
export const MOST_LETTERS = 64;
const MOST_METRES = 100_000;
const MOST_FINDINGS = 1000;

/**
 * Reads a sheet as a stream; UTF-8 or Windows-1252, any of three separators.
 * @returns the rows that can be taken, and what is wrong with the others: the first 1000.
 * @throws CliError `no-input`, `bad-sheet`, `directory-malformed`.
 */
export async function readPlaceFile(
  file: string,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly PlaceRow[]; readonly findings: readonly PlaceFinding[] }> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new CliError('no-input', `${file}: cannot be read`, { cause });
  });
  try {
    const text = decodeFile(handle, await detectEncoding(handle, file, signal), signal);
    const first = await text.next();
    const head = first.done === true ? '' : first.value;
    const { separator, skip } = guessSeparator(head);
    const rows: PlaceRow[] = [];
    const findings: PlaceFinding[] = [];
    let columns: readonly (PlaceColumn | undefined)[] | undefined;
    for await (const { line, cells } of readRows(file, joined(head.slice(skip), text), separator, skip > 0 ? 1 : 0)) {
      if (columns === undefined) {
        columns = findColumns(file, cells);
        continue;
      }
      if (rows.length >= MOST_ROWS) throw new CliError('bad-sheet', `${file}:${line}: more than ${MOST_ROWS} rows`);
      const found = readRow(line, columns, cells);
      if (found.row !== undefined) rows.push(found.row);
      if (findings.length < MOST_FINDINGS) findings.push(...found.findings);
    }
    if (columns === undefined)
      throw new CliError('bad-sheet', `${file}: expected a line with the names of the columns`);
    return { rows, findings };
  } finally {
    await handle.close();
  }
}

/** @returns the sheet, with CRLF as RFC 4180 has it. */
export function formatPlaceRow(row: Omit<PlaceRow, 'line'>): string {
  const { extension, displayName, desk, deskName, floor, xM, yM, isAnchor } = row;
  const cells = [
    extension,
    displayName,
    desk,
    deskName,
    floor,
    xM,
    yM,
    isAnchor === undefined ? '' : isAnchor ? 'yes' : 'no',
  ];
  return cells.map((cell) => quoteCell(cell === undefined ? '' : String(cell))).join(',');
}

function findColumns(file: string, cells: readonly string[]): readonly (PlaceColumn | undefined)[] {
  const names = cells.map((cell) =>
    cleanText(cell)
      .text.toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  const columns = names.map((name) => placeColumns.find((column) => column === name));
  if (!columns.includes('extension') && !columns.includes('desk'))
    throw new CliError(
      'bad-sheet',
      `${file}:1: expected a column "extension" or "desk", got ${names.map(quote).join(', ')}`,
    );
  const twice = columns.find((column, i) => column !== undefined && columns.indexOf(column) !== i);
  if (twice !== undefined) throw new CliError('bad-sheet', `${file}:1: the column "${twice}" stands twice`);
  return columns;
}

function readRow(
  line: number,
  columns: readonly (PlaceColumn | undefined)[],
  cells: readonly string[],
): { readonly row?: PlaceRow; readonly findings: readonly PlaceFinding[] } {
  const findings: PlaceFinding[] = [];
  const fault = (column: PlaceColumn, expected: string, got: string): undefined => {
    findings.push({ line, column, expected, got: quote(got) });
  };
  const raw = (column: PlaceColumn): string => {
    const at = columns.indexOf(column);
    return at < 0 ? '' : (cells[at] ?? '');
  };
  const text = (column: PlaceColumn): string | undefined => {
    const value = cleanText(raw(column));
    if (value.text === '' && !value.neutralised) return undefined;
    if (value.neutralised) return fault(column, 'text that no spreadsheet takes for a formula', raw(column));
    return [...value.text].length > MOST_LETTERS
      ? fault(column, `at most ${MOST_LETTERS} characters`, value.text)
      : value.text;
  };
  const metres = (column: 'x_m' | 'y_m'): number | undefined => {
    const written = raw(column).trim().replace(',', '.');
    if (written === '') return undefined;
    const value = Number(written);
    return Number.isFinite(value) && Math.abs(value) <= MOST_METRES ? value : fault(column, 'metres', raw(column));
  };
  const [extension, desk] = [text('extension'), text('desk')];
  if (extension !== undefined && !isExtension(extension)) fault('extension', extensionExpected, extension);
  if (extension === undefined && desk === undefined && findings.length === 0)
    fault('extension', 'an extension or a desk', '');
  const [xM, yM] = [metres('x_m'), metres('y_m')];
  if ((xM === undefined) !== (yM === undefined)) fault('x_m', 'both x_m and y_m, or neither', raw('x_m'));
  const anchor = raw('anchor').trim().toLowerCase();
  if (!['', 'yes', 'no', 'true', 'false', '1', '0'].includes(anchor)) fault('anchor', 'yes or no', anchor);
  const isAnchor = anchor === '' ? undefined : ['yes', 'true', '1'].includes(anchor);
  if (isAnchor === true && extension !== undefined) fault('anchor', 'no extension at an anchor', extension);
  const named = {
    extension,
    displayName: text('display_name'),
    desk,
    deskName: text('desk_name'),
    floor: text('floor'),
  };
  if (findings.length > 0) return { findings };
  const known = Object.entries({ ...named, xM, yM, isAnchor }).filter(([, value]) => value !== undefined);
  return { row: { line, ...Object.fromEntries(known) }, findings };
}

function quoteCell(text: string): string {
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}
