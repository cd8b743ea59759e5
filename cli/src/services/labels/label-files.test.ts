import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pathsFor, writeLabels } from './label-files.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-sheets-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const labels = Array.from({ length: 3 }, (_, i) => ({ name: `Desk ${i}`, setupCode: new Uint8Array(16).fill(i) }));
const output = (name: string): string => join(directory, name);

it('numbers pages before the ending', () => {
  expect(pathsFor('a/b.c/labels.svg', 2)).toEqual(['a/b.c/labels-1.svg', 'a/b.c/labels-2.svg']);
  expect(pathsFor('a/b.c/labels', 2)).toEqual(['a/b.c/labels-1', 'a/b.c/labels-2']);
  expect(pathsFor('labels.svg', 1)).toEqual(['labels.svg']);
});

it('writes a PDF, or an SVG a page, for its owner alone', async () => {
  const pdf = await writeLabels({ labels, sheet: 'brother-dk-11209', format: 'pdf', output: output('l.pdf') });
  expect((await readFile(pdf[0] as string, 'latin1')).slice(0, 5)).toBe('%PDF-');
  const svg = await writeLabels({ labels, sheet: 'brother-dk-11209', format: 'svg', output: output('l.svg') });
  expect(svg).toEqual([1, 2, 3].map((i) => output(`l-${i}.svg`)));
  for (const path of [...pdf, ...svg]) expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readdir(directory)).sort()).toEqual(['l-1.svg', 'l-2.svg', 'l-3.svg', 'l.pdf']);
});

it('replaces nothing unless it is told to', async () => {
  const options = { labels, sheet: 'avery-3490', format: 'svg', output: output('l.svg') } as const;
  await writeLabels(options);
  const before = await readFile(output('l.svg'), 'utf8');
  await expect(writeLabels({ ...options, skip: 1 })).rejects.toMatchObject({ code: 'output-exists' });
  expect(await readFile(output('l.svg'), 'utf8')).toBe(before);
  await writeLabels({ ...options, skip: 1, replace: true });
  expect(await readFile(output('l.svg'), 'utf8')).not.toBe(before);
});

it('tells what it cannot do', async () => {
  const options = { labels, sheet: 'avery-3490', format: 'pdf', output: output('l.pdf') } as const;
  await expect(writeLabels({ ...options, skip: 24 })).rejects.toMatchObject({ code: 'bad-usage' });
  await expect(writeLabels({ ...options, fontFile: output('no.ttf') })).rejects.toMatchObject({ code: 'no-input' });
  await expect(writeLabels({ ...options, output: output('no/l.pdf') })).rejects.toMatchObject({
    code: 'cannot-write',
  });
  expect(await readdir(directory)).toEqual([]);
});
