import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustSkip, whyNotInstalled } from '../must-skip.js';

/** What is generated stands in git, so that a change of the API or of its reference is seen where it is made. */

const root = join(import.meta.dirname, '../../..');
const ACCEPT = 'npm run api -w proximity-core accepts the change';

describe.skipIf(mustSkip('reference', whyNotInstalled('reference')))('what is generated from the sources', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reference-'));
    const script = join(import.meta.dirname, 'write.mjs');
    execFileSync(process.execPath, [script, '--into', folder], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is the API report, whose every change is deliberate', () => {
    expect(readFileSync(join(folder, 'api-report.md'), 'utf8'), ACCEPT).toBe(
      readFileSync(join(root, 'proximity-core/api-report.md'), 'utf8'),
    );
  });

  it('is the reference in docs/api, file by file', () => {
    const pagesIn = (path: string): readonly string[] =>
      readdirSync(path, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .sort();
    const committed = join(root, 'docs/api');
    expect(pagesIn(join(folder, 'api')), ACCEPT).toEqual(pagesIn(committed));
    for (const page of pagesIn(committed)) {
      expect(readFileSync(join(folder, 'api', page), 'utf8'), `${page}: ${ACCEPT}`).toBe(
        readFileSync(join(committed, page), 'utf8'),
      );
    }
  });

  it('links to places that are there', () => {
    for (const page of readdirSync(join(folder, 'api'), { recursive: true, encoding: 'utf8' })) {
      if (!page.endsWith('.md')) continue;
      const text = readFileSync(join(folder, 'api', page), 'utf8');
      for (const [, path = '', anchor = ''] of text.matchAll(/\]\(([\w./-]*\.md)?#([\w-]+)\)/g)) {
        const target = path === '' ? text : readFileSync(join(folder, 'api', page, '..', path), 'utf8');
        const anchors = [...target.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
          title.toLowerCase().replace(/[^\w-]/g, ''),
        );
        const named = [...target.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string);
        expect([...anchors, ...named], `${page}: ${path}#${anchor}`).toContain(anchor);
      }
    }
  });
});
