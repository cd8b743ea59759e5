import type { PlannedCall, Point, Scene } from './scenes.js';

/** The office as a grid of characters. One cell is 0.25 m wide and 0.75 m high, about square in a terminal. */

export type CellKind = 'empty' | 'wall' | 'desk' | 'own' | 'phone' | 'text';

export interface Cell {
  readonly text: string;
  readonly kind: CellKind;
}

const WEST_M = -1;
const NORTH_M = -2.3;
const COLUMNS = 44;
const ROWS = 14;
const METRES_PER_COLUMN = 0.25;
const METRES_PER_ROW = 0.75;

/** @returns rows of cells, each row exactly 44 characters wide. */
export function drawPlan(scene: Scene, call: PlannedCall | undefined): readonly (readonly Cell[])[] {
  const grid: Cell[][] = Array.from({ length: ROWS }, () =>
    Array.from({ length: COLUMNS }, () => ({ text: ' ', kind: 'empty' as const })),
  );
  const put = (column: number, row: number, text: string, kind: CellKind): void => {
    for (let i = 0; i < text.length; i += 1) {
      const line = grid[row];
      if (line?.[column + i] !== undefined) line[column + i] = { text: text[i] as string, kind };
    }
  };
  for (const { from, to } of scene.walls) {
    if (from.yM !== to.yM) continue;
    for (let column = columnOf(from.xM); column <= Math.min(columnOf(to.xM), COLUMNS - 1); column += 1)
      put(column, rowOf(from.yM), '─', 'wall');
  }
  put(1, 0, 'corridor', 'text');
  put(1, ROWS - 1, 'next room', 'text');
  for (const desk of scene.desks) {
    const isOwn = desk.id === scene.own.id;
    put(
      columnOf(desk.xM) - 2,
      rowOf(desk.yM),
      isOwn ? `[${desk.id.slice(-2)}]` : `·${desk.id.slice(-2)}·`,
      isOwn ? 'own' : 'desk',
    );
  }
  if (call !== undefined) drawPhone(put, call.phone);
  return grid;
}

function drawPhone(put: (column: number, row: number, text: string, kind: CellKind) => void, { xM, yM }: Point): void {
  const column = columnOf(xM);
  const label = `${Math.round(Math.sqrt(xM * xM + yM * yM))} m →`;
  if (column >= COLUMNS) put(COLUMNS - label.length - 2, 1, `${label} ●`, 'phone');
  else put(column, Math.min(Math.max(rowOf(yM), 0), ROWS - 1), '●', 'phone');
}

function columnOf(xM: number): number {
  return Math.round((xM - WEST_M) / METRES_PER_COLUMN);
}

function rowOf(yM: number): number {
  return Math.round((yM - NORTH_M) / METRES_PER_ROW);
}

/** Runs of cells of one kind, so that a row is a handful of coloured texts. */
export function runsOf(row: readonly Cell[]): readonly Cell[] {
  const runs: Cell[] = [];
  for (const cell of row) {
    const last = runs[runs.length - 1];
    if (last?.kind === cell.kind) runs[runs.length - 1] = { kind: cell.kind, text: last.text + cell.text };
    else runs.push(cell);
  }
  return runs;
}
