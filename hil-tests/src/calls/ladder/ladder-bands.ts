import { type Lane, type LaneState, lanes, type Row, statesAfter } from './row.js';

/** Where the rows of a drawn ladder stand, and along which of them a lane rings, is quiet or scans. */

export interface Placed {
  readonly row: Row;
  readonly y: number;
}

/** A lane in one state from one row to another. */
export interface Band {
  readonly lane: Lane;
  readonly state: Exclude<LaneState, 'asleep' | 'awake'>;
  readonly fromY: number;
  readonly toY: number;
}

const ROW = 24;
const PAUSE = 30;
/** What is longer is shown as a pause, for rows say nothing of how long they are apart. */
const LONG_MS = 400;

export function placeRows(
  rows: readonly Row[],
  top: number,
): { readonly rows: readonly Placed[]; readonly pauses: readonly { readonly y: number; readonly ms: number }[] } {
  const pauses: { readonly y: number; readonly ms: number }[] = [];
  let y = top;
  let last: Row | undefined;
  const placed = rows.map((row) => {
    if (!isShown({ row })) return { row, y };
    const ms = last === undefined ? 0 : row.atMs - last.atMs;
    if (ms >= LONG_MS) {
      pauses.push({ y: y + (PAUSE + ROW) / 2, ms });
      y += PAUSE;
    }
    y += ROW;
    last = row;
    return { row, y };
  });
  return { rows: placed, pauses };
}

/** @returns whether it is drawn; a change of a lane without a word shows in its bar alone. */
export function isShown({ row }: Pick<Placed, 'row'>): boolean {
  return row.kind === 'arrow' || row.means !== '';
}

export function bandsOf(placed: readonly Placed[], bottom: number): readonly Band[] {
  const states = statesAfter(placed.map(({ row }) => row));
  return lanes.flatMap((lane) => {
    const found: Band[] = [];
    let begun: { readonly state: LaneState; readonly y: number } = { state: 'awake', y: 0 };
    const close = (y: number): void => {
      const { state } = begun;
      if (state !== 'asleep' && state !== 'awake' && y > begun.y) found.push({ lane, state, fromY: begun.y, toY: y });
    };
    for (const [i, { y }] of placed.entries()) {
      const state = states[i]?.[lane] ?? 'awake';
      if (state === begun.state) continue;
      close(y);
      begun = { state, y };
    }
    close(bottom);
    return found;
  });
}
