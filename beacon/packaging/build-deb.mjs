import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { architectures } from './architectures.mjs';
import { collectBeside } from './beside.mjs';
import { bundleProgram } from './bundle.mjs';
import { askForBill, packagesIn, renderCopyright, renderSbom } from './contents.mjs';
import { writeDeb } from './deb.mjs';
import { dependsOf } from './depends.mjs';

/**
 * Builds the Debian packages of one program: `npm run deb -w beacon`, `npm run deb -w cli`. The same commit gives the same
 * octets in every folder and on every machine with the same dpkg and Node.
 */

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    architecture: { type: 'string', multiple: true },
    out: { type: 'string' },
    'deb-version': { type: 'string' },
  },
});

async function main() {
  const [room] = positionals;
  const { describe } = await import(new URL(`../../${room}/packaging/describe.mjs`, import.meta.url).href);
  const { version } = JSON.parse(readFileSync(join(root, room, 'package.json'), 'utf8'));
  const build = {
    room,
    described: describe(join(root, room, 'packaging')),
    version: values['deb-version'] ?? version,
    epochS: epochOf(),
    // npm runs its scripts in the room's folder; what a person names is seen from where they stand.
    out: resolve(process.env.INIT_CWD ?? '.', values.out ?? join(root, 'dist')),
  };
  const asked = values.architecture ?? Object.keys(architectures);
  for (const architecture of asked)
    if (architectures[architecture] === undefined) throw new Error(`no architecture ${architecture}`);
  const { entry, beside, said } = build.described;
  const bundle = await bundleProgram({ root, entry, outside: beside.map((one) => one.name) });
  const common = { ...build, bundle, pages: await sayings(bundle.files, said), bill: await askForBill(root) };
  // Compressing takes most of the time, and it is another process.
  const written = await Promise.all(asked.map((architecture) => buildOne(common, architecture)));
  process.stdout.write(written.map((file) => `${file}\n`).join(''));
}

async function buildOne({ room, described, version, epochS, out, bundle, pages, bill }, architecture) {
  const { name, beside } = described;
  const { files: around, addons, folders } = await collectBeside({ root, from: room, architecture, packages: beside });
  const packages = packagesIn(root, [...bundle.inputs, ...folders]);
  const home = `usr/lib/deskbeacon/${name}`;
  const files = new Map();
  for (const [path, contents] of bundle.files) files.set(`${home}/dist/${path}`, { contents });
  for (const [path, contents] of around) files.set(`${home}/${path}`, { contents });
  const launcher = "#!/usr/bin/node\nimport '../dist/main.mjs';\n";
  files.set(`${home}/bin/${name}.mjs`, { contents: launcher, mode: 0o755 });
  const manifest = { name, version, type: 'module', private: true };
  files.set(`${home}/package.json`, { contents: `${JSON.stringify(manifest)}\n` });
  files.set(`usr/bin/${name}`, { link: `../lib/deskbeacon/${name}/bin/${name}.mjs` });
  for (const [path, file] of described.files) files.set(path, file);
  for (const [path, contents] of pages) files.set(path, { contents });
  const docs = `usr/share/doc/${name}`;
  files.set(`${docs}/copyright`, { contents: renderCopyright(root, packages) });
  files.set(`${docs}/sbom.cdx.json.gz`, { contents: zip(renderSbom(bill, { name, version }, packages, epochS)) });
  files.set(`${docs}/changelog.gz`, { contents: zip(renderChangelog(name, version, epochS)) });
  const output = join(out, `${name}_${version}_${architecture}.deb`);
  const depends = ['nodejs (>= 20.19)', ...dependsOf([...addons.values()]), ...(described.depends ?? [])];
  const control = {
    Package: name,
    Version: version,
    Architecture: architecture,
    Maintainer: maintainer(),
    ...described.control,
    Depends: depends.join(', '),
    Description: described.description,
  };
  await writeDeb({ control, scripts: described.scripts, files, conffiles: described.conffiles, epochS, output });
  return output;
}

/** Man pages and completions are what the program itself says; a program that has no such command yet goes without. */
async function sayings(program, said) {
  const folder = await mkdtemp(join(tmpdir(), 'deskbeacon-said-'));
  const found = [];
  try {
    for (const [path, contents] of program) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), contents);
    }
    for (const { path, command, isOptional } of said) {
      const text = say(join(folder, 'main.mjs'), command, isOptional);
      if (text !== undefined) found.push([path, path.endsWith('.gz') ? zip(text) : text]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return found;
}

function say(main, command, isOptional) {
  try {
    return execFileSync(process.execPath, [main, ...command], { encoding: 'utf8', stdio: 'pipe', timeout: 30_000 });
  } catch (error) {
    if (isOptional && error.status === 2) return undefined;
    throw error;
  }
}

function renderChangelog(name, version, epochS) {
  const date = new Date(epochS * 1000).toUTCString().replace('GMT', '+0000');
  return `${name} (${version}) unstable; urgency=medium\n\n  * Built from the repository; what changed stands in its history.\n\n -- ${maintainer()}  ${date}\n`;
}

/** As all of Debian's tools take it. The project has no address of its own: whoever builds for others gives theirs. */
function maintainer() {
  const { DEBFULLNAME = 'Deskbeacon', DEBEMAIL = 'deskbeacon@localhost' } = process.env;
  return `${DEBFULLNAME} <${DEBEMAIL}>`;
}

function epochOf() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && given !== '') {
    if (!/^\d+$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH: expected seconds, got ${given}`);
    return Number(given);
  }
  return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));
}

function zip(text) {
  return gzipSync(text, { level: 9 });
}

await main();
