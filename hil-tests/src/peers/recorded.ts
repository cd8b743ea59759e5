import { ourDecision } from './our-decision.js';
import type { Peer } from './peer.js';
import {
  aucOf,
  aucWithinGroups,
  countPairs,
  type Interval,
  intervalOf,
  leastBalancedError,
  type PairCounts,
  resamplings,
  type Scored,
} from './ranking.js';
import { callsOf, type RecordedCall } from './recorded-calls.js';
import type { RecordedSet } from './recorded-data.js';
import { peers, plainMean } from './registry.js';

/** Our decision and every peer on recordings: same calls, same instant, each ranked by its own score. */

/** What is told apart. Calls that are neither are left out. */
export interface Cut {
  readonly id: string;
  readonly about: string;
  readonly isNear: (distanceM: number) => boolean;
  readonly isFar: (distanceM: number) => boolean;
  /** The set it is for; all when absent. */
  readonly set?: string;
}

const FOOT_M = 0.3048;
const isFeet = (feet: number) => (distanceM: number) => Math.abs(distanceM - feet * FOOT_M) < 0.05;

export const cuts: readonly Cut[] = [
  { id: '2m', about: 'up to 2 m against more', isNear: (m) => m <= 2, isFar: (m) => m > 2 },
  { id: 'guard', about: 'up to 1 m against 3 m and more', isNear: (m) => m <= 1, isFar: (m) => m >= 3 },
  { id: 'canary', about: '3 ft against 10 ft', isNear: isFeet(3), isFar: isFeet(10), set: 'mit_matrix' },
];
/** Decision note §1.2: no rule on this one level goes above this, so one that does knows more than it should. */
export const CANARY_AUC = 0.73;

export interface RuleReport {
  readonly id: string;
  readonly title: string;
  /** When it was asked: at 1 s, or at the end of its first cycle. */
  readonly atMs: number;
  readonly auc: Interval;
  readonly aucWithinGroups?: number;
  readonly aucMinusMean?: Interval;
  readonly leastBalancedError: number;
  /** Share of calls in which it had an answer. */
  readonly answered: number;
  readonly native?: { readonly rule: string; readonly nearShare: number; readonly farShare: number };
}

export interface CutReport {
  readonly cut: string;
  readonly about: string;
  /** Where only calls of one pose are counted. */
  readonly pose?: string;
  readonly near: number;
  readonly far: number;
  readonly groups: number;
  readonly rules: readonly RuleReport[];
  /** Rules that rank better than this recording allows, at 95 %. */
  readonly suspected?: readonly string[];
}

export interface SetReport {
  readonly set: string;
  readonly attribution: string;
  readonly calls: number;
  readonly cuts: readonly CutReport[];
  readonly poses: readonly CutReport[];
}

const LOOK_MS = 1000;
/** Native rules are asked when the call must be decided. */
const DEADLINE_MS = 1500;
const RESAMPLINGS = 2000;
const rules: readonly Peer[] = [ourDecision, ...peers];

interface Answer {
  readonly score: number;
  readonly isNativelyNear: boolean;
}

/**
 * Measures every rule on one set.
 * @param seed of the resampling.
 */
export function measureSet(set: RecordedSet, seed: number): SetReport {
  const calls = callsOf(set);
  const answers = new Map(rules.map((rule) => [rule.id, calls.map((call) => answerOf(rule, call))]));
  const measure = (cut: Cut, pose?: string) => measureCut(calls, answers, cut, seed, pose);
  const poses = [...new Set(calls.map(({ pose }) => pose))].sort();
  return {
    set: set.name,
    attribution: set.attribution,
    calls: calls.length,
    cuts: cuts.filter((cut) => cut.set === undefined || cut.set === set.name).flatMap((cut) => measure(cut) ?? []),
    poses: poses.length < 2 ? [] : poses.flatMap((pose) => measure(cuts[0] as Cut, pose) ?? []),
  };
}

function answerOf(rule: Peer, { packets }: RecordedCall): Answer {
  return {
    score: rule.estimateAt(packets, instantOf(rule)) ?? Number.NEGATIVE_INFINITY,
    isNativelyNear: rule.native?.isNearAt(packets, DEADLINE_MS) ?? false,
  };
}

/** A peer that has no answer at 1 s is asked when its first cycle ends, which is in its favour. */
function instantOf(rule: Peer): number {
  return Math.max(LOOK_MS, rule.firstAnswerMs);
}

function measureCut(
  calls: readonly RecordedCall[],
  answers: ReadonlyMap<string, readonly Answer[]>,
  cut: Cut,
  seed: number,
  pose: string | undefined,
): CutReport | undefined {
  const chosen: number[] = [];
  for (const [i, call] of calls.entries()) {
    const isOfCut = cut.isNear(call.distanceM) || cut.isFar(call.distanceM);
    if (isOfCut && (pose === undefined || call.pose === pose)) chosen.push(i);
  }
  const names = [...new Set(chosen.map((i) => calls[i]?.group as string))].sort();
  const isNear = chosen.map((i) => cut.isNear(calls[i]?.distanceM as number));
  const near = isNear.filter(Boolean).length;
  if (near === 0 || near === chosen.length) return undefined;
  const groups = chosen.map((i) => names.indexOf(calls[i]?.group as string));
  const answersOf = (rule: Peer) => chosen.map((i) => answers.get(rule.id)?.[i] as Answer);
  const samples = resamplings(names.length, RESAMPLINGS, seed);
  const countsOf = (rule: Peer) => countPairs(scoredOf(answersOf(rule), isNear, groups), names.length);
  const meanCounts = countsOf(plainMean);
  const measured = rules.map((rule): RuleReport => {
    const counts = countsOf(rule);
    const ruleAnswers = answersOf(rule);
    const within = aucWithinGroups(counts);
    const minusMean = rule === plainMean ? undefined : differenceOf(counts, meanCounts, samples);
    return {
      id: rule.id,
      title: rule.title,
      atMs: instantOf(rule),
      auc: intervalOf((weights) => aucOf(counts, weights), samples) as Interval,
      ...(within === undefined ? {} : { aucWithinGroups: within }),
      ...(minusMean === undefined ? {} : { aucMinusMean: minusMean }),
      leastBalancedError: leastBalancedError(scoredOf(ruleAnswers, isNear, groups)) as number,
      answered: ruleAnswers.filter(({ score }) => Number.isFinite(score)).length / chosen.length,
      ...(rule.native === undefined
        ? {}
        : { native: { rule: rule.native.rule, ...nativeShares(ruleAnswers, isNear, near) } }),
    };
  });
  return {
    cut: cut.id,
    about: cut.about,
    ...(pose === undefined ? {} : { pose }),
    near,
    far: chosen.length - near,
    groups: names.length,
    rules: measured,
    ...(cut.id === 'canary' ? { suspected: measured.filter(isTooGood).map(({ id }) => id) } : {}),
  };
}

function scoredOf(
  answers: readonly Answer[],
  isNear: readonly boolean[],
  groups: readonly number[],
): readonly Scored[] {
  return answers.map(({ score }, i) => ({ score, isNear: isNear[i] as boolean, group: groups[i] as number }));
}

/** Paired: both rules on the same resampling. */
function differenceOf(
  rule: PairCounts,
  mean: PairCounts,
  samples: readonly (readonly number[])[],
): Interval | undefined {
  return intervalOf((weights) => {
    const [ofRule, ofMean] = [aucOf(rule, weights), aucOf(mean, weights)];
    return ofRule === undefined || ofMean === undefined ? undefined : ofRule - ofMean;
  }, samples);
}

function nativeShares(
  answers: readonly Answer[],
  isNear: readonly boolean[],
  near: number,
): { readonly nearShare: number; readonly farShare: number } {
  const passed = (wanted: boolean) =>
    answers.filter(({ isNativelyNear }, i) => isNativelyNear && isNear[i] === wanted).length;
  return { nearShare: passed(true) / near, farShare: passed(false) / (answers.length - near) };
}

function isTooGood({ auc }: RuleReport): boolean {
  return (auc.low ?? auc.value) > CANARY_AUC;
}
