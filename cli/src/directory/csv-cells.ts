/**
 * Cuts text into rows of cells, piece by piece: RFC 4180, and what spreadsheets and people make of it.
 *
 * | what stands there | what it is |
 * |---|---|
 * | `"a,b"`, `"a` line break `b"`, `"a ""b"""` | a cell with the separator, a line break, quotes (RFC 4180, 2.5 to 2.7) |
 * | `a "b"`, `x"y` | quotes that do not begin a cell are text |
 * | `"a" b` | a quote that is followed by more is text, and so is the one that opened the cell |
 * | a line of nothing | passed over; a line of `""` is a row of one empty cell |
 */

export interface CsvRow {
  /** Line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface RowFault {
  /** Line on which the row begins that cannot be read. */
  readonly line: number;
  readonly reason: 'quote-open' | 'row-too-long';
}

export interface SplitRows {
  readonly rows: readonly CsvRow[];
  /** What stands behind the last of the rows; nothing can be read after it. */
  readonly fault?: RowFault;
}

export interface RowSplitter {
  /** @returns the rows that the piece completed. */
  push(piece: string): SplitRows;
  /** @returns the last row, where no line break ends it. */
  finish(): SplitRows;
}

export interface RowSplitterOptions {
  /** One character. */
  readonly separator: string;
  /** Of a row's cells together; a quote that was left open is noticed by it. */
  readonly mostCharacters: number;
  /** Lines that were taken off before. */
  readonly skippedLines: number;
}

const LINE_BREAK = 0x0a;

/** Files are edited on several systems: all three line endings become one. */
export function unifyLineEndings(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Makes a splitter for one text, whose only line ending is `\n`. It keeps at most one row. */
export function createRowSplitter({ separator, mostCharacters, skippedLines }: RowSplitterOptions): RowSplitter {
  const separatorCode = separator.charCodeAt(0);
  let line = skippedLines + 1;
  let beganOnLine = line;
  let cells: string[] = [];
  let cell = '';
  let characters = 0;
  let wasQuoted = false;
  /** Of the present cell: nothing yet, no quotes around it, within them, or behind a quote that may have been the closing one. */
  let place: 'begin' | 'plain' | 'quoted' | 'closing' = 'begin';

  function take(text: string): void {
    cell = cell === '' ? text : cell + text;
    characters += text.length;
  }

  function endCell(): void {
    cells.push(cell);
    cell = '';
    wasQuoted = false;
    place = 'begin';
  }

  function endRow(rows: CsvRow[]): void {
    if (cells.length > 0 || cell !== '' || wasQuoted) {
      endCell();
      rows.push({ line: beganOnLine, cells });
      cells = [];
    }
    place = 'begin';
    characters = 0;
  }

  /** @returns where it goes on; at the piece's end what was read of the cell is kept. */
  function readPlain(piece: string, from: number, rows: CsvRow[]): number {
    const end = endOfPlain(piece, from, separatorCode);
    if (end > from) take(piece.slice(from, end));
    place = 'plain';
    if (end === piece.length || characters > mostCharacters) return end;
    if (piece.charCodeAt(end) === separatorCode) endCell();
    else {
      endRow(rows);
      line += 1;
      beganOnLine = line;
    }
    return end + 1;
  }

  function readQuoted(piece: string, from: number): number {
    const quote = piece.indexOf('"', from);
    const end = quote < 0 ? piece.length : quote;
    take(piece.slice(from, end));
    line += lineBreaksIn(piece, from, end);
    if (quote < 0) return end;
    place = 'closing';
    return end + 1;
  }

  function readClosing(piece: string, at: number): number {
    const next = piece.charCodeAt(at);
    if (piece[at] === '"') {
      take('"');
      place = 'quoted';
      return at + 1;
    }
    if (next !== separatorCode && next !== LINE_BREAK) cell = `"${cell}"`;
    place = 'plain';
    return at;
  }

  function open(at: number): number {
    place = 'quoted';
    wasQuoted = true;
    return at + 1;
  }

  return {
    push(piece) {
      const rows: CsvRow[] = [];
      for (let at = 0; at < piece.length && characters <= mostCharacters; ) {
        if (place === 'quoted') at = readQuoted(piece, at);
        else if (place === 'closing') at = readClosing(piece, at);
        else if (place === 'begin' && piece[at] === '"') at = open(at);
        else at = readPlain(piece, at, rows);
      }
      return characters > mostCharacters ? { rows, fault: { line: beganOnLine, reason: 'row-too-long' } } : { rows };
    },
    finish() {
      const rows: CsvRow[] = [];
      if (place === 'quoted') return { rows, fault: { line: beganOnLine, reason: 'quote-open' } };
      endRow(rows);
      return { rows };
    },
  };
}

function endOfPlain(piece: string, from: number, separatorCode: number): number {
  for (let at = from; at < piece.length; at += 1) {
    const code = piece.charCodeAt(at);
    if (code === separatorCode || code === LINE_BREAK) return at;
  }
  return piece.length;
}

function lineBreaksIn(piece: string, from: number, end: number): number {
  let count = 0;
  for (let at = from; at < end; at += 1) if (piece.charCodeAt(at) === LINE_BREAK) count += 1;
  return count;
}
