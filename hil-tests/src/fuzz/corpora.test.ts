import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keptTargets, readKept } from './corpus-file.js';
import type { FuzzTarget } from './target.js';
import * as all from './targets/index.js';

/** Every input that was kept, once more: what once failed stays mended. */

const root = join(import.meta.dirname, '../../corpora');
/** bleno is one per process, and this one may be needed for others: hil-tests/test/fuzz.test.ts runs it, its corpus first. */
const elsewhere = ['gatt-server'];
const targets = (Object.values(all) as readonly FuzzTarget[]).filter(({ name }) => !elsewhere.includes(name));

describe('the kept inputs', () => {
  it('are of targets that there are', async () => {
    const names = [...targets.map(({ name }) => name), ...elsewhere];
    expect((await keptTargets(root)).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(targets)('of $name hold what the target promises, as its seeds do', async (target) => {
    const { corpus, findings } = await readKept(join(root, target.name));
    expect(corpus.length).toBeGreaterThan(0);
    expect(corpus.length).toBeLessThanOrEqual(300);
    for (const input of [...findings, ...corpus, ...target.seeds()]) await target.run(input);
  });
});
