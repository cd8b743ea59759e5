import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FETCH_LIMIT_MS = 120_000;

/**
 * A package of npm that holds the addon of one architecture. npm installs only that of its own machine, so the others are
 * fetched in the version that package-lock.json names, held to its checksum each time, and kept in a cache of their own.
 * @param {string} root the checkout
 * @param {string} name the package
 * @returns {Promise<{ files: [string, Uint8Array][], folder: string }>} its files, and where they lie
 */
export async function prebuiltPackage(root, name) {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const locked = lock.packages[`node_modules/${name}`];
  if (locked?.integrity === undefined) throw new Error(`package-lock.json has no ${name} with a checksum`);
  const file = `${name.replace('@', '').replace('/', '-')}-${locked.version}.tgz`;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deskbeacon', 'npm');
  const kept = join(cache, file);
  if (!existsSync(kept)) await fetchInto(cache, `${name}@${locked.version}`, file);
  const octets = await readFile(kept);
  const [algorithm, expected] = locked.integrity.split(/-(.*)/s);
  const got = createHash(algorithm).update(octets).digest('base64');
  if (got !== expected) {
    await rm(kept);
    throw new Error(`${file}: expected ${locked.integrity}, got ${algorithm}-${got}; it was removed, try again`);
  }
  const folder = join(cache, file.replace(/\.tgz$/, ''));
  await unpack(kept, folder);
  const files = await Promise.all(
    (await readdir(folder)).sort().map(async (path) => [path, await readFile(join(folder, path))]),
  );
  return { files: files.filter(([path]) => /^(package\.json|index\.node|licen[cs]e.*)$/i.test(path)), folder };
}

async function fetchInto(cache, what, file) {
  await mkdir(cache, { recursive: true });
  const beside = await mkdtemp(join(cache, 'fetching-'));
  try {
    await run('npm', ['pack', '--silent', '--pack-destination', beside, what], { timeout: FETCH_LIMIT_MS });
    await rename(join(beside, file), join(cache, file));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Unpacked anew each time: what was checked is the archive, not a folder that somebody may have changed since. */
async function unpack(archive, folder) {
  const beside = await mkdtemp(join(dirname(folder), 'unpacking-'));
  try {
    await run('tar', ['-xzf', archive, '-C', beside, '--strip-components=1', '--no-same-owner']);
    await rm(folder, { recursive: true, force: true });
    await rename(beside, folder);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
