import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reasons } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { programs } from '../rigs/programs.js';

const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');
const cli = fileURLToPath(new URL('../../../cli/bin/deskbeacon.mjs', import.meta.url));
const namedAfter = (program: string): readonly string[] => [
  ...new Set([...page.matchAll(new RegExp(`\\b${program} ([a-z][a-z-]*)`, 'g'))].map(([, name]) => name as string)),
];

describe('docs/troubleshooting.md', () => {
  it('has every reason that a call can end with', () => {
    for (const code of Object.keys(reasons)) expect(page, code).toContain(`\`${code}\``);
  });

  it.each([
    ['deskbeacond', programs.daemon],
    ['deskbeacon', cli],
  ])(
    'names commands of %s that are there',
    (program, file) => {
      const help = execFileSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
      const named = namedAfter(program);
      expect(named.length).toBeGreaterThanOrEqual(4);
      for (const name of named) expect(help, name).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
      // The launchers build where that is needed.
    },
    120_000,
  );
});
