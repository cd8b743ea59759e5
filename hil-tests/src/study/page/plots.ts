import { plotStrata } from './plot-bars.js';
import { plotCurves } from './plot-curves.js';
import { plotEvidence } from './plot-evidence.js';
import { plotGeometry } from './plot-geometry.js';
import { plotReliability } from './plot-reliability.js';
import type { StudySummary } from './summary.js';

/** @returns the pictures of docs/decision/ by their names. */
export function renderPlots(summary: StudySummary): Readonly<Record<string, string>> {
  return {
    'curves.svg': plotCurves(summary),
    'evidence.svg': plotEvidence(summary),
    'geometry.svg': plotGeometry(summary),
    'reliability.svg': plotReliability(summary),
    'strata.svg': plotStrata(summary),
  };
}
