import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResultLine, ScenarioResult } from '../evidence/scenario-result.js';
import type { Heard } from '../instruments/listener.js';
import type { Rig } from '../rigs/rig.js';
import type { Scenario } from '../scenarios/scenario.js';
import { runScenario } from './session.js';

export interface RigRun {
  readonly rig: Rig;
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  /** The run's folder; one for each scenario is made in it. */
  readonly evidence: string;
  readonly onResult: (result: ResultLine) => void;
  readonly signal: AbortSignal;
}

/** A scenario that takes longer than this hangs, and that is a failure of its own. */
const SCENARIO_LIMIT_MS = 120_000;

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
    onResult({ ...result, heard: result.heard.length });
  }
  return results;
}

/** @param evidence where the scenario's own folder is made. */
export async function resultOf(rig: Rig, scenario: Scenario, seed: number, evidence: string): Promise<ScenarioResult> {
  const { engine } = rig;
  const base = { scenario: scenario.id, claim: scenario.claim, ...(engine === undefined ? {} : { engine }) };
  const lacking = scenario.needs.filter((need) => !rig.capabilities.includes(need));
  if (lacking.length > 0) {
    const reason = `the rig ${rig.name} lacks ${lacking.join(', ')}`;
    return { ...base, outcome: 'skipped', reason, tookMs: 0, heard: [] };
  }
  const heard: Heard[] = [];
  const startedMs = performance.now();
  const whole = (): Omit<ScenarioResult, 'outcome'> => ({
    ...base,
    tookMs: Math.round(performance.now() - startedMs),
    heard,
    folder: scenario.id,
  });
  try {
    const folder = join(evidence, scenario.id);
    await mkdir(folder, { recursive: true });
    await withinLimit(runScenario(rig, scenario, { seed, evidence: folder, onHeard: (more) => heard.push(...more) }));
    return { ...whole(), outcome: 'passed' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...whole(), outcome: 'failed', reason };
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
