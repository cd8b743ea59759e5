import type { Carrying } from '../report.js';
import type { Range, Row } from './summary.js';

/** Figures as the tables write them. */

export function findRow(
  methods: readonly Row[],
  method: Row['method'],
  carrying: Carrying,
  level: number,
): Row | undefined {
  return methods.find((row) => row.method === method && row.carrying === carrying && row.falseSilence === level);
}

export function interval([share, low, high]: Range): string {
  return `${percent(share)} [${percent(low)}, ${percent(high)}]`;
}

export function percent(share: number | undefined): string {
  return share === undefined ? '–' : (100 * share).toFixed(1).replace('-', '−');
}

/** @returns whether a difference is on one side of 0 with its whole interval. */
export function verdict([, low, high]: Range): string {
  return high < 0 ? '**below**' : low > 0 ? 'above' : '';
}
