import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');

interface Named {
  readonly test: string;
  readonly file: string;
}

/** What the page says keeps a sentence true: a test by its name, and the file it stands in. */
function namedTests(page: string): readonly Named[] {
  return [...page.matchAll(/`([^`]+)` \(`([^`]+\.test\.ts)`\)/g)].map(([, test = '', file = '']) => ({ test, file }));
}

/** @returns those that are in no such file. */
function missingTests(named: readonly Named[]): readonly Named[] {
  return named.filter(({ test, file }) => !existsSync(`${root}/${file}`) || !read(file).includes(`'${test}'`));
}

/** The name that a heading has in an address, as GitHub makes it. */
function anchorOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '');
  return kept.trim().replaceAll(' ', '-');
}

/** @returns links of a page of `docs` to a page or a heading that is not there. */
function brokenLinks(page: string, itself: string): readonly string[] {
  const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? itself : path.startsWith('../') ? path.slice(3) : `docs/${path}`;
    if (!existsSync(`${root}/${file}`)) return true;
    if (anchor === undefined) return false;
    const anchors = [...read(file).matchAll(/^#+ (.+)$|^<a id="([^"]+)">/gm)];
    return !anchors.some(([, heading, id]) => id === anchor || (heading !== undefined && anchorOf(heading) === anchor));
  });
}

describe.each(['docs/limits.md', 'docs/threat-model.md'])('%s', (itself) => {
  const page = read(itself);

  it('names only tests that are there', () => {
    expect(namedTests(page).length).toBeGreaterThan(15);
    expect(missingTests(namedTests(page))).toEqual([]);
  });

  it('would be found out with a test or a file that is not there', () => {
    const file = 'hil-tests/test/privacy.test.ts';
    const gone = { test: 'reports who is at the desk', file };
    expect(missingTests([gone, { test: 'writes nothing that stays', file: 'moon.test.ts' }])).toHaveLength(2);
    expect(missingTests([{ test: 'writes nothing that stays', file }])).toEqual([]);
  });
});

describe.each(['docs/limits.md', 'docs/hosts.md', 'docs/threat-model.md', 'docs/privacy-claims.md'])('%s', (itself) => {
  it('links only to pages and headings that are there', () => {
    expect(brokenLinks(read(itself), itself)).toEqual([]);
  });

  it('would be found out with a link that leads nowhere', () => {
    expect(brokenLinks('[a](moon.md) [b](hosts.md#moon) [c](hosts.md#computer)', itself)).toEqual([
      'moon.md',
      'hosts.md#moon',
    ]);
  });
});
