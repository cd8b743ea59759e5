import type { Outcome } from './outcome.js';
import { type NativePower, nativeRows } from './peer-scores.js';
import { type OutOfEarshotClass, outOfEarshotClasses } from './placement.js';
import { type SharesByClass, sharesByClass } from './share.js';
import { type Delayed, delayedOf, trueSilenceOf } from './shipped.js';

/** A peer with its own numbers, as its users have it. */
export interface NativeReport {
  readonly peer: string;
  readonly rule: string;
  readonly power: NativePower;
  readonly silenced: SharesByClass;
  readonly delayed: Readonly<Record<OutOfEarshotClass, Delayed>>;
  readonly trueSilence: number;
  readonly doubleRingsPerThousand: number;
}

/** Needs no threshold, so all calls count. */
export function reportNative(outcomes: readonly Outcome[]): readonly NativeReport[] {
  return nativeRows.map(({ key, peer, rule, power }) => {
    const silenced = sharesByClass(outcomes, ({ peers }) => peers?.isNear[key] === true);
    const { trueSilence, doubleRingsPerThousand } = trueSilenceOf(silenced);
    return {
      peer,
      rule,
      power,
      silenced,
      delayed: Object.fromEntries(
        outOfEarshotClasses.map((studyClass) => [studyClass, delayedOf(silenced, studyClass)]),
      ) as Record<OutOfEarshotClass, Delayed>,
      trueSilence,
      doubleRingsPerThousand,
    };
  });
}
