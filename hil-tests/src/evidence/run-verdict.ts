import type { Counts, Verdict } from './scenario-result.js';

/** What a run was, and what it came to. */

export interface RunDescription {
  readonly rig: string;
  readonly seed: number;
  readonly startedAt: string;
  /** Our commit and machine, and what else took part. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface Conclusion {
  readonly verdict: Verdict;
  readonly counts: Counts;
}

/** `verdict.json`, as it stands in a folder. */
export type RunVerdict = RunDescription & {
  readonly verdict: Verdict | 'incomplete';
  readonly counts?: Counts;
  readonly endedAt?: string;
};
