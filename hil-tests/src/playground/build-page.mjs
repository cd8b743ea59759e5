import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { coreScript } from './core-script.mjs';

/**
 * Puts the playground together: one file that opens from a disk, without a server. The core stands in it as it was built, byte
 * for byte; the page's own code asks it by name. The policy names the hashes of what is in the file and allows nothing else.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = join(root, 'hil-tests/src/playground/page');
const NAME = '@deskbeacon/proximity-core';

/**
 * @param {string} output where the page is to be.
 * @returns {Promise<void>}
 */
export async function buildPage(output) {
  const core = safe(coreScript());
  const script = await bundle(join(page, 'main.ts'));
  const style = await bundle(join(page, 'page.css'));
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(core)} ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts = {
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'" />': `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    '<link rel="stylesheet" href="page.css" />': `<style>${style}</style>`,
    '<script src="core.js"></script>': `<script>${core}</script>`,
    '<script src="main.js"></script>': `<script>${script}</script>`,
  };
  let text = await readFile(join(page, 'page.html'), 'utf8');
  for (const [tag, whole] of Object.entries(parts)) {
    if (text.split(tag).length !== 2) throw new Error(`page.html: expected ${tag} once`);
    // A function, for what is put in may hold what `replace` takes for a pattern.
    text = text.replace(tag, () => whole);
  }
  await mkdir(dirname(output), { recursive: true });
  await writeFile(`${output}.${process.pid}`, text);
  await rename(`${output}.${process.pid}`, output);
}

async function bundle(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    charset: 'utf8',
    format: 'iife',
    platform: 'browser',
    target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [{ name: 'core', setup: useBuiltCore }],
  });
  return safe(outputFiles[0].text.trimEnd());
}

/** Whatever asks for the core, the virtual air's frames among it, gets the one that stands in the page. */
function useBuiltCore(setUp) {
  setUp.onResolve({ filter: /^@deskbeacon\/proximity-core$/ }, () => ({ path: NAME, namespace: 'core' }));
  setUp.onLoad({ filter: /.*/, namespace: 'core' }, () => ({
    contents: 'module.exports = globalThis.deskbeaconCore;',
  }));
}

/** The end of a script must not stand inside one. */
function safe(text) {
  if (/<\/(script|style)/i.test(text) || text.includes('<!--')) throw new Error('expected no markup in what is put in');
  return text;
}

function hashOf(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
