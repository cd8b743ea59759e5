import type { Layout } from './lay-out.js';

const COLUMNS = 78;
const MOST_ROWS = 20;
/** A letter on a terminal is about twice as high as it is wide. */
const ASPECT = 2;

/**
 * A map for a terminal of 80 columns: each beacon where it seems to stand, its name after the point.
 * @param marked beacons that a finding names: drawn with an exclamation mark.
 * @returns lines; the last one is the scale. No lines where there is nothing to draw.
 */
export function drawMap({ placed, stress }: Layout, marked: ReadonlySet<string>): readonly string[] {
  if (placed.length === 0) return [];
  const longest = Math.max(...placed.map(({ beacon }) => beacon.length)) + 2;
  const [leftM, topM] = [Math.min(...placed.map(({ xM }) => xM)), Math.min(...placed.map(({ yM }) => yM))];
  const widthM = Math.max(1, Math.max(...placed.map(({ xM }) => xM)) - leftM);
  const heightM = Math.max(1, Math.max(...placed.map(({ yM }) => yM)) - topM);
  const metresAColumn = Math.max(widthM / Math.max(1, COLUMNS - longest), heightM / ((MOST_ROWS - 1) * ASPECT));
  const rows = Array.from({ length: Math.round(heightM / metresAColumn / ASPECT) + 1 }, () => [] as string[]);
  const drawn = [...placed].sort((a, b) => a.yM - b.yM || a.xM - b.xM);
  for (const { beacon, xM, yM } of drawn) {
    const column = Math.round((xM - leftM) / metresAColumn);
    const label = `${marked.has(beacon) ? '!' : '·'} ${beacon}`;
    const first = Math.round((yM - topM) / metresAColumn / ASPECT);
    // Where two would cover each other, the second takes the nearest row that has room.
    const row = nearestFree(rows, first, column, label.length);
    for (const [i, letter] of [...label].entries()) (rows[row] as string[])[column + i] = letter;
  }
  const lines = rows.map((row) => Array.from(row, (letter) => letter ?? ' ').join(''));
  const barM = [1, 2, 5, 10, 20, 50].filter((metres) => metres / metresAColumn <= COLUMNS / 4).at(-1) ?? 1;
  const bar = '─'.repeat(Math.max(1, Math.round(barM / metresAColumn)));
  return [...lines, '', `${bar} ${barM} m or so; turned and mirrored by chance; stress ${stress.toFixed(2)}`];
}

function nearestFree(rows: readonly (readonly string[])[], first: number, column: number, length: number): number {
  for (let distance = 0; distance < rows.length; distance += 1) {
    for (const row of [first - distance, first + distance]) {
      const letters = rows[row]?.slice(Math.max(0, column - 1), column + length + 1);
      if (letters?.every((letter) => letter === undefined)) return row;
    }
  }
  return first;
}
