import { type Check, checkOffice } from './checks.js';
import { type Growth, growEvidence } from './evidence.js';
import { drawGeometry, type Geometry } from './geometry.js';
import { type Outcome, runTask, type Task } from './outcome.js';
import { outOfEarshotClasses, type StudyClass, studyClasses } from './placement.js';
import { reportStratum, type StratumReport } from './report.js';
import type { Setting } from './setting.js';

export interface StudyOptions {
  readonly settings: readonly Setting[];
  /** First seed, and how many from there. */
  readonly seed: number;
  readonly seeds: number;
  /** Trial calls per class and seed in the first setting and in those that are run in full; the others get a share of it. */
  readonly calls: number;
  readonly otherCalls: number;
  /** Links and calls for the posterior predictive checks. */
  readonly checkLinks: number;
}

export interface StudyReport {
  readonly seed: number;
  readonly seeds: number;
  readonly checks: readonly Check[];
  readonly strata: readonly StratumReport[];
  /** One call of each class of the first stratum. */
  readonly evidence: readonly Growth[];
  readonly geometry: Geometry;
}

/** Runs one task somewhere: here or in a worker. */
export type Executor = (task: Task) => Promise<readonly Outcome[]>;

/** Calls a task holds: short enough to share out evenly, long enough to be worth a message. */
const TASK_CALLS = 100;

/** In this very thread. */
export const runHere: Executor = async (task) => runTask(task);

/**
 * Runs the whole study.
 * @param onProgress told the share that is done, 0..1.
 */
export async function runStudy(
  options: StudyOptions,
  execute: Executor,
  onProgress: (share: number, stratum: string) => void = () => {},
): Promise<StudyReport> {
  const plans = options.settings.map((setting, i) => ({
    setting,
    tasks: planTasks(setting, options, i === 0 || setting.isRunInFull ? options.calls : options.otherCalls),
  }));
  const total = plans.reduce((sum, { tasks }) => sum + tasks.length, 0);
  let done = 0;
  const strata: StratumReport[] = [];
  for (const { setting, tasks } of plans) {
    const results = await Promise.all(
      tasks.map(async (task) => {
        const outcomes = await execute(task);
        done += 1;
        onProgress(done / total, setting.name);
        return outcomes;
      }),
    );
    strata.push(reportStratum(setting, results.flat()));
  }
  return {
    seed: options.seed,
    seeds: options.seeds,
    checks: checkOffice(options.seed, options.checkLinks),
    strata,
    evidence: options.settings.slice(0, 1).flatMap((setting) => growEvidence(setting, options.seed)),
    geometry: drawGeometry(),
  };
}

/**
 * Thresholds rest on a tail, so they get twice the calls; only classes out of earshot set them. One seed after the other:
 * calls of one seed may share offices that take a second to make.
 */
export function planTasks(setting: Setting, options: StudyOptions, calls: number): readonly Task[] {
  const tasks: Task[] = [];
  const add = (seed: number, set: Task['set'], studyClass: StudyClass, count: number): void => {
    for (let fromIndex = 0; fromIndex < count; fromIndex += TASK_CALLS) {
      tasks.push({ setting, studyClass, set, seed, fromIndex, count: Math.min(TASK_CALLS, count - fromIndex) });
    }
  };
  for (let seed = options.seed; seed < options.seed + options.seeds; seed += 1) {
    for (const studyClass of outOfEarshotClasses) add(seed, 'threshold', studyClass, 2 * calls);
    for (const studyClass of studyClasses) add(seed, 'trial', studyClass, calls);
  }
  return tasks;
}
