import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffDirectory, hasFindings, type KnownEntry, planJson, planLines } from './diff-directory.js';
import type { DirectoryEntry } from './directory-source.js';

const known = (key: string, extension = key, source = 'csv'): KnownEntry => ({
  source,
  key,
  extension,
  displayName: `N${key}`,
});
const listed = (key: string, more: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
  ...known(key),
  enabled: true,
  devices: [],
  ...more,
});
const diff = (before: readonly KnownEntry[], entries: readonly DirectoryEntry[], complete = true) =>
  diffDirectory(before, { source: 'csv', entries, complete });

describe('a plan', () => {
  it('adds what is new, changes what differs by field, and removes what is gone', () => {
    const plan = diff(
      [known('1'), known('2'), known('3'), known('4')],
      [listed('1'), listed('2', { extension: '22', displayName: 'New' }), listed('5'), listed('4', { enabled: false })],
    );
    expect(plan).toEqual({
      source: 'csv',
      added: [listed('5')],
      changed: [
        { key: '2', extension: '22', field: 'extension', before: '2', after: '22' },
        { key: '2', extension: '22', field: 'displayName', before: 'N2', after: 'New' },
      ],
      removed: [
        { entry: known('3'), reason: 'gone' },
        { entry: known('4'), reason: 'disabled' },
      ],
      conflicts: [],
      unchanged: 1,
      heldBack: 0,
    });
  });

  it('removes nothing for its absence from an incomplete listing, but what was seen switched off', () => {
    const plan = diff([known('1'), known('2')], [listed('2', { enabled: false })], false);
    expect(plan.removed).toEqual([{ entry: known('2'), reason: 'disabled' }]);
    expect(plan.heldBack).toBe(1);
    expect(hasFindings(plan)).toBe(true);
  });

  it('leaves entries of other sources alone', () => {
    expect(diff([known('1', '1', 'ldap')], [])).toMatchObject({ removed: [], changed: [], unchanged: 0 });
  });

  it('does not add what is switched off', () => {
    expect(diff([], [listed('1', { enabled: false })]).added).toEqual([]);
  });

  it('tells 007 from 7', () => {
    expect(diff([known('1', '007')], [listed('1', { extension: '7' })]).changed).toMatchObject([
      { before: '007', after: '7' },
    ]);
  });
});

describe('a conflict', () => {
  const extensionsOf = (plan: ReturnType<typeof diff>) => plan.conflicts.map(({ extension }) => extension);

  it('is an extension twice in the listing, also under one key', () => {
    expect(extensionsOf(diff([], [listed('1', { extension: '9' }), listed('2', { extension: '9' })]))).toEqual(['9']);
    expect(extensionsOf(diff([], [listed('1'), listed('1')]))).toEqual(['1']);
  });

  it('is an extension that another source holds', () => {
    expect(diff([known('a', '1', 'ldap')], [listed('1')]).conflicts).toEqual([
      {
        extension: '1',
        holders: [
          { source: 'ldap', key: 'a', displayName: 'Na' },
          { source: 'csv', key: '1', displayName: 'N1' },
        ],
      },
    ]);
  });

  it('is none when two people swap extensions, or one follows another who is gone', () => {
    expect(
      diff([known('1'), known('2')], [listed('1', { extension: '2' }), listed('2', { extension: '1' })]).conflicts,
    ).toEqual([]);
    expect(diff([known('1', '9')], [listed('2', { extension: '9' })]).conflicts).toEqual([]);
  });

  it('is one when the one before could not be proved gone', () => {
    expect(extensionsOf(diff([known('1', '9')], [listed('2', { extension: '9' })], false))).toEqual(['9']);
  });
});

describe('what is printed', () => {
  const plan = diff(
    [known('1'), known('2'), known('3')],
    [listed('1', { displayName: 'Ann' }), listed('4'), listed('5', { extension: '4' })],
  );

  it('is a line each, conflicts first, and a count', () => {
    expect(planLines(plan)).toEqual([
      '! 4 has 2 holders: N4 (csv 4), N5 (csv 5)',
      '+ 4 N4',
      '+ 4 N5',
      '~ 1 displayName: N1 -> Ann',
      '- 2 N2 (gone)',
      '- 3 N3 (gone)',
      'csv: 2 to add, 1 to change, 2 to remove, 1 in conflict, 0 as they are',
    ]);
  });

  it('says how many were held back', () => {
    expect(planLines(diff([known('1')], [], false))[0]).toBe(
      'held back: 1 not listed and kept, for the listing was not complete',
    );
  });

  it('as JSON is the plan itself with the verdict', () => {
    expect(JSON.parse(JSON.stringify(planJson(plan)))).toEqual({ ...plan, hasFindings: true });
    expect(planJson(diff([known('1')], [listed('1')])).hasFindings).toBe(false);
  });
});

it('a plan that is carried out leaves nothing to do', () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });
  fc.assert(
    fc.property(keys, keys, fc.boolean(), (before, after, complete) => {
      const entries = after.map((key) => listed(key, { extension: `${key}0`, enabled: Number(key) % 7 !== 0 }));
      const plan = diff(
        before.map((key) => known(key)),
        entries,
        complete,
      );
      const gone = new Set(plan.removed.map(({ entry }) => entry.key));
      const result = [...before.filter((key) => !gone.has(key)), ...plan.added.map(({ key }) => key)].map((key) => {
        const change = plan.changed.find((one) => one.key === key && one.field === 'extension');
        return known(key, change?.after ?? plan.added.find((one) => one.key === key)?.extension ?? key);
      });
      const again = diff(result, entries, complete);
      expect({ added: again.added, changed: again.changed, removed: again.removed }).toEqual({
        added: [],
        changed: [],
        removed: [],
      });
      if (!complete) expect(plan.removed.every(({ reason }) => reason === 'disabled')).toBe(true);
    }),
  );
});
