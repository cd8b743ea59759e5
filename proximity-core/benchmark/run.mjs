import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles the benchmark with the core's sources, by the core's own build settings, and runs it. Rivals stay outside. */

const here = fileURLToPath(new URL('.', import.meta.url));
const outfile = fileURLToPath(new URL('../../node_modules/.cache/deskbeacon/benchmark.mjs', import.meta.url));
process.env.DESKBEACON_BENCHMARK_DIR = here;
/** A bundle has one `import.meta`; the sources that look for files beside them keep their own. */
const ownPlaces = {
  name: 'own places',
  setup({ onLoad }) {
    onLoad({ filter: /compatibility\/.*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
    }));
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
  supported: { 'top-level-await': true },
  plugins: [ownPlaces],
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
