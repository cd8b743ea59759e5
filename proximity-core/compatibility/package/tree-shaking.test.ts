import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { type PackedPackage, packPackage } from '../packed-package.js';

/** An app carries of the packed package what it uses and no more, whichever of the two common bundlers shakes the tree. */

const skip = mustSkip('rollup', whyNotInstalled('package'));
const LIMIT_MS = 300_000;
const NAME = '@deskbeacon/proximity-core';

interface Rollup {
  readonly rollup: (options: object) => Promise<{
    generate(options: object): Promise<{ readonly output: readonly { readonly code?: string }[] }>;
    close(): Promise<void>;
  }>;
}

let packed: PackedPackage;
beforeAll(async () => {
  packed = await packPackage();
}, LIMIT_MS);
afterAll(() => packed?.remove());

/** Resolves bare names as Node's `import` does; rollup alone knows relative paths only. */
const resolver = {
  name: 'the packed package',
  resolveId: (id: string) =>
    id.startsWith(NAME) ? join(packed.unpacked, 'dist/esm', `${id.slice(NAME.length + 1) || 'index'}.js`) : null,
};

function entry(name: string, source: string): string {
  const folder = join(packed.folder, 'apps');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return file;
}

async function byRollup(file: string): Promise<string> {
  const { rollup } = createRequire(import.meta.url)('rollup') as Rollup;
  const bundle = await rollup({
    input: file,
    plugins: [resolver],
    onwarn: ({ code, message }: { readonly code?: string; readonly message: string }) => {
      if (code !== 'EMPTY_BUNDLE') throw new Error(message);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  return output.map(({ code = '' }) => code).join('');
}

async function byEsbuild(file: string): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [file], bundle: true, write: false, format: 'esm', platform: 'neutral', logLevel: 'silent' },
    mainFields: ['module', 'main'],
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** Told by texts of the package that stand nowhere else in it. */
const marks = {
  call: 'scan-not-started',
  trace: 'this program reads version 1',
  url: 'expected http:// or https://',
  profile: 'expected "site-profile"',
};

describe.skipIf(skip).each([
  ['rollup', byRollup],
  ['esbuild', byEsbuild],
])('an app bundled by %s', (name, bundle) => {
  it('is empty where it uses nothing of what it imports', async () => {
    const file = entry(`nothing-${name}`, `import ${JSON.stringify(NAME)};\nimport '${NAME}/trace';\n`);
    expect((await bundle(file)).replace(/\/\/.*/g, '').trim()).toBe('');
  });

  it('holds the frames and no call where it reads frames', async () => {
    const whole = await bundle(entry(`whole-${name}`, `export * from '${NAME}';\n`));
    for (const mark of Object.values(marks)) expect(whole).toContain(mark);
    const frames = await bundle(entry(`frames-${name}`, `export { decodeAdvertisement } from '${NAME}';\n`));
    for (const mark of [marks.call, marks.trace, marks.url, marks.profile]) expect(frames).not.toContain(mark);
    expect(frames.length).toBeLessThan(whole.length / 4);
  });

  it('holds the same call whether it is imported from the package or from its subpath, and no trace', async () => {
    const names = '{ createCall, step, decodeProfile, compileLookup }';
    const fromPackage = await bundle(entry(`package-${name}`, `export ${names} from '${NAME}';\n`));
    const fromSubpath = await bundle(entry(`subpath-${name}`, `export ${names} from '${NAME}/call';\n`));
    for (const code of [fromPackage, fromSubpath]) {
      expect(code).toContain(marks.call);
      expect(code).not.toContain(marks.trace);
      expect(code).not.toContain(marks.url);
    }
    expect(Math.abs(fromPackage.length - fromSubpath.length)).toBeLessThan(200);
  });
});
