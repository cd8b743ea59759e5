import type { Outcome } from './outcome.js';
import { officeParameters } from './parameters.js';
import { outOfEarshotClasses, type StudyClass } from './placement.js';
import { createRandomStream } from './random-stream.js';
import { methods, type Scores } from './score.js';
import type { Setting } from './setting.js';
import { type SharesByClass, sharesByClass } from './share.js';
import { reportShipped, type ShippedReport } from './shipped.js';
import { meanOf } from './statistics.js';
import { bootstrapSilenced, silencedShare, thresholdFor, type WeightedScores } from './threshold.js';

export type Carrying = 'carried-anyhow' | 'lying-on-the-desk';

/** One method at one level of false silence. */
export interface MethodReport {
  readonly method: keyof Scores;
  readonly carrying: Carrying;
  readonly allowedFalseSilence: number;
  /** `null` when anything heard silences. */
  readonly threshold: number | null;
  /** At the desk: mean over seeds, interval over calls, and each seed. */
  readonly trueSilence: {
    readonly mean: number;
    readonly low95: number;
    readonly high95: number;
    readonly perSeed: readonly number[];
  };
  /** Silenced share of every class in the trial set: realised false silence out of earshot, the neighbour, each way at the desk. */
  readonly silenced: SharesByClass;
}

export interface StratumReport {
  readonly stratum: string;
  readonly about: string;
  readonly calls: { readonly threshold: number; readonly trial: number };
  readonly methods: readonly MethodReport[];
  readonly shipped: ShippedReport;
}

/** A threshold rests on this many calls at least, or the level is left out. */
const TAIL_CALLS = 5;

/** Adds up the outcomes of one stratum. */
export function reportStratum(setting: Setting, outcomes: readonly Outcome[]): StratumReport {
  const threshold = outcomes.filter(({ set }) => set === 'threshold');
  const trial = outcomes.filter(({ set }) => set === 'trial');
  const perClass = threshold.length / outOfEarshotClasses.length;
  const levels = [0.01, 0.001].filter((level) => level === 0.01 || perClass * level >= TAIL_CALLS);
  const rows = (['carried-anyhow', 'lying-on-the-desk'] as const).flatMap((carrying) =>
    levels.flatMap((level) => methods.map((method) => reportMethod(method, carrying, level, threshold, trial))),
  );
  return {
    stratum: setting.name,
    about: setting.about,
    calls: { threshold: threshold.length, trial: trial.length },
    methods: rows,
    shipped: reportShipped(outcomes),
  };
}

function reportMethod(
  method: keyof Scores,
  carrying: Carrying,
  allowedFalseSilence: number,
  thresholdCalls: readonly Outcome[],
  trialCalls: readonly Outcome[],
): MethodReport {
  const isCarriedSo = ({ carriage }: Outcome): boolean => carrying === 'carried-anyhow' || carriage === 'lying';
  const away = outOfEarshotClasses.map((studyClass) =>
    scoresOf(
      thresholdCalls.filter((call) => call.studyClass === studyClass && isCarriedSo(call)),
      method,
    ),
  );
  const threshold = thresholdFor(away, allowedFalseSilence);
  const trial = trialCalls.filter(isCarriedSo);
  const own = ownScores(trial, method, carrying);
  const perSeed = [...new Set(trial.map(({ seed }) => seed))].map((seed) =>
    silencedShare(
      ownScores(
        trial.filter((call) => call.seed === seed),
        method,
        carrying,
      ),
      threshold,
    ),
  );
  const random = createRandomStream(allowedFalseSilence === 0.01 ? 1 : 2, 'bootstrap', method, carrying);
  const { low, high } = bootstrapSilenced(away, own, allowedFalseSilence, random);
  return {
    method,
    carrying,
    allowedFalseSilence,
    threshold: Number.isFinite(threshold) ? threshold : null,
    trueSilence: { mean: meanOf(perSeed), low95: low, high95: high, perSeed },
    silenced: sharesByClass(trial, (call) => call.scores[method] > threshold),
  };
}

/** At the desk, each way of carrying with its share; back turned stands for itself and is in no mixture. */
function ownScores(calls: readonly Outcome[], method: keyof Scores, carrying: Carrying): readonly WeightedScores[] {
  const { lying, hand, pocket } = officeParameters.carriageMix;
  const weights: readonly [StudyClass, number][] =
    carrying === 'lying-on-the-desk'
      ? [['desk-lying', 1]]
      : [
          ['desk-lying', lying],
          ['desk-hand', hand],
          ['desk-pocket', pocket],
        ];
  return weights.map(([studyClass, weight]) => ({
    scores: scoresOf(
      calls.filter((call) => call.studyClass === studyClass),
      method,
    ),
    weight,
  }));
}

function scoresOf(calls: readonly Outcome[], method: keyof Scores): readonly number[] {
  return calls.map(({ scores }) => scores[method]);
}
