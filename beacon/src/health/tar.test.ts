import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodeTar } from './tar.js';

const members = [
  { name: 'a/empty.txt', text: '' },
  { name: 'a/block.txt', text: 'x'.repeat(512) },
  { name: 'a/more.txt', text: `${'é'.repeat(300)}\n` },
  { name: `a/${'n'.repeat(98)}`, text: 'y' },
];

describe('an archive', () => {
  it('is what tar reads, with contents, modes and time', () => {
    const archive = encodeTar(members, 1_795_000_000);
    expect(archive.length % 512).toBe(0);
    const tar = (...args: readonly string[]): string =>
      execFileSync('tar', args, { input: archive, encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
    expect(tar('-tf', '-').trim().split('\n')).toEqual(members.map(({ name }) => name));
    expect(tar('-tvf', '-').split('\n')[2]).toMatch(/^-rw------- 0\/0\s+601 2026-11-18 11:06 a\/more\.txt$/);
    for (const { name, text } of members) expect(tar('-xOf', '-', name)).toBe(text);
  });

  it('has no room for a long name, or one that is no ASCII', () => {
    for (const name of ['n'.repeat(101), 'é', '', 'a b', 'a\u0000'])
      expect(() => encodeTar([{ name, text: '' }], 0)).toThrow(RangeError);
  });
});
