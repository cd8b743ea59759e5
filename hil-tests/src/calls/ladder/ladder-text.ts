import type { ArrowRow, Lane, LaneState, LaneStates, Row, Tone } from './row.js';

/** A ladder's rows as text of 80 columns: the time, the lanes, and at their right what a row means. */

export const WIDTH = 80;
const TIME_WIDTH = 5;
const FIRST_LANE = 8;
/** Between lanes; with a second app there is less room. */
const GAP = 13;
const NARROW_GAP = 10;

export type Ink = Tone | 'time' | 'lane' | 'asleep' | 'message' | 'push';

/** Characters of one colour. */
export interface Run {
  readonly text: string;
  readonly ink: Ink;
}

const signs: Readonly<Record<LaneState, readonly [sign: string, ink: Ink]>> = {
  asleep: ['┊', 'asleep'],
  awake: ['│', 'lane'],
  scanning: ['│', 'scan'],
  quiet: ['│', 'quiet'],
  ringing: ['♪', 'ring'],
};

export function headOf(lanes: readonly Lane[]): string {
  const line = [...'ms'.padStart(TIME_WIDTH).padEnd(WIDTH)];
  for (const lane of lanes) put(line, columnOf(lane, lanes) - Math.floor((lane.length - 1) / 2), [...lane]);
  return line.join('').trimEnd();
}

/** @param states how the lanes stand once the row has happened. */
export function runsOfRow(row: Row, states: LaneStates, lanes: readonly Lane[]): readonly Run[] {
  const cells: Cell[] = Array.from({ length: WIDTH }, () => ({ sign: ' ', ink: 'lane' }));
  const time = String(Math.round(row.atMs)).padStart(TIME_WIDTH);
  put(cells, 0, cellsOf(time, 'time'));
  for (const lane of lanes) {
    const [sign, ink] = signs[states[lane]];
    put(cells, columnOf(lane, lanes), [{ sign, ink }]);
  }
  if (row.kind === 'arrow') drawArrow(cells, row, lanes);
  // What rings shows by its own sign that it does.
  else if (states[row.lane] !== 'ringing') put(cells, columnOf(row.lane, lanes), [{ sign: '●', ink: row.tone }]);
  const whose = lanes.includes('app 2') && row.kind === 'mark' ? `${row.lane}: ` : '';
  const from = columnOf(lanes.at(-1) as Lane, lanes) + 2;
  put(cells, from, cellsOf(shortened(whose + row.means, WIDTH - from), row.tone));
  return runsOf(cells);
}

interface Cell {
  readonly sign: string;
  readonly ink: Ink;
}

function columnOf(lane: Lane, lanes: readonly Lane[]): number {
  return FIRST_LANE + lanes.indexOf(lane) * (lanes.includes('app 2') ? NARROW_GAP : GAP);
}

function drawArrow(cells: Cell[], { from, to, label, isPush }: ArrowRow, lanes: readonly Lane[]): void {
  const [start, end] = [columnOf(from, lanes), columnOf(to, lanes)];
  const [left, right] = [Math.min(start, end), Math.max(start, end)];
  const ink = isPush ? 'push' : 'message';
  for (let at = left + 1; at < right; at += 1) {
    // A lane that rings is heard across an arrow.
    if (cells[at]?.sign === '♪') continue;
    const isLane = cells[at]?.sign !== ' ';
    cells[at] = { sign: isLane ? '┼' : isPush ? '╌' : '─', ink };
  }
  if (end > start) cells[right - 1] = { sign: '▶', ink };
  else cells[left + 1] = { sign: '◀', ink };
  // Beside the end that is not the proxy, where no other lane is crossed.
  const outer = from === 'proxy' ? to : from;
  const inner = lanes[lanes.indexOf(outer) + (columnOf(outer, lanes) > left ? -1 : 1)] as Lane;
  const [low, high] = [columnOf(outer, lanes), columnOf(inner, lanes)].sort((a, b) => a - b) as [number, number];
  const words = high - low - 1 >= label.length + 3 ? ` ${label} ` : label;
  put(cells, low + Math.ceil((high - low - words.length) / 2), cellsOf(words, ink));
}

function cellsOf(text: string, ink: Ink): readonly Cell[] {
  return [...text].map((sign) => ({ sign, ink }));
}

function put<T>(line: T[], at: number, parts: readonly T[]): void {
  line.splice(at, parts.length, ...parts);
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function runsOf(cells: readonly Cell[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { sign, ink } of cells) {
    const last = runs.at(-1);
    if (last?.ink === ink || (last !== undefined && sign === ' '))
      runs.push({ text: runs.pop()?.text + sign, ink: last.ink });
    else runs.push({ text: sign, ink });
  }
  const last = runs.pop() as Run;
  return [...runs, { ...last, text: last.text.trimEnd() }].filter(({ text }) => text !== '');
}
