/** Rows as lines of a terminal: columns as wide as they need, the last ones cut where the line ends. Pure. */

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
}

const GAP = '  ';

/** @param columns width of the terminal, 20 or more. @returns a head and a line a row, none longer than that. */
export function renderTable<T>(rows: readonly T[], columns: readonly Column<T>[], width: number): readonly string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => lengthOf(line[i] as string))));
  return cells.map((line) => {
    const padded = line.map((cell, i) => cell + ' '.repeat((widths[i] as number) - lengthOf(cell)));
    return cut(padded.join(GAP).trimEnd(), width);
  });
}

/** One record a line, tabs between: for `cut`, `awk` and screen readers. */
export function renderPlain<T>(rows: readonly T[], columns: readonly Column<T>[]): readonly string[] {
  return rows.map((row) => columns.map(({ text }) => plainCell(text(row))).join('\t'));
}

/** @returns a line a field, `name<TAB>value`; what is inside is named with dots, texts in a list have commas between. */
export function renderFields(record: object, path = ''): readonly string[] {
  return Object.entries(record).flatMap(([name, value]: [string, unknown]): readonly string[] => {
    const at = `${path}${name}`;
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
      return [`${at}\t${plainCell(value.join(','))}`];
    if (typeof value === 'object' && value !== null) return renderFields(value, `${at}.`);
    return [`${at}\t${plainCell(String(value))}`];
  });
}

function plainCell(text: string): string {
  return text.replace(/[\t\n]/g, ' ');
}

/** @returns how long ago, in the largest unit that fits: `3 min`, `2 h`, `5 d`. */
export function formatAgo(atMs: number | undefined, nowMs: number): string {
  if (atMs === undefined) return 'never';
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function cut(line: string, width: number): string {
  const letters = [...line];
  return letters.length <= width ? line : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function lengthOf(text: string): number {
  return [...text].length;
}
