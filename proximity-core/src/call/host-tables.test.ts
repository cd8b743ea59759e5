import { describe, expect, it } from 'vitest';
import { actionsAt, findWrongRows, isReachable } from './testing/hosts/drive.js';
import { type FactId, facts } from './testing/hosts/facts.js';
import type { HostRow, HostTable } from './testing/hosts/host-table.js';
import { type MomentId, momentIds } from './testing/hosts/moments.js';
import { hostTables } from './testing/hosts/tables.js';

const named = hostTables.map((table) => [table.id, table] as const);
const rowsOf = (table: HostTable): readonly HostRow[] => Object.values(table.rows);

function tableOf(id: string): HostTable {
  const table = hostTables.find((one) => one.id === id);
  if (table === undefined) throw new RangeError(`expected a host, got ${id}`);
  return table;
}

function withRow(table: HostTable, moment: MomentId, change: Partial<HostRow>): HostTable {
  const row = table.rows[moment] as HostRow;
  return { ...table, rows: { ...table.rows, [moment]: { ...row, ...change } } };
}

describe('the table of each host', () => {
  it.each(named)('says of %s exactly what the reducer asks, at every moment that a call comes to', (_id, table) => {
    expect(findWrongRows(table)).toEqual([]);
  });

  it.each(named)('names for %s no fact twice in one row', (_id, table) => {
    for (const { facts: of = [] } of rowsOf(table)) expect(new Set(of).size).toBe(of.length);
  });

  it.each(
    named,
  )('promises of %s a ring to a call that nobody answers only where the reducer asks for one', (_id, table) => {
    const ringsLate =
      isReachable(table, 'nobody-answers') && actionsAt(table, 'nobody-answers').includes('ring unanswered');
    expect(table.summary.nobodyAnswers.startsWith('rings after 8 s')).toBe(ringsLate);
  });

  it('calls no host that can be silent for good one that rings late, and the other way round', () => {
    for (const table of hostTables.filter((one) => isReachable(one, 'nobody-answers'))) {
      expect(actionsAt(table, 'nobody-answers')).toEqual(
        table.capabilities.canRingLate === true ? ['ring unanswered'] : [],
      );
    }
  });

  it('claims no capability on the strength of a fact that nobody has verified', () => {
    const open = (id: FactId): boolean => facts[id].certainty === 'not verified';
    for (const table of hostTables) {
      const late = table.rows['nobody-answers'];
      if (late?.does.includes('ring unanswered')) expect((late.facts ?? []).filter(open), table.id).toEqual([]);
    }
  });

  it('rings in every table for an emergency, a desk phone that does not ring, a missing desk and a failed scan', () => {
    const must: readonly MomentId[] = ['emergency-comes-in', 'comes-in-desk-quiet', 'comes-in-no-desk', 'scan-fails'];
    for (const table of hostTables) {
      for (const moment of must.filter((one) => isReachable(table, one))) {
        expect(actionsAt(table, moment).at(-1), `${table.id}, ${moment}`).toMatch(/^ring /);
      }
    }
  });

  it('has every moment on some host, and every fact in some table', () => {
    for (const moment of momentIds) expect(hostTables.some(({ rows }) => rows[moment] !== undefined)).toBe(true);
    const used = new Set(
      hostTables.flatMap((table) => [...table.facts, ...rowsOf(table).flatMap((row) => row.facts ?? [])]),
    );
    expect([...used].sort()).toEqual(Object.keys(facts).sort());
  });
});

describe('a table that is wrong', () => {
  const right = tableOf('telecom-service');

  it.each<[string, MomentId, readonly string[]]>([
    ['another action', 'at-desk', ['stop-scan', 'ring at-own-desk']],
    ['another reason', 'nothing', ['stop-scan', 'ring own-desk-not-heard']],
    ['another order', 'comes-in', ['start-scan', 'hold-ring']],
    ['a silence of another length', 'at-desk', ['stop-scan', 'silence at-own-desk 0']],
    ['an action too few', 'nobody-answers', []],
    ['an action too many', 'gives-up-while-silent', ['ring unanswered']],
  ])('is noticed: %s', (_what, moment, does) => {
    expect(findWrongRows(withRow(right, moment, { does }))).toEqual([
      expect.stringContaining(`telecom-service, ${moment}: `),
    ]);
  });

  it('is noticed when a row is missing', () => {
    const { 'scan-fails': _gone, ...rows } = right.rows;
    expect(findWrongRows({ ...right, rows })).toEqual([expect.stringContaining('scan-fails: there is no row')]);
  });

  it('is noticed when it has a row for a state into which no call comes', () => {
    const never = tableOf('linphone-ios');
    const rows = { ...never.rows, 'nobody-answers': right.rows['nobody-answers'] as HostRow };
    expect(findWrongRows({ ...never, rows })).toEqual([expect.stringContaining('no call comes into this state')]);
  });

  it.each(named)('is noticed when %s is given the abilities of another kind of host', (_id, table) => {
    const { canHoldRing, canRingLate } = table.capabilities;
    const holds = canHoldRing !== true;
    const kind = { canHoldRing: holds, canRingLate: canRingLate !== true, mustReportAtOnce: !holds };
    const other = { ...table.capabilities, ...kind };
    expect(findWrongRows({ ...table, capabilities: other })).not.toEqual([]);
  });
});
