import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles the benchmark with the core's sources, by the core's own build settings, and runs it. Rivals stay outside. */

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = fileURLToPath(new URL('../../node_modules/.cache/deskbeacon/benchmark.mjs', import.meta.url));
process.env.DESKBEACON_BENCHMARK_DIR = here;
/** Modules of the compatibility tests look for what stands beside them: in the bundle, each still knows where it is from. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]compatibility[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const place = JSON.stringify(pathToFileURL(path).href);
      return { contents: source.replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};
await build({
  absWorkingDir: here,
  entryPoints: ['main.ts'],
  outfile,
  bundle: true,
  external: ['esbuild'],
  platform: 'node',
  format: 'esm',
  target: 'es2020',
  conditions: ['@deskbeacon/source'],
  plugins: [ownPlaces],
  supported: { 'top-level-await': true },
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
