import type { Outcome } from './outcome.js';
import { outOfEarshotClasses } from './placement.js';
import { type SharesByClass, sharesByClass } from './share.js';
import { thresholdFor } from './threshold.js';

/** A stated false silence, and of each class away from the own desk the share that was silenced. */
export interface Kept {
  readonly stated: number;
  readonly silenced: SharesByClass;
}

/** Whether what is stated is kept. */
export interface Reliability {
  /** A threshold set on other calls for the stated share of the worst class out of earshot. */
  readonly byThreshold: readonly Kept[];
  /** The ratio's own word: out of earshot it passes ln(1/a) in a share a of calls at most (Ville 1939). */
  readonly byRatio: readonly Kept[];
}

/** @param levels stated false silences, 0..1. */
export function reportReliability(
  { threshold, trial }: { readonly threshold: readonly Outcome[]; readonly trial: readonly Outcome[] },
  levels: readonly number[],
): Reliability {
  const scores = outOfEarshotClasses.map((studyClass) =>
    threshold.filter((call) => call.studyClass === studyClass).map((call) => call.scores.llr),
  );
  const away = trial.filter(({ studyClass }) => !studyClass.startsWith('desk-'));
  const kept = (stated: number, thresholdNats: number): Kept => ({
    stated,
    silenced: sharesByClass(away, (call) => call.scores.llr > thresholdNats),
  });
  return {
    byThreshold: levels.map((stated) => kept(stated, thresholdFor(scores, stated))),
    byRatio: levels.map((stated) => kept(stated, Math.log(1 / stated))),
  };
}
