import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameOf, stubsOfPackage, subpaths } from './subpaths.mjs';

/**
 * Bundles the package: ES modules with what subpaths share in chunks of its own, so that a bundler that shakes no trees (Metro)
 * takes up what one subpath needs and nothing twice; and the same files as CommonJS, which app tests and older bundlers ask for.
 */

const root = fileURLToPath(new URL('.', import.meta.url));
const ESM = join(root, 'dist/esm');
const CJS = join(root, 'dist/cjs');
const CHUNKS = 'chunks';

/** What a build must have written. */
export const packageOutputs = ['esm', 'cjs'].flatMap((format) =>
  Object.keys(subpaths).map((subpath) => join(root, 'dist', format, `${nameOf(subpath)}.js`)),
);

/** Where the stubs are. */
export const stubFolders = [...new Set(Object.keys(stubsOfPackage()).map((path) => join(root, path.split('/')[0])))];

/**
 * @param esbuild the bundler.
 * @returns files to be written, `{path, contents}`.
 */
export async function bundlePackage(esbuild) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(Object.entries(subpaths).map(([subpath, source]) => [nameOf(subpath), source])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2020',
    outdir: ESM,
    chunkNames: `${CHUNKS}/[hash]`,
    sourcemap: true,
    // The sources are in the package.
    sourcesContent: false,
    logLevel: 'warning',
    write: false,
  });
  const modules = outputFiles.filter(({ path }) => path.endsWith('.js'));
  const maps = new Map(outputFiles.filter(({ path }) => path.endsWith('.map')).map(({ path, text }) => [path, text]));
  const common = await Promise.all(
    modules.map(({ path, text }) => toCommonJs(esbuild, path, text, maps.get(`${path}.map`))),
  );
  return [...outputFiles, ...common.flat(), ...typesOfCommonJs(), ...descriptions()];
}

/** The same file with `require` for `import`; its map goes on to the sources. */
async function toCommonJs(esbuild, path, text, map) {
  const file = join(CJS, relative(ESM, path));
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
  const result = await esbuild.transform(text.replace(/\/\/# sourceMappingURL=.*\s*$/, inline), {
    format: 'cjs',
    // Node reads the names of exports off a comment that is written for this platform alone.
    platform: 'node',
    target: 'es2020',
    sourcefile: relative(dirname(file), path),
    sourcemap: 'external',
    sourcesContent: false,
  });
  return [
    { path: `${file}.map`, contents: encode(result.map) },
    { path: file, contents: encode(`${result.code}//# sourceMappingURL=${basename(file)}.map\n`) },
  ];
}

/** The declarations that `tsc -b` has written, once more where they are read as CommonJS's. */
function typesOfCommonJs() {
  const from = join(root, 'dist/types');
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true })
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => ({ path: join(CJS, 'types', name), contents: readFileSync(join(from, name)) }));
}

/** The folders of subpaths, and what tells Node and bundlers the format of `dist/cjs`. */
function descriptions() {
  const all = { ...stubsOfPackage(), 'dist/cjs/package.json': { type: 'commonjs', sideEffects: false } };
  return Object.entries(all).map(([path, value]) => ({
    path: join(root, path),
    contents: encode(`${JSON.stringify(value, null, 2)}\n`),
  }));
}

function encode(text) {
  return new TextEncoder().encode(text);
}

/** Chunks are named after what is in them, and subpaths may go: what this build did not write is of an earlier one. */
export function staleFiles(written) {
  const isOurs = (path) => /\.(js|map|d\.ts)$/.test(path);
  return [ESM, CJS].flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true })
          .map((name) => join(folder, name))
          .filter((path) => isOurs(path) && !written.has(path))
      : [],
  );
}
