import type { StratumSummary, StudySummary } from './summary.js';

/** @returns all strata, those first in which ours silences the most at the desk, carried anyhow. */
export function orderBySilence(
  { strata }: StudySummary,
  falseSilence: number,
): readonly (readonly [string, StratumSummary])[] {
  const silenced = ({ methods }: StratumSummary): number =>
    methods.find(
      (row) => row.method === 'llr' && row.carrying === 'carried-anyhow' && row.falseSilence === falseSilence,
    )?.trueSilence[0] ?? 0;
  return Object.entries(strata).sort(([a, x], [b, y]) => silenced(y) - silenced(x) || (a < b ? -1 : 1));
}
