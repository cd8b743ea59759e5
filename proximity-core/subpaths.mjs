/**
 * All that an app may import: the subpath, and the source behind it. The bundles, the folders for resolvers that know no `exports`, and
 * package.json itself follow from this table; a test compares what is kept in git, `node proximity-core/subpaths.mjs` writes it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Adapters from what BLE libraries report: one file each in src/scanners. */
export const adapters = [
  'ble-manager',
  'ble-plx',
  'capacitor-ble',
  'cordova-ble',
  'ibeacon-ranging',
  'nativescript-ble',
  'noble',
  'web-bluetooth',
];

export const subpaths = {
  '.': 'src/index.ts',
  './call': 'src/entries/call.ts',
  './frames': 'src/entries/frames.ts',
  './calibration': 'src/entries/calibration.ts',
  './trace': 'src/entries/trace.ts',
  './reasons': 'src/entries/reasons.ts',
  './signed-profile': 'src/entries/signed-profile.ts',
  ...Object.fromEntries(adapters.map((name) => [`./adapters/${name}`, `src/scanners/${name}.ts`])),
};

/** The name of a subpath's files in `dist/esm` and `dist/cjs`, without their ending. */
export function nameOf(subpath) {
  return subpath === '.' ? 'index' : subpath.slice(2);
}

/** package.json: what is conditional is nested, so that types always belong to the format that is loaded. */
export function exportsOfPackage() {
  const exports = {};
  for (const [subpath, source] of Object.entries(subpaths)) {
    const common = { types: typesOf('dist/cjs/types', source), default: `./dist/cjs/${nameOf(subpath)}.js` };
    exports[subpath] = {
      '@deskbeacon/source': `./${source}`,
      // Metro 0.87 takes `import *` for an import and named imports for a require: an app would carry everything twice.
      'react-native': common,
      import: { types: typesOf('dist/types', source), default: `./dist/esm/${nameOf(subpath)}.js` },
      require: common,
    };
  }
  return {
    ...exports,
    // Files to be read and evaluated by a native host, no modules to be imported.
    './global': './dist/proximity-core.global.js',
    './global-tools': './dist/proximity-core.tools.global.js',
    './package.json': './package.json',
  };
}

/** What the package holds beside package.json, README.md and LICENSE: for each subpath the folder of its stub. */
export function filesOfPackage() {
  const stubs = new Set(Object.keys(stubsOfPackage()).map((path) => path.split('/')[0]));
  return ['dist', '!dist/**/*.tsbuildinfo', 'src', '!src/**/*.test.ts', '!src/**/{testing,golden}', ...stubs];
}

/** Path → package.json of a folder that stands where the subpath would be if there were no `exports`: Metro 0.81, node10. */
export function stubsOfPackage() {
  const stubs = {};
  for (const [subpath, source] of Object.entries(subpaths)) {
    if (subpath === '.') continue;
    const up = '../'.repeat(subpath.split('/').length - 1);
    stubs[`${nameOf(subpath)}/package.json`] = {
      main: `${up}dist/cjs/${nameOf(subpath)}.js`,
      module: `${up}dist/esm/${nameOf(subpath)}.js`,
      types: up + typesOf('dist/cjs/types', source).slice(2),
    };
  }
  return stubs;
}

function typesOf(folder, source) {
  return `./${source.replace(/^src/, folder).replace(/\.ts$/, '.d.ts')}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = fileURLToPath(new URL('package.json', import.meta.url));
  const written = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(
    file,
    `${JSON.stringify({ ...written, exports: exportsOfPackage(), files: filesOfPackage() }, null, 2)}\n`,
  );
}
