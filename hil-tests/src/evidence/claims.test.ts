import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../scenarios/all.js';
import { openClaims } from '../scenarios/not-yet.js';
import { type ClaimRecords, parseRecords, recordRun, renderClaims, whyNotRecorded } from './claims.js';
import type { RunVerdict } from './run-verdict.js';
import type { ScenarioResult } from './scenario-result.js';

const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
const commit = '0123456789abcdef0123456789abcdef01234567';

function run(rig: string, startedAt = '2026-11-23T10:00:00.000Z'): RunVerdict {
  return { verdict: 'passed', rig, seed: 1, startedAt, versions: { commit } };
}

function result(
  scenario: string,
  outcome: ScenarioResult['outcome'],
  more: Partial<ScenarioResult> = {},
): ScenarioResult {
  return { scenario, claim: `${scenario} is so.`, outcome, tookMs: 1, heard: [], ...more };
}

const claims = [
  { id: 'a', claim: 'a is so.' },
  { id: 'b', claim: 'b is so.' },
];

describe('claims and rungs', () => {
  it('a claim shown on our own rungs alone is marked, and no longer when another rung has shown it', () => {
    const ours = recordRun({}, run('virtual'), [result('a', 'passed')]);
    expect(renderClaims(ours, claims, [])).toContain('| **a** †: a is so. | ✓ 2026-11-23 `0123456` |');
    const more = recordRun(ours, run('btvirt'), [result('a', 'passed')]);
    expect(renderClaims(more, claims, [])).toContain('| **a**: a is so. | ✓ 2026-11-23 `0123456` |  | ✓');
  });

  it('a claim that fails on one engine is not shown on that rung', () => {
    const records = recordRun({}, run('kernel'), [
      result('a', 'passed', { engine: 'air' }),
      result('a', 'failed', { engine: 'btvirt -L' }),
    ]);
    expect(renderClaims(records, claims, [])).toContain('✗ 2026-11-23 `0123456` on our controllers, btvirt -L');
    expect(renderClaims(records, claims, [])).toContain('2 claims: 0 shown');
  });

  it('a skip changes nothing that was shown before', () => {
    const before = recordRun({}, run('virtual'), [result('a', 'passed')]);
    expect(recordRun(before, run('virtual'), [result('a', 'skipped')])).toEqual(before);
  });

  it('a skip is told with its reason, each reason once', () => {
    const skips = ['a', 'b'].map((id) => result(id, 'skipped', { reason: 'it lacks x' }));
    const page = renderClaims(recordRun({}, run('btvirt'), skips), claims, []);
    expect(page).toContain('| **b**: b is so. |  |  | – (1) |');
    expect(page).toContain('\n1. it lacks x\n');
    expect(page).toContain('2 claims: 0 shown');
    expect(page).not.toContain('2. ');
  });

  it('captures that were not checked show nothing', () => {
    const records = recordRun({}, run('btvirt'), [result('a', 'passed', { captures: [{ file: 'daemon.btsnoop' }] })]);
    expect(renderClaims(records, claims, [])).toContain('1. its captures were not checked');
  });

  it('the newest run counts, in whatever order they are recorded', () => {
    const [older, newer] = [run('virtual'), run('virtual', '2026-11-24T09:00:00.000Z')];
    for (const order of [[older, newer] as const, [newer, older] as const]) {
      const records = order.reduce<ClaimRecords>(
        (sum, one) => recordRun(sum, one, [result('a', one === newer ? 'failed' : 'passed')]),
        {},
      );
      expect(renderClaims(records, claims, [])).toContain('| ✗ 2026-11-24 `0123456` |');
    }
  });

  it('takes no run that has not concluded, of no rung or of no commit; one of a changed tree only when asked, and marked', () => {
    const changed = { ...run('virtual'), versions: { commit: `${commit}-changed` } };
    expect(whyNotRecorded(run('virtual'), false)).toBeUndefined();
    expect(whyNotRecorded({ ...run('virtual'), verdict: 'incomplete' }, true)).toContain('not concluded');
    expect(whyNotRecorded({}, true)).toContain('not concluded');
    expect(whyNotRecorded(run('moon'), true)).toContain('no rung "moon"');
    expect(whyNotRecorded({ ...run('virtual'), versions: { commit: 'unknown' } }, true)).toContain('no commit');
    expect(whyNotRecorded(changed, false)).toContain('no commit');
    expect(whyNotRecorded(changed, true)).toBeUndefined();
    const records = recordRun({}, changed, [result('a', 'passed')]);
    expect(renderClaims(records, claims, [])).toContain('✓ 2026-11-23 `0123456` of a changed tree');
  });

  it('a record of another sentence is no record of this one', () => {
    const records: ClaimRecords = recordRun({}, run('virtual'), [result('a', 'passed')]);
    expect(renderClaims(records, [{ id: 'a', claim: 'a is otherwise.' }], [])).toContain('1 claims: 0 shown');
  });

  it('counts open claims as unverified and says why', () => {
    const page = renderClaims({}, claims, [{ id: 'c', claim: 'c is so.', why: 'nobody can' }]);
    expect(page).toContain('3 claims: 0 shown, of these 0 only on rungs of our own (marked †); 3 unverified.');
    expect(page).toContain('| **c**: c is so. | nobody can |');
  });

  it('no two claims have one name', () => {
    const ids = [...scenarios, ...openClaims].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('docs/hil.md is what docs/hil.json and the present claims make of it (npm run hil:record)', () => {
    const records = parseRecords(readFileSync(`${docs}/hil.json`, 'utf8'));
    expect(readFileSync(`${docs}/hil.md`, 'utf8')).toBe(renderClaims(records, scenarios, openClaims));
  });
});
