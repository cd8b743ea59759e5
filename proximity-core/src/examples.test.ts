import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import * as core from './index.js';
import { docstringExamples, type Example, pageExamples, toRunnable, toTyped } from './testing/examples.js';

/** Every example of the reference and of the pages is compiled and run: one that no longer holds misleads worse than none. */

const root = join(import.meta.dirname, '../..');
const docstrings = docstringExamples();
const pages = pageExamples();
const modules = await modulesOfPackage();

/** What a page may import: every subpath, from its source. */
async function modulesOfPackage(): Promise<Readonly<Record<string, unknown>>> {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'proximity-core/package.json'), 'utf8')) as {
    name: string;
    exports: Readonly<Record<string, string | { readonly '@deskbeacon/source'?: string }>>;
  };
  const found: Record<string, unknown> = {};
  for (const [subpath, target] of Object.entries(exports)) {
    const source = typeof target === 'string' ? undefined : target['@deskbeacon/source'];
    if (source !== undefined) found[name + subpath.slice(1)] = await import(join(root, 'proximity-core', source));
  }
  return found;
}

async function run(example: Example): Promise<number> {
  let checked = 0;
  const check = (actual: unknown, expected: unknown): void => {
    checked += 1;
    expect(actual).toEqual(expected);
  };
  const own = example.module === undefined ? {} : { ...core, ...(await import(example.module)) };
  const { code } = transformSync(toRunnable(example), { loader: 'ts' });
  const names = Object.keys(own);
  new Function('modules', 'check', ...names, `'use strict';{${code}}`)(modules, check, ...Object.values(own));
  return checked;
}

describe('an example in a docstring', () => {
  it('is looked for where there are many', () => {
    expect(docstrings.length).toBeGreaterThan(60);
  });

  it.each(docstrings)('says what is true: $name', async (example) => {
    expect(await run(example)).toBeGreaterThan(0);
  });
});

describe('an example on a page', () => {
  it.each(pages)('says what is true: $name', async (example) => {
    expect(await run(example)).toBeGreaterThan(0);
  });
});

describe('an example', () => {
  it('is what the compiler accepts from somebody who uses the package', () => {
    const folder = join(root, 'node_modules/.cache/deskbeacon/examples');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const name = (example: Example): string => `${example.name.replace(/[/:.]/g, '-')}.ts`;
    for (const example of [...docstrings, ...pages]) writeFileSync(join(folder, name(example)), toTyped(example));
    const compilerOptions = {
      composite: false,
      declaration: false,
      emitDeclarationOnly: false,
      noEmit: true,
      noUnusedLocals: false,
      verbatimModuleSyntax: false,
      isolatedModules: false,
      allowImportingTsExtensions: true,
      types: ['node'],
    };
    const config = { extends: join(root, 'tsconfig.base.json'), compilerOptions, include: ['*.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    let said = '';
    try {
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: root });
    } catch (error) {
      said = String((error as { stdout?: Buffer }).stdout);
    }
    expect(said).toBe('');
  });
});
