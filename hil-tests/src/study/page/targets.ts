import type { PerThousand, Range, StratumSummary } from './summary.js';

/** What the project aims at, and whether a figure reaches it. */

/** Shipped: calls delayed in any class out of earshot, and double rings left at the desk, per 1000. */
export const MOST_DELAYED = 3;
export const MOST_DOUBLE_RINGS = 200;
/** With a site that was walked and a phone whose offset was learned, lying on the desk. */
const CALIBRATED = 'calibrated';
const calibratedTargets: readonly (readonly [falseSilence: number, trueSilence: number])[] = [
  [0.01, 0.98],
  [0.001, 0.92],
];
/** Where no other beacon is heard, the decision is not below the best peer outside the paired interval. */
export const ONE_DESK = ['one-desk', 'grid-one-desk'] as const;

export const NOT_BELOW = 'not below the best peer';

/** `unproven`: the figure and its interval do not agree on whether the target is reached. */
export type Reached = 'met' | 'unproven' | 'missed';

export const marks: Readonly<Record<Reached, string>> = { met: '✓', unproven: '?', missed: '✗' };

export interface Judged {
  readonly stratum: string;
  readonly target: string;
  readonly reached: Reached;
}

export function judgeDelayed([perThousand, upper95]: PerThousand): Reached {
  return perThousand > MOST_DELAYED ? 'missed' : upper95 > MOST_DELAYED ? 'unproven' : 'met';
}

export function judgeDoubleRings({ shipped }: StratumSummary): Reached {
  const [, low] = shipped.trueSilence;
  if (shipped.doubleRings > MOST_DOUBLE_RINGS) return 'missed';
  return 1000 * (1 - low) > MOST_DOUBLE_RINGS ? 'unproven' : 'met';
}

/** Below, but not outside the interval: with more calls it may be. */
export function judgeDifference([mean, , high]: Range): Reached {
  return high < 0 ? 'missed' : mean < 0 ? 'unproven' : 'met';
}

/** @returns the least true silence that is aimed at in a stratum; `undefined` where none is. */
export function trueSilenceTarget(stratum: string, falseSilence: number): number | undefined {
  if (stratum !== CALIBRATED) return undefined;
  return calibratedTargets.find(([level]) => level === falseSilence)?.[1];
}

/** Every target of one stratum, each with what became of it. */
export function judgeStratum(stratum: string, summary: StratumSummary): readonly Judged[] {
  const { shipped, versus, methods } = summary;
  const judged: Judged[] = Object.entries(shipped.delayed).map(([studyClass, delayed]) => ({
    stratum,
    target: `delayed, ${studyClass}`,
    reached: judgeDelayed(delayed),
  }));
  judged.push({ stratum, target: 'double rings', reached: judgeDoubleRings(summary) });
  if ((ONE_DESK as readonly string[]).includes(stratum)) {
    for (const { carrying, falseSilence, difference, isBestPeer } of versus) {
      if (!isBestPeer) continue;
      const target = `${NOT_BELOW}, ${carrying.replaceAll('-', ' ')}, ${100 * falseSilence} %`;
      judged.push({ stratum, target, reached: judgeDifference(difference) });
    }
  }
  for (const { method, carrying, falseSilence, trueSilence } of methods) {
    const least = trueSilenceTarget(stratum, falseSilence);
    if (least === undefined || method !== 'llr' || carrying !== 'lying-on-the-desk') continue;
    const [share, low] = trueSilence;
    const target = `silenced at ${100 * falseSilence} %, lying: ${100 * least} %`;
    judged.push({ stratum, target, reached: share < least ? 'missed' : low < least ? 'unproven' : 'met' });
  }
  return judged;
}
