import type { Stored } from './tables.js';

/** @returns the calibration that counts at each desk: its newest. */
export function newestCalibrations(
  rows: readonly Stored<'calibrations'>[],
): ReadonlyMap<string, Stored<'calibrations'>> {
  const newest = new Map<string, Stored<'calibrations'>>();
  for (const row of rows) {
    const known = newest.get(row.desk);
    if (known === undefined || known.recordedAtMs < row.recordedAtMs) newest.set(row.desk, row);
  }
  return newest;
}
