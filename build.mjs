import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
const libraries = [
  { entry: 'proximity-core/src/index.ts', output: 'proximity-core/dist/index.js', format: 'esm' },
  { entry: 'proximity-core/src/index.ts', output: 'proximity-core/dist/index.cjs', format: 'cjs' },
];
/** Installed beside the bundle. Native packages are left outside by the radio's own plugin. */
const external = [
  ...['commander', 'ink', 'react', 'react/jsx-runtime'],
  'sip.js',
  ...['ldapts', 'libsql', 'pdfkit', 'pg', 'qrcode-generator'],
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

async function build() {
  const { build: bundle } = await import('esbuild');
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
  const everywhere = { platform: 'neutral', target: 'es2020' };
  const asked = [
    ...programs.map(({ entry, output, isSplit }) => ({
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
    })),
    ...libraries.map(({ entry, output, format }) => ({ ...everywhere, format, entryPoints: [entry], outfile: output })),
  ];
  const built = await Promise.all(asked.map((options) => bundle({ ...common, ...options })));
  // Maps first: a bundle is there only when its map is.
  const files = built.flatMap(({ outputFiles }) => outputFiles);
  for (const isMap of [true, false]) {
    await Promise.all(
      files.filter(({ path }) => path.endsWith('.map') === isMap).map((file) => writeWhole(file, startedAt)),
    );
  }
  await removeOtherChunks(new Set(files.map(({ path }) => path)));
}

/** A chunk is named after what is in it: those of earlier builds would pile up. */
async function removeOtherChunks(present) {
  const folder = join(root, 'cli/dist/chunks');
  const others = readdirSync(folder).map((name) => join(folder, name));
  await Promise.all(others.filter((path) => !present.has(path)).map((path) => rm(path, { force: true })));
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
  const oldest = Math.min(...[...programs, ...libraries].map(({ output }) => mtimeOf(join(root, output))));
  const inputs = [
    ...rooms.map((room) => join(root, room, 'src')),
    join(root, 'package-lock.json'),
    join(root, 'build.mjs'),
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
  if (process.argv.includes('--clean'))
    await Promise.all(['.', ...rooms].map((room) => rm(join(root, room, 'dist'), { recursive: true, force: true })));
  else await build();
}
