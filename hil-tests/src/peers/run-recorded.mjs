import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Bundles the program beside the other caches of the checkout and runs it: a measurement is no program that is shipped. */

const room = fileURLToPath(new URL('../..', import.meta.url));
const outfile = fileURLToPath(new URL('../../../node_modules/.cache/deskbeacon/recorded.mjs', import.meta.url));
await build({
  absWorkingDir: room,
  entryPoints: ['src/peers/recorded-main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'bundle',
  external: ['commander'],
  conditions: ['@deskbeacon/source'],
  sourcemap: 'inline',
  logLevel: 'warning',
});
await import(pathToFileURL(outfile).href);
