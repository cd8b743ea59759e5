import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ScenarioResult } from '../src/evidence/scenario-result.js';
import { whyNoGuest } from '../src/rigs/kernel/guest-kernel.js';
import { mustSkip } from '../src/rigs/require-rig.js';
import { runInGuest } from '../src/runner/run-in-guest.js';
import { scenarios } from '../src/scenarios/all.js';

/** A part of the scenarios, for a machine in a hurry; `npm run hil -- --rig kernel` runs all. */
const chosen = [
  'first-frame',
  'identity-change',
  'unplugged',
  'beside-bluetoothd',
  'stopped-by-another',
  'stopped-on-user-channel',
  'pairing',
];
/** Only a kernel can show these, and so only here their saboteurs are seen at work. */
const onlyHere = scenarios.filter(({ needs }) => needs.includes('kernel'));
const root = fileURLToPath(new URL('../..', import.meta.url));
const BOOTS_LIMIT_MS = 25 * 60_000;

/**
 * The guest's processor is emulated, and a second of this machine's load is many of its own. What failed is therefore run
 * once more in a guest of its own, and said: a daemon that is wrong is wrong twice.
 */
async function runAndRepeat(ids: readonly string[], withSaboteurs: boolean): Promise<readonly ScenarioResult[]> {
  const results = await runGuest(ids, withSaboteurs);
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length === 0) return results;
  for (const result of failed) console.warn(`${result.scenario} is run once more: ${wordsOf(result)}`);
  const again = new Set(failed.map(({ scenario }) => scenario));
  return [...results.filter(({ scenario }) => !again.has(scenario)), ...(await runGuest([...again], withSaboteurs))];
}

async function runGuest(ids: readonly string[], withSaboteurs: boolean): Promise<readonly ScenarioResult[]> {
  const evidence = await mkdtemp(join(tmpdir(), 'deskbeacon-kernel-'));
  try {
    return await runInGuest({
      scenarios: scenarios.filter(({ id }) => ids.includes(id)),
      seed: 1,
      evidence,
      withSaboteurs,
      onResult: () => {},
      signal: new AbortController().signal,
    });
  } finally {
    await rm(evidence, { recursive: true, force: true });
  }
}

function wordsOf({ outcome, engine, reason }: ScenarioResult): string {
  return `${outcome} on ${engine}: ${reason}`;
}

const why = whyNoGuest();
describe.skipIf(mustSkip('kernel', why))(`on a real kernel${why === undefined ? '' : ` (${why})`}`, () => {
  let results: readonly ScenarioResult[] = [];
  let sabotaged: readonly ScenarioResult[] = [];

  beforeAll(async () => {
    // The guest would build for itself what is older than its sources, and take minutes.
    execFileSync(process.execPath, [join(root, 'build.mjs')]);
    results = await runAndRepeat(chosen, false);
    sabotaged = await runAndRepeat(
      onlyHere.map(({ id }) => id),
      true,
    );
  }, BOOTS_LIMIT_MS);

  it.each(chosen)('%s is shown on every engine that can carry it', (id) => {
    const ofThis = results.filter(({ scenario }) => scenario === id);
    expect(ofThis.length).toBeGreaterThan(0);
    expect(ofThis.filter(({ outcome }) => outcome !== 'passed').map(wordsOf)).toEqual([]);
  });

  it('three engines of controllers have been on it', () => {
    expect(new Set(results.map(({ engine }) => engine))).toEqual(new Set(['air', 'btvirt -L', 'btvirt -U']));
  });

  it.each(
    onlyHere.map((scenario) => [scenario.saboteur.what, scenario.id] as const),
  )('a saboteur is found out: %s (%s)', (_what, id) => {
    expect(sabotaged.filter(({ scenario }) => scenario === id).map(wordsOf)).toEqual([
      expect.stringMatching(/^passed/),
    ]);
  });
});
