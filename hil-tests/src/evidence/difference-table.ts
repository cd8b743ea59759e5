import type { Difference } from './conversation.js';

/** A row of the table of `docs/controllers.md`. */
export interface DifferenceRow extends Difference {
  /** Which program's conversation: `daemon` or `phone`. */
  readonly program: string;
  readonly why: string;
}

const HEADER = ['program', 'command or event', 'ours', 'btvirt', 'why'];

/**
 * Reads the table of known differences.
 * @param markdown a page with one table whose header is: program, command or event, ours, btvirt, why.
 * @returns its rows; backticks are dropped, and `xx` in a cell stands for any octet.
 * @throws Error when there is no such table, or a row has a cell too few or an empty one.
 */
export function readDifferenceTable(markdown: string): readonly DifferenceRow[] {
  const lines = markdown.split('\n').map(cellsOf);
  const header = lines.findIndex((cells) => cells?.join('|') === HEADER.join('|'));
  if (header < 0) throw new Error(`no table with the columns ${HEADER.join(', ')}`);
  const rows: DifferenceRow[] = [];
  for (const cells of lines.slice(header + 2)) {
    if (cells === undefined) break;
    const [program, what, ours, theirs, why] = cells;
    if (!program || !what || !ours || !theirs || !why) throw new Error(`not five cells: ${cells.join(' | ')}`);
    rows.push({ program, what, ours, theirs, why });
  }
  return rows;
}

/** @returns whether a row speaks of this difference. */
export function isSpokenOf(difference: Difference, row: Difference): boolean {
  return row.what === difference.what && fits(row.ours, difference.ours) && fits(row.theirs, difference.theirs);
}

function fits(pattern: string, text: string): boolean {
  const words = text.split(' ');
  const expected = pattern.split(' ');
  return (
    words.length === expected.length &&
    expected.every((word, i) => word === words[i] || (word === 'xx' && /^[0-9a-f]{2}$/.test(words[i] as string)))
  );
}

function cellsOf(line: string): readonly string[] | undefined {
  if (!line.startsWith('|')) return undefined;
  return line
    .replace(/^\||\|\s*$/g, '')
    .split('|')
    .map((cell) => cell.replaceAll('`', '').trim());
}
