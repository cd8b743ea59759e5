import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { architectures } from './architectures.mjs';
import { prebuiltPackage } from './prebuilt-package.mjs';

/** What runs or has to be read along; sources, types and what is for browsers stay behind. */
const wanted =
  /(?:^|\/)(?:package\.json|(?:licen[cs]e|notice|copying)[^/]*|[^/]+\.(?:js|cjs|mjs|json|icc|trie|node))$/i;
const unwanted =
  /(?:^|\/)(?:node_modules|tests?|examples?|bench|docs?|scripts|prebuilds|\.[a-z]+)\/|\.(?:browser|old|standalone)\.|(?:^|\/)(?:pnpm-lock|tsconfig)|\.(?:md|map)$/i;

/**
 * The packages that stand beside a bundle, with what they need, where they lie in the checkout's `node_modules`.
 * @param {{ root: string, from: string, architecture: string, packages: readonly { name: string, needs?: readonly string[], only?: RegExp, prebuilt?: 'prebuilds' | 'libsql' }[] }} asked
 *   `needs` replaces the package's own dependencies where they serve what is not used here, `only` narrows its files.
 * @returns {Promise<{ files: Map<string, Uint8Array>, addons: Map<string, Uint8Array>, folders: string[] }>} by path below
 *   the program's folder; `addons` are those of `files` that are native; `folders` are where they were taken from.
 */
export async function collectBeside({ root, from, architecture, packages }) {
  const files = new Map();
  const addons = new Map();
  const folders = new Map();
  const waiting = packages.map((asked) => ({ ...asked, from: join(root, from) }));
  for (let asked = waiting.shift(); asked !== undefined; asked = waiting.shift()) {
    const folder = findPackage(asked.name, asked.from, root);
    if (folders.has(folder)) continue;
    folders.set(folder, true);
    const place = relative(root, folder).split(sep).join('/');
    for (const path of listFiles(folder)) {
      if (asked.only === undefined || asked.only.test(path) || /^(package\.json|licen[cs]e[^/]*)$/i.test(path))
        files.set(`${place}/${path}`, readFileSync(join(folder, path)));
    }
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const name of asked.needs ?? Object.keys(dependencies)) waiting.push({ name, from: folder });
    if (asked.prebuilt === 'prebuilds')
      for (const [path, octets] of prebuildsOf(folder, architecture)) addons.set(`${place}/${path}`, octets);
    if (asked.prebuilt === 'libsql') {
      const name = architectures[architecture].libsql;
      const { files: fetched, folder: fetchedFrom } = await prebuiltPackage(root, name);
      folders.set(fetchedFrom, true);
      for (const [path, octets] of fetched)
        (path.endsWith('.node') ? addons : files).set(`node_modules/${name}/${path}`, octets);
    }
  }
  for (const [path, octets] of addons) files.set(path, octets);
  return { files, addons, folders: [...folders.keys()] };
}

/** As Node looks for it: in the `node_modules` of each folder up to the checkout's own. */
function findPackage(name, from, root) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === root) throw new Error(`${name} is not installed; run npm ci`);
  }
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => wanted.test(path) && !unwanted.test(path))
    .sort();
}

function prebuildsOf(folder, architecture) {
  const place = `prebuilds/linux-${architectures[architecture].cpu}`;
  const names = readdirSync(join(folder, place)).filter((name) => name.endsWith('.node') && !name.includes('.musl.'));
  if (names.length === 0) throw new Error(`${folder}: no addon for ${architecture}`);
  return names.sort().map((name) => [`${place}/${name}`, readFileSync(join(folder, place, name))]);
}
