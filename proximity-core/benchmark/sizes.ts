import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What an app carries of each subpath: bundled with its sources, minified by esbuild, and packed by gzip -9 as a store or a server does. */
export interface Size {
  readonly id: string;
  readonly minifiedBytes: number;
  readonly gzipBytes: number;
}

/** What one call needs. Types and what only people read are none of it. */
const CORE_PATH = `
export { createCall, step, decodeProfile, compileLookup } from './src/entries/call.ts';
`;

/** What native hosts evaluate. */
const scripts = new Map([
  ['./global', 'src/facade/global.ts'],
  ['./global-tools', 'src/facade/tools-global.ts'],
]);

/** @param core the folder of proximity-core. */
export async function measureSizes(core: string): Promise<readonly Size[]> {
  const { subpaths } = (await import(pathToFileURL(join(core, 'subpaths.mjs')).href)) as {
    readonly subpaths: Readonly<Record<string, string>>;
  };
  const subjects: (readonly [string, string])[] = [['core path', CORE_PATH]];
  for (const [id, source] of Object.entries(subpaths)) subjects.push([id, `export * from './${source}';`]);
  for (const [id, source] of scripts) {
    // Asked for, because the benchmark also measures older versions of the package.
    if (existsSync(join(core, source))) subjects.push([id, `import './${source}';`]);
  }
  return Promise.all(subjects.map(([id, contents]) => sizeOf(id, contents, core)));
}

async function sizeOf(id: string, contents: string, resolveDir: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: scripts.has(id) ? 'iife' : 'esm',
    platform: 'neutral',
    target: 'es2020',
    // A script's entry is there for its effect alone, and the package says that it has none.
    ignoreAnnotations: scripts.has(id),
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return { id, minifiedBytes: bytes.length, gzipBytes: gzipSync(bytes, { level: 9 }).length };
}
