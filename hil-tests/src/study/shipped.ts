import type { Outcome } from './outcome.js';
import { officeParameters } from './parameters.js';
import { type OutOfEarshotClass, outOfEarshotClasses, type StudyClass } from './placement.js';
import { type SharesByClass, sharesByClass } from './share.js';
import { upperLimit95, weightedQuantileOf } from './statistics.js';

/** Calls out of earshot that were silenced, and so delayed until the phone rang late. */
export interface Delayed {
  readonly calls: number;
  readonly perThousand: number;
  /** One-sided. */
  readonly upper95PerThousand: number;
}

/** The decisions as `step` makes them, with its own threshold. */
export interface ShippedReport {
  readonly silenced: SharesByClass;
  /** The same for phones that lie on a table. */
  readonly silencedLying: SharesByClass;
  readonly delayed: Readonly<Record<OutOfEarshotClass, Delayed>>;
  /** At the desk, lying, in the hand and in the pocket mixed. */
  readonly desk: {
    readonly trueSilence: number;
    readonly low95: number;
    readonly high95: number;
    readonly doubleRingsPerThousand: number;
    /** From the start of the scan, of those that were silenced; `null` when none was. */
    readonly silenceP50Ms: number | null;
    readonly silenceP95Ms: number | null;
    /** The same from the push, as the app gets it. */
    readonly fromPushP50Ms: number | null;
    readonly fromPushP95Ms: number | null;
    /** Why the others rang, calls of all ways of carrying. */
    readonly ringReasons: Readonly<Record<string, number>>;
  };
}

const { lying, hand, pocket } = officeParameters.carriageMix;
const mixture: readonly { readonly studyClass: StudyClass; readonly weight: number }[] = [
  { studyClass: 'desk-lying', weight: lying },
  { studyClass: 'desk-hand', weight: hand },
  { studyClass: 'desk-pocket', weight: pocket },
];

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

function timeAt(times: readonly Weighted[], share: number): number | null {
  return times.length === 0 ? null : weightedQuantileOf(times, share);
}

/** Needs no threshold, so the calls that set thresholds count here too. */
export function reportShipped(outcomes: readonly Outcome[]): ShippedReport {
  const isSilent = ({ decision }: Outcome): boolean => decision === 'silence';
  const silenced = sharesByClass(outcomes, isSilent);
  return {
    silenced,
    silencedLying: sharesByClass(
      outcomes.filter(({ carriage }) => carriage === 'lying'),
      isSilent,
    ),
    delayed: Object.fromEntries(
      outOfEarshotClasses.map((studyClass) => [studyClass, delayedOf(silenced, studyClass)]),
    ) as Record<OutOfEarshotClass, Delayed>,
    desk: reportDesk(outcomes, silenced),
  };
}

/** @returns how many calls of a class out of earshot are delayed. */
export function delayedOf(silenced: SharesByClass, studyClass: OutOfEarshotClass): Delayed {
  const { hits, calls } = silenced[studyClass] ?? { hits: 0, calls: 0 };
  return {
    calls,
    perThousand: calls === 0 ? 0 : (1000 * hits) / calls,
    upper95PerThousand: 1000 * upperLimit95(hits, calls),
  };
}

function reportDesk(outcomes: readonly Outcome[], silenced: SharesByClass): ShippedReport['desk'] {
  const times: Weighted[] = [];
  const pushTimes: Weighted[] = [];
  const ringReasons: Record<string, number> = {};
  for (const { studyClass, weight } of mixture) {
    const share = silenced[studyClass];
    if (share === undefined) continue;
    for (const call of outcomes) {
      if (call.studyClass !== studyClass) continue;
      if (call.decision === 'silence') {
        times.push({ value: call.decidedAfterMs, weight: weight / share.calls });
        pushTimes.push({ value: call.decidedAtMs, weight: weight / share.calls });
      } else ringReasons[call.reason] = (ringReasons[call.reason] ?? 0) + 1;
    }
  }
  return {
    ...trueSilenceOf(silenced),
    silenceP50Ms: timeAt(times, 0.5),
    silenceP95Ms: timeAt(times, 0.95),
    fromPushP50Ms: timeAt(pushTimes, 0.5),
    fromPushP95Ms: timeAt(pushTimes, 0.95),
    ringReasons,
  };
}

/** The share silenced at the desk, lying, in the hand and in the pocket mixed, and what is left of double rings. */
export function trueSilenceOf(
  silenced: SharesByClass,
): Pick<ShippedReport['desk'], 'trueSilence' | 'low95' | 'high95' | 'doubleRingsPerThousand'> {
  let trueSilence = 0;
  let variance = 0;
  for (const { studyClass, weight } of mixture) {
    const share = silenced[studyClass];
    if (share === undefined) continue;
    trueSilence += weight * share.share;
    variance += (weight * weight * share.share * (1 - share.share)) / share.calls;
  }
  // A weighted sum of three binomials of hundreds of calls: normal enough.
  const halfWidth = 1.96 * Math.sqrt(variance);
  return {
    trueSilence,
    low95: Math.max(0, trueSilence - halfWidth),
    high95: Math.min(1, trueSilence + halfWidth),
    doubleRingsPerThousand: 1000 * (1 - trueSilence),
  };
}
