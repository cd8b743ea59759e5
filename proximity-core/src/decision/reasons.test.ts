import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasons } from './reasons.js';

it('every reason stands in docs/reasons.md with its sentence, and the page names no other', () => {
  const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `([a-z-]+)` \| (?:ring|silence)[^|]*\| ([^|]+?) \|/gm)].map((row) => [
      row[1] as string,
      row[2] as string,
    ]),
  );
  expect([...rows.keys()].sort()).toEqual(Object.keys(reasons).sort());
  for (const [code, sentence] of Object.entries(reasons)) {
    // The page may say more; it must begin alike.
    expect(rows.get(code)?.slice(0, 20)).toBe(sentence.slice(0, 20));
  }
});
