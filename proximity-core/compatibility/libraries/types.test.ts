import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mustSkip, whyNotInstalled } from '../must-skip.js';

/**
 * What the libraries really hand over goes into our adapters, and our scan options into their functions: compiled by the
 * compiler of most projects and by the newest. Nothing is run, and no host of theirs is installed.
 */

const here = fileURLToPath(new URL('.', import.meta.url));
const compilers = [
  { version: '5.9.3', from: here },
  { version: '7.0.2', from: fileURLToPath(new URL('../../../', import.meta.url)) },
];

interface Compiled {
  readonly code: number;
  readonly text: string;
}

function run(from: string, args: readonly string[]): Promise<Compiled> {
  const tsc = createRequire(`${from}package.json`)
    .resolve('typescript/package.json')
    .replace('package.json', 'bin/tsc');
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, ...args], { cwd: here, timeout: 110_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: stdout + stderr });
    });
  });
}

describe.skipIf(mustSkip('the types of the libraries', whyNotInstalled('libraries')))(
  'the libraries’ own types',
  () => {
    describe.each(compilers)('with TypeScript $version', ({ version, from }) => {
      it('is the compiler that it says', async () => {
        expect((await run(from, ['--version'])).text.trim()).toBe(`Version ${version}`);
      });

      it('go into the adapters, strictly, and nothing that they must not take does', async () => {
        expect(await run(from, ['-p', 'tsconfig.json', '--pretty', 'false'])).toEqual({ code: 0, text: '' });
      });

      it('would be told by the same check if they were any, another library’s, or right where an error is expected', async () => {
        const { code, text } = await run(from, ['-p', 'tsconfig.wrong.json', '--pretty', 'false']);
        expect(code).not.toBe(0);
        const errors = [...text.matchAll(/^(wrong\/[\w-]+\.ts)\(\d+,\d+\): error TS\d+/gm)].map((match) => match[1]);
        expect(errors.sort()).toEqual([
          'wrong/any-slips-through.ts',
          'wrong/expects-no-error.ts',
          'wrong/other-library.ts',
        ]);
      });
    });

    it('are of exactly the versions that docs/adapters.md names', () => {
      const { devDependencies } = JSON.parse(readFileSync(`${here}package.json`, 'utf8')) as {
        devDependencies: Record<string, string>;
      };
      const page = readFileSync(new URL('../../../docs/adapters.md', import.meta.url), 'utf8');
      for (const [name, version] of Object.entries(devDependencies)) {
        const installed = JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, 'utf8')) as {
          version: string;
        };
        expect(installed.version, name).toBe(version);
        if (name !== 'typescript') expect(page, name).toContain(`${name} ${version}`);
      }
    });
  },
);
