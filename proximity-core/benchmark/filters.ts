import { deepStrictEqual } from 'node:assert/strict';
import { measureTogether, type Subject, type Timing } from './measure.js';
import type { Rivals } from './rivals.js';

/** What smoothing alone costs a packet elsewhere: the scale for our packet, which is decoded, resolved and weighed too. */

/** The peer study's vector (A.12), and what kalmanjs with R 0.01 and Q 3 makes of it. */
const LEVELS_DBM = [-70, -62, -75, -68, -66, -90, -67, -69, -64, -71, -80, -66, -68, -65, -72, -67];
const KALMAN_DBM = '-69.9058';
const NOISE = { R: 0.01, Q: 3 };
const STEP_S = 0.25;

/** @throws AssertionError when the filter gives something else than the study says. */
export function measureFilters(rivals: Rivals | undefined): readonly Timing[] {
  if (rivals === undefined) return [];
  const checked = rivals.makeKalman(NOISE);
  deepStrictEqual(
    LEVELS_DBM.map((level) => checked.filter(level))
      .at(-1)
      ?.toFixed(4),
    KALMAN_DBM,
  );
  const [kalman, oneEuro] = [rivals.makeKalman(NOISE), rivals.makeOneEuro(1 / STEP_S, 0.1, 0.001)];
  let seconds = 0;
  const over = (id: string, about: string, filter: (level: number) => number): Subject => ({
    id,
    about,
    run: (times) => {
      let sum = 0;
      for (let i = 0; i < times; i += 1) sum += filter(LEVELS_DBM[i % LEVELS_DBM.length] as number);
      return sum;
    },
  });
  return measureTogether([
    over('filter/kalmanjs', 'one level smoothed: kalmanjs', (level) => kalman.filter(level)),
    over('filter/1eurofilter', 'one level smoothed: 1eurofilter', (level) => {
      seconds += STEP_S;
      return oneEuro.filter(level, seconds);
    }),
  ]);
}
