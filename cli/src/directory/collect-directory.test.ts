import { describe, expect, it } from 'vitest';
import { collectDirectory } from './collect-directory.js';
import { directoryError } from './directory-error.js';
import type { DirectoryEntry, DirectoryFinding, DirectoryPage, DirectorySource } from './directory-source.js';

const { signal } = new AbortController();
const entry = (extension: string): DirectoryEntry => ({
  source: 's',
  key: extension,
  extension,
  displayName: 'x',
  enabled: true,
  devices: [],
});
const finding = (effect: DirectoryFinding['effect']): DirectoryFinding => ({
  effect,
  column: 'c',
  expected: 'e',
  got: 'g',
});
const page = (more: Partial<DirectoryPage>): DirectoryPage => ({ entries: [], findings: [], ...more });

function sourceOf(pages: readonly (DirectoryPage | Error)[]): DirectorySource {
  return {
    id: 's',
    list: async function* () {
      for (const one of pages) {
        if (one instanceof Error) throw one;
        yield one;
      }
    },
  };
}

describe('a collected directory', () => {
  it('is complete when it was listed from its beginning to its end', async () => {
    const source = sourceOf([
      page({ entries: [entry('1')], cursor: 'a' }),
      page({ entries: [entry('2')], findings: [finding('neutralised')] }),
    ]);
    const all = await collectDirectory(source, { signal });
    expect([all.complete, all.entries.length, all.cursor]).toEqual([true, 2, undefined]);
    expect((await collectDirectory(source, { signal, cursor: 'a' })).complete).toBe(false);
  });

  it.each(['refused', 'incomplete'] as const)('is not complete with a finding that is %s', async (effect) => {
    expect((await collectDirectory(sourceOf([page({ findings: [finding(effect)] })]), { signal })).complete).toBe(
      false,
    );
  });

  it('keeps what came before a failure, with the cursor to go on and the reason', async () => {
    const failure = directoryError('directory-unreachable', 'down');
    const part = await collectDirectory(sourceOf([page({ entries: [entry('1')], cursor: 'a' }), failure]), { signal });
    expect(part).toMatchObject({ complete: false, cursor: 'a', failure, entries: [{ key: '1' }] });
  });

  it('does not hide a fault that is none of the world', async () => {
    await expect(collectDirectory(sourceOf([new TypeError('a bug')]), { signal })).rejects.toThrow('a bug');
  });

  it('is bounded in entries and in findings', async () => {
    const source = sourceOf([
      page({ entries: [entry('1'), entry('2')], findings: [finding('neutralised'), finding('neutralised')] }),
    ]);
    expect((await collectDirectory(source, { signal, maxEntries: 1 })).failure?.code).toBe('directory-malformed');
    expect(await collectDirectory(source, { signal, maxFindings: 1 })).toMatchObject({
      findings: [{}],
      findingsLeftOut: 1,
    });
  });
});
