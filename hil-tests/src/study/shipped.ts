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

function delayedOf(silenced: SharesByClass, studyClass: OutOfEarshotClass): Delayed {
  const { hits, calls } = silenced[studyClass] ?? { hits: 0, calls: 0 };
  return {
    calls,
    perThousand: calls === 0 ? 0 : (1000 * hits) / calls,
    upper95PerThousand: 1000 * upperLimit95(hits, calls),
  };
}

function reportDesk(outcomes: readonly Outcome[], silenced: SharesByClass): ShippedReport['desk'] {
  let trueSilence = 0;
  let variance = 0;
  const times: { value: number; weight: number }[] = [];
  const ringReasons: Record<string, number> = {};
  for (const { studyClass, weight } of mixture) {
    const share = silenced[studyClass];
    if (share === undefined) continue;
    trueSilence += weight * share.share;
    variance += (weight * weight * share.share * (1 - share.share)) / share.calls;
    for (const call of outcomes) {
      if (call.studyClass !== studyClass) continue;
      if (call.decision === 'silence') times.push({ value: call.decidedAfterMs, weight: weight / share.calls });
      else ringReasons[call.reason] = (ringReasons[call.reason] ?? 0) + 1;
    }
  }
  // A weighted sum of three binomials of hundreds of calls: normal enough.
  const halfWidth = 1.96 * Math.sqrt(variance);
  return {
    trueSilence,
    low95: Math.max(0, trueSilence - halfWidth),
    high95: Math.min(1, trueSilence + halfWidth),
    doubleRingsPerThousand: 1000 * (1 - trueSilence),
    silenceP50Ms: times.length === 0 ? null : weightedQuantileOf(times, 0.5),
    silenceP95Ms: times.length === 0 ? null : weightedQuantileOf(times, 0.95),
    ringReasons,
  };
}
