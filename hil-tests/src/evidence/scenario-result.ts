import type { Heard } from '../instruments/listener.js';

/** What became of one scenario. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly claim: string;
  /** Whose controllers it was run on, on a rig that has a choice. */
  readonly engine?: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason?: string;
  readonly tookMs: number;
  readonly heard: readonly Heard[];
  /** Where its captures and logs are, from the run's folder; absent where nothing was kept. */
  readonly folder?: string;
  readonly captures?: readonly CheckedCapture[];
  /** What else lies in that folder: logs and measurements. */
  readonly files?: readonly string[];
  /** Drawings among them, as SVG. */
  readonly drawings?: readonly string[];
}

/** A result as it is shown when it comes: with the number of packets heard. */
export type ResultLine = Omit<ScenarioResult, 'heard'> & { readonly heard: number };

/** One capture of a link, as another program than ours reads it. */
export interface CheckedCapture {
  /** The file's name in the scenario's folder. */
  readonly file: string;
  /** As tshark counts; absent where tshark is not there to be asked. */
  readonly packets?: number;
  /** Why it cannot be read to its end. */
  readonly problem?: string;
}

/** @returns the name of the readable log beside a capture. */
export function logOf(capture: string): string {
  return capture.replace(/\.btsnoop$/, '.hci.txt');
}

/** `nothing-shown`: all were skipped, and that is no pass. */
export type Verdict = 'passed' | 'failed' | 'nothing-shown';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Claims of the whole list that this run has not shown, for whatever reason. */
  readonly unverified: number;
}

export function nameOf({ scenario, engine }: Pick<ScenarioResult, 'scenario' | 'engine'>): string {
  return engine === undefined ? scenario : `${scenario} on ${engine}`;
}

/** Whether it shows its claim: it passed, and another program than ours has read its captures. */
export function isShown({ outcome, captures = [] }: Pick<ScenarioResult, 'outcome' | 'captures'>): boolean {
  return outcome === 'passed' && captures.every(isChecked);
}

export function isChecked({ packets, problem }: CheckedCapture): boolean {
  return packets !== undefined || problem !== undefined;
}

export function verdictOf(results: readonly ScenarioResult[]): Verdict {
  if (results.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return results.some(({ outcome }) => outcome === 'passed') ? 'passed' : 'nothing-shown';
}

/** @param claims names of all claims there are, those without a scenario among them. */
export function countResults(results: readonly ScenarioResult[], claims: readonly string[]): Counts {
  const count = (outcome: ScenarioResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const isVerified = (claim: string): boolean => {
    const ofThis = results.filter(({ scenario, outcome }) => scenario === claim && outcome !== 'skipped');
    return ofThis.length > 0 && ofThis.every(isShown);
  };
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    unverified: claims.filter((claim) => !isVerified(claim)).length,
  };
}
