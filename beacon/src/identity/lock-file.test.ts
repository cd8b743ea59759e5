import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLock } from './lock-file.js';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-lock-'));
  path = join(directory, 'lock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('a lock', () => {
  it('has one holder at a time and leaves nothing behind', async () => {
    const release = await takeLock(path);
    await expect(takeLock(path)).rejects.toMatchObject({ code: 'state-busy' });
    await release();
    await (await takeLock(path))();
    expect(await readdir(directory)).toEqual([]);
  });

  it('left by a crash gets exactly one new holder, however many want it', async () => {
    for (let round = 0; round < 40; round += 1) {
      await writeFile(path, '');
      const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
      const winners = results.filter((result) => result.status === 'fulfilled');
      expect(winners, `round ${round}`).toHaveLength(1);
      await winners[0]?.value();
    }
  });

  it('is taken over also when the one before crashed while it took over', async () => {
    await writeFile(path, '');
    await writeFile(`${path}.takeover`, '');
    await (await takeLock(path))();
    expect(await readdir(directory)).toEqual([]);
  });

  it('that cannot be written is reported by name', async () => {
    await expect(takeLock(join(directory, 'none', 'lock'))).rejects.toMatchObject({ code: 'state-unwritable' });
  });
});
