import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundlePackage, packageOutputs, staleFiles, stubFolders } from './proximity-core/build-package.mjs';

/**
 * Builds every program and package with esbuild. Launchers call `ensureBuilt`, so that a checkout works straight after
 * `npm ci`; `node build.mjs` builds always, `node build.mjs --clean` removes what was built.
 */

const root = fileURLToPath(new URL('.', import.meta.url));
const rooms = ['proximity-core', 'beacon', 'cli', 'hil-tests'];
const LOCK = join(root, 'node_modules', '.deskbeacon-build.lock');
const LOCK_LIMIT_MS = 60_000;

/** Entry, output, and what is special about it. */
const programs = [
  { entry: 'beacon/src/main.ts', output: 'beacon/dist/main.mjs' },
  { entry: 'beacon/src/radio/index.ts', output: 'beacon/dist/radio.mjs' },
  { entry: 'beacon/src/identity/index.ts', output: 'beacon/dist/identity.mjs' },
  { entry: 'beacon/src/control/index.ts', output: 'beacon/dist/control.mjs' },
  { entry: 'beacon/src/help/index.ts', output: 'beacon/dist/help.mjs' },
  { entry: 'cli/src/main.ts', output: 'cli/dist/main.mjs', isSplit: true },
  { entry: 'hil-tests/src/air/main.ts', output: 'hil-tests/dist/air.mjs' },
  { entry: 'hil-tests/src/demo/main.ts', output: 'hil-tests/dist/demo.mjs' },
  { entry: 'hil-tests/src/phone/main.ts', output: 'hil-tests/dist/phone.mjs' },
  { entry: 'hil-tests/src/softphone/main.ts', output: 'hil-tests/dist/softphone.mjs' },
  { entry: 'hil-tests/src/calls/main.ts', output: 'hil-tests/dist/calls.mjs' },
  { entry: 'hil-tests/src/fuzz/main.ts', output: 'hil-tests/dist/fuzz.mjs' },
  { entry: 'hil-tests/src/fuzz/targets/index.ts', output: 'hil-tests/dist/fuzz-targets.mjs' },
  { entry: 'hil-tests/src/fuzz/watchdog-main.ts', output: 'hil-tests/dist/fuzz-watchdog.mjs' },
  { entry: 'hil-tests/src/runner/main.ts', output: 'hil-tests/dist/hil.mjs' },
  { entry: 'hil-tests/src/study/main.ts', output: 'hil-tests/dist/study.mjs' },
  { entry: 'hil-tests/src/study/record-main.ts', output: 'hil-tests/dist/study-record.mjs' },
  { entry: 'hil-tests/src/rigs/kernel/vhci-main.ts', output: 'hil-tests/dist/vhci.mjs' },
  { entry: 'hil-tests/src/runner/guest-main.ts', output: 'hil-tests/dist/guest.mjs' },
  { entry: 'hil-tests/src/runner/record-main.ts', output: 'hil-tests/dist/record.mjs' },
];
/** For hosts that are no modules. It assigns itself: the helper with which a bundler would export, old Hermes runs wrongly. */
const globals = [
  { entry: 'proximity-core/src/facade/global.ts', output: 'proximity-core/dist/proximity-core.global.js' },
  { entry: 'proximity-core/src/facade/tools-global.ts', output: 'proximity-core/dist/proximity-core.tools.global.js' },
];
/** Installed beside the bundle. Native packages are left outside by the radio's own plugin. */
const external = [
  ...['commander', 'ink', 'react', 'react/jsx-runtime'],
  'sip.js',
  ...['csv-parse', 'ldapts', 'libsql', 'pdfkit', 'pg', 'qrcode-generator'],
];

/** Builds when something is missing or older than its sources; several processes may ask at once. */
export async function ensureBuilt() {
  if (isCurrent()) return;
  const unlock = await lock();
  try {
    if (!isCurrent()) await build();
  } finally {
    await unlock();
  }
}

/** Builds the package alone, as it is to be packed: `tsc -b` has written its declarations. */
export async function buildPackage() {
  const unlock = await lock();
  try {
    const startedAt = new Date();
    const files = await bundlePackage(await import('esbuild'));
    await writeAll(files, startedAt);
    await removeAll(staleFiles(pathsOf(files)));
  } finally {
    await unlock();
  }
}

async function build() {
  const esbuild = await import('esbuild');
  const { radioBanner, radioPlugin } = await import('./beacon/src/radio/esbuild-plugin.mjs');
  const startedAt = new Date();
  const common = {
    absWorkingDir: root,
    bundle: true,
    conditions: ['@deskbeacon/source'],
    jsx: 'automatic',
    legalComments: 'eof',
    logLevel: 'warning',
    sourcemap: true,
    write: false,
  };
  const node = { platform: 'node', format: 'esm', target: 'node20', external, banner: { js: radioBanner } };
  const asked = programs.map(({ entry, output, isSplit }) => ({
    ...node,
    plugins: [radioPlugin()],
    entryPoints: [entry],
    // What a command does not need is not read: `--help` shall be quick.
    ...(isSplit
      ? {
          splitting: true,
          outdir: dirname(output),
          outExtension: { '.js': '.mjs' },
          chunkNames: 'chunks/[name]-[hash]',
        }
      : { outfile: output }),
  }));
  const [library, ...built] = await Promise.all([
    bundlePackage(esbuild),
    ...asked.map((options) => esbuild.build({ ...common, ...options })),
    ...globals.map(({ entry, output }) =>
      esbuild.build({
        ...common,
        ...{ platform: 'neutral', target: 'es2020', format: 'iife', entryPoints: [entry], outfile: output },
      }),
    ),
  ]);
  const files = [...library, ...built.flatMap(({ outputFiles }) => outputFiles)];
  await writeAll(files, startedAt);
  await removeAll([...otherChunks(pathsOf(files)), ...staleFiles(pathsOf(files))]);
}

/** Maps first: a bundle is there only when its map is. */
async function writeAll(files, startedAt) {
  for (const isMap of [true, false]) {
    await Promise.all(
      files.filter(({ path }) => path.endsWith('.map') === isMap).map((file) => writeWhole(file, startedAt)),
    );
  }
}

/** A chunk is named after what is in it: those of earlier builds would pile up. */
function otherChunks(present) {
  const folder = join(root, 'cli/dist/chunks');
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => !present.has(path));
}

function pathsOf(files) {
  return new Set(files.map(({ path }) => path));
}

async function removeAll(paths) {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}

/**
 * A file is written beside its place and renamed into it: a torn one is never run. It is as old as the beginning of the
 * build, so that a source that was saved meanwhile is newer.
 */
async function writeWhole({ path, contents }, builtAt) {
  const beside = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(beside, contents);
  await utimes(beside, builtAt, builtAt);
  await rename(beside, path);
}

function isCurrent() {
  const outputs = [...[...programs, ...globals].map(({ output }) => join(root, output)), ...packageOutputs];
  const oldest = Math.min(...outputs.map(mtimeOf));
  const inputs = [
    ...rooms.map((room) => join(root, room, 'src')),
    ...['package-lock.json', 'build.mjs', 'proximity-core/build-package.mjs', 'proximity-core/subpaths.mjs'].map(
      (file) => join(root, file),
    ),
  ];
  return oldest > Math.max(...inputs.map(newestIn));
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return mtimeOf(path);
  return Math.max(0, ...readdirSync(path, { withFileTypes: true }).map((entry) => newestIn(join(path, entry.name))));
}

function mtimeOf(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

async function lock() {
  const lastMs = Date.now() + LOCK_LIMIT_MS;
  for (;;) {
    try {
      const file = await open(LOCK, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(LOCK, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await isStale()) await rm(LOCK, { force: true });
    else if (Date.now() > lastMs) throw new Error(`another build holds ${LOCK}; remove it if no build is running`);
    else await pause(100);
  }
}

async function isStale() {
  try {
    const holder = Number(await readFile(LOCK, 'utf8'));
    // Just made and not yet written: its maker is alive.
    if (!(holder > 0)) return Date.now() - (await stat(LOCK)).mtimeMs > 5_000;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--clean')) {
    const built = ['.', ...rooms].map((room) => join(root, room, 'dist'));
    await Promise.all([...built, ...stubFolders].map((path) => rm(path, { recursive: true, force: true })));
  } else await build();
}
