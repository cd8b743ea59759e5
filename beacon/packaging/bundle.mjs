import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { radioBanner, radioPlugin } from '../src/radio/esbuild-plugin.mjs';

/**
 * One program as a package carries it: everything in the bundle but what has native parts or reads files of its own, which
 * stands in `node_modules` beside it. In a checkout the program is bundled with less (build.mjs), since there all of
 * `node_modules` lies beside it.
 * @param {{ root: string, entry: string, outside: readonly string[] }} program
 * @returns {Promise<{ files: Map<string, Uint8Array>, inputs: string[] }>} what belongs into `dist`, and every file of the
 *   checkout that is in it, relative to `root`.
 */
export async function bundleProgram({ root, entry, outside }) {
  const outdir = join(root, 'dist-of-package');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir,
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    conditions: ['@deskbeacon/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    legalComments: 'eof',
    logLevel: 'warning',
    external: [...outside],
    plugins: [packagePlugin(root, entry), radioPlugin()],
    banner: { js: radioBanner },
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(outdir.length + 1), contents]));
  return { files, inputs: Object.keys(metafile.inputs).filter((path) => !path.includes(':')) };
}

/**
 * serialport goes into the bundle and only its addon stays outside. Ink names React's developer tools, pg a native client, debug
 * a package that would colour its lines: what a checkout happens to have of them is not what a program needs.
 */
function packagePlugin(root, entry) {
  const resolveFrom = createRequire(join(root, dirname(entry), 'x.js'));
  return {
    name: 'deskbeacon-package',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^serialport$/ }, () => ({ path: resolveFrom.resolve('serialport') }));
      onResolve({ filter: /^(react-devtools-core|pg-native|supports-color)$/ }, ({ path }) => ({
        path,
        namespace: 'not-installed',
      }));
      onLoad({ filter: /.*/, namespace: 'not-installed' }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is not part of this package`)});`,
        loader: 'js',
      }));
    },
  };
}
