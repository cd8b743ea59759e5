import { peers } from '../peers/registry.js';
import { type NativeReport, reportNative } from './native.js';
import type { Outcome } from './outcome.js';
import { type Difference, type MethodScores, pairedDifference } from './paired.js';
import { officeParameters } from './parameters.js';
import { outOfEarshotClasses, type StudyClass } from './placement.js';
import { createRandomStream } from './random-stream.js';
import { type Reliability, reportReliability } from './reliability.js';
import { methods, type Scores } from './score.js';
import type { Setting } from './setting.js';
import { type SharesByClass, sharesByClass } from './share.js';
import { reportShipped, type ShippedReport } from './shipped.js';
import { meanOf } from './statistics.js';
import { bootstrapSilenced, silencedShare, thresholdFor, type WeightedScores } from './threshold.js';

export type Carrying = 'carried-anyhow' | 'lying-on-the-desk';
const carryings = ['carried-anyhow', 'lying-on-the-desk'] as const satisfies readonly Carrying[];

/** A score of ours or a baseline, or a peer by its id. */
export type Method = keyof Scores | `peer:${string}`;

/** One method at one level of false silence. */
export interface MethodReport {
  readonly method: Method;
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

/** Our score against another method on the same calls, each at its own threshold: the score by the deadline against a peer. */
export interface Versus {
  readonly against: Method;
  readonly carrying: Carrying;
  readonly allowedFalseSilence: number;
  readonly difference: Difference;
  /** It silences the most at the desk of all peers: picked after seeing these calls, which favours it. */
  readonly isBestPeer: boolean;
}

/** True silence over the allowed false silence, carried anyhow. */
export interface Curve {
  readonly method: Method;
  readonly points: readonly { readonly falseSilence: number; readonly trueSilence: number }[];
}

export interface StratumReport {
  readonly stratum: string;
  readonly about: string;
  readonly calls: { readonly threshold: number; readonly trial: number };
  readonly methods: readonly MethodReport[];
  readonly versus: readonly Versus[];
  readonly shipped: ShippedReport;
  /** In strata that compare with peers. */
  readonly native: readonly NativeReport[];
  readonly curves: readonly Curve[];
  readonly reliability: Reliability | null;
}

/** A threshold rests on this many calls at least, or the level is left out. */
const TAIL_CALLS = 5;
/** Levels at which what is stated is held against what happened. */
const CURVE_LEVELS = [0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3];

/** Adds up the outcomes of one stratum. */
export function reportStratum(setting: Setting, outcomes: readonly Outcome[]): StratumReport {
  const calls = {
    threshold: outcomes.filter(({ set }) => set === 'threshold'),
    trial: outcomes.filter(({ set }) => set === 'trial'),
  };
  const perClass = calls.threshold.length / outOfEarshotClasses.length;
  const isMeasurable = (level: number): boolean => level === 0.01 || perClass * level >= TAIL_CALLS;
  const levels = [0.01, 0.001].filter(isMeasurable);
  const measured: readonly Method[] = [
    ...methods,
    ...(setting.hasPeers ? peers.map(({ id }) => `peer:${id}` as const) : []),
  ];
  const cases = carryings.flatMap((carrying) => levels.map((level) => ({ carrying, level })));
  const rows = cases.flatMap(({ carrying, level }) =>
    measured.map((method) => reportMethod(method, carrying, level, calls)),
  );
  return {
    stratum: setting.name,
    about: setting.about,
    calls: { threshold: calls.threshold.length, trial: calls.trial.length },
    methods: rows,
    versus: cases.flatMap(({ carrying, level }) => compare(rows, carrying, level, calls)),
    shipped: reportShipped(outcomes),
    native: setting.hasPeers ? reportNative(outcomes) : [],
    reliability: setting.hasPeers ? reportReliability(calls, CURVE_LEVELS.filter(isMeasurable)) : null,
    curves: setting.hasPeers ? measured.map((method) => curveOf(method, calls, isMeasurable)) : [],
  };
}

interface Calls {
  readonly threshold: readonly Outcome[];
  readonly trial: readonly Outcome[];
}

function reportMethod(method: Method, carrying: Carrying, allowedFalseSilence: number, calls: Calls): MethodReport {
  const { away, own } = scoresOf(method, carrying, calls);
  const threshold = thresholdFor(away, allowedFalseSilence);
  const trial = calls.trial.filter((call) => isCarriedSo(call, carrying));
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
    silenced: sharesByClass(trial, (call) => scoreOf(call, method) > threshold),
  };
}

/** Ours against the two baselines and, where there are peers, the best of them. */
function compare(
  rows: readonly MethodReport[],
  carrying: Carrying,
  allowedFalseSilence: number,
  calls: Calls,
): readonly Versus[] {
  const ofPeers = rows.filter(
    (row) =>
      row.carrying === carrying && row.allowedFalseSilence === allowedFalseSilence && row.method.startsWith('peer:'),
  );
  const best = [...ofPeers].sort((a, b) => b.trueSilence.mean - a.trueSilence.mean)[0]?.method;
  const against: readonly Method[] = ['ownMeanDbm', 'ownAndOthersDb', ...(best === undefined ? [] : [best])];
  return against.map((method) => ({
    against: method,
    carrying,
    allowedFalseSilence,
    difference: pairedDifference(
      scoresOf(method === best ? 'deadlineLlr' : 'llr', carrying, calls),
      scoresOf(method, carrying, calls),
      allowedFalseSilence,
      createRandomStream(allowedFalseSilence === 0.01 ? 1 : 2, 'paired', method, carrying),
    ),
    isBestPeer: method === best,
  }));
}

function curveOf(method: Method, calls: Calls, isMeasurable: (level: number) => boolean): Curve {
  const { away, own } = scoresOf(method, 'carried-anyhow', calls);
  return {
    method,
    points: CURVE_LEVELS.filter(isMeasurable).map((falseSilence) => ({
      falseSilence,
      trueSilence: silencedShare(own, thresholdFor(away, falseSilence)),
    })),
  };
}

/** @returns −∞ where a method has no answer. */
export function scoreOf({ scores, peers: ofPeers }: Outcome, method: Method): number {
  if (!method.startsWith('peer:')) return scores[method as keyof Scores];
  return ofPeers?.estimates[method.slice('peer:'.length)] ?? Number.NEGATIVE_INFINITY;
}

function isCarriedSo({ carriage }: Outcome, carrying: Carrying): boolean {
  return carrying === 'carried-anyhow' || carriage === 'lying';
}

function scoresOf(method: Method, carrying: Carrying, calls: Calls): MethodScores {
  return {
    away: outOfEarshotClasses.map((studyClass) =>
      calls.threshold
        .filter((call) => call.studyClass === studyClass && isCarriedSo(call, carrying))
        .map((call) => scoreOf(call, method)),
    ),
    own: ownScores(calls.trial, method, carrying),
  };
}

/** At the desk, each way of carrying with its share; back turned stands for itself and is in no mixture. */
function ownScores(calls: readonly Outcome[], method: Method, carrying: Carrying): readonly WeightedScores[] {
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
    scores: calls.filter((call) => call.studyClass === studyClass).map((call) => scoreOf(call, method)),
    weight,
  }));
}
