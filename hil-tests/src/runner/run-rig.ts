import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Heard, Rig } from '../rigs/rig.js';
import type { Scenario } from '../scenarios/scenario.js';
import { runScenario } from './session.js';

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
}

export interface RigRun {
  readonly rig: Rig;
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  /** A folder for each scenario's captures is made in here. */
  readonly evidence?: string;
  readonly onResult: (result: ScenarioResult) => void;
  readonly signal: AbortSignal;
}

/** A scenario that takes longer than this hangs, and that is a failure of its own. */
const SCENARIO_LIMIT_MS = 60_000;

/** Runs scenarios one after the other: two at a time would disturb each other's clocks. */
export async function runRig({
  rig,
  scenarios,
  seed,
  evidence,
  onResult,
  signal,
}: RigRun): Promise<readonly ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    signal.throwIfAborted();
    const result = await resultOf(rig, scenario, seed, evidence);
    results.push(result);
    onResult(result);
  }
  return results;
}

async function resultOf(
  rig: Rig,
  scenario: Scenario,
  seed: number,
  evidence: string | undefined,
): Promise<ScenarioResult> {
  const { engine } = rig;
  const base = { scenario: scenario.id, claim: scenario.claim, ...(engine === undefined ? {} : { engine }) };
  const lacking = scenario.needs.filter((need) => !rig.capabilities.includes(need));
  if (lacking.length > 0) {
    return {
      ...base,
      outcome: 'skipped',
      reason: `the rig ${rig.name} lacks ${lacking.join(', ')}`,
      tookMs: 0,
      heard: [],
    };
  }
  const heard: Heard[] = [];
  const startedMs = performance.now();
  const tookMs = (): number => Math.round(performance.now() - startedMs);
  try {
    const folder = evidence === undefined ? undefined : join(evidence, scenario.id);
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    await withinLimit(
      runScenario(rig, scenario, {
        seed,
        ...(folder === undefined ? {} : { evidence: folder }),
        onHeard: (more) => heard.push(...more),
      }),
    );
    return { ...base, outcome: 'passed', tookMs: tookMs(), heard };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...base, outcome: 'failed', reason, tookMs: tookMs(), heard };
  }
}

async function withinLimit(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${SCENARIO_LIMIT_MS / 1000} s`)), SCENARIO_LIMIT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** All skipped is not passed: nothing was shown. */
export function verdictOf(results: readonly ScenarioResult[]): 'passed' | 'failed' | 'nothing-shown' {
  if (results.some(({ outcome }) => outcome === 'failed')) return 'failed';
  return results.some(({ outcome }) => outcome === 'passed') ? 'passed' : 'nothing-shown';
}
