import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const SBOM_LIMIT_MS = 60_000;
const LARGEST_SBOM_OCTETS = 64 << 20;

/**
 * Packages of others in a package of ours.
 * @param {string} root the checkout
 * @param {readonly string[]} paths files and folders that went into it, absolute or relative to `root`
 * @returns {{ name: string, version: string, licence: string, text: string | undefined, author: string }[]} by name
 */
export function packagesIn(root, paths) {
  const folders = new Set();
  for (const path of paths) {
    const folder = packageFolderOf(isAbsolute(path) ? join(path, 'x') : join(root, path));
    if (folder !== undefined) folders.add(folder);
  }
  const found = new Map();
  for (const folder of folders) {
    const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (name.startsWith('@deskbeacon/')) continue;
    found.set(`${name}@${version}`, {
      name,
      version,
      licence: typeof license === 'string' ? license : (license?.type ?? 'not stated'),
      text: licenceText(folder),
      author: typeof author === 'string' ? author : (author?.name ?? 'not stated'),
    });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The nearest folder with a named and versioned package.json: some packages keep nameless ones for their module formats. */
function packageFolderOf(file) {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (name !== undefined && version !== undefined) return folder;
  }
  return undefined;
}

function licenceText(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  const texts = names.sort().map((name) => readFileSync(join(folder, name), 'utf8').replace(/\r/g, '').trim());
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

/** The file `copyright` of a Debian package: our licence, then each of the others', equal texts once. */
export function renderCopyright(root, packages) {
  const byText = new Map();
  for (const one of packages) {
    const text = one.text === undefined ? withoutText(one) : shortened(one.text);
    byText.set(text, [...(byText.get(text) ?? []), one]);
  }
  const own = readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  const others = [...byText].map(
    ([text, of]) =>
      `${of.map(({ name, version, licence }) => `${name} ${version} (${licence})`).join('\n')}\n\n${indent(text)}`,
  );
  const rule = `\n\n${'-'.repeat(72)}\n\n`;
  return `${[`Deskbeacon\n\n${indent(own)}`, 'It contains these packages of others:', ...others].join(rule)}\n`;
}

function withoutText({ licence, author }) {
  return `Its package holds no text of the licence; it states ${licence}. Author: ${author}`;
}

/** Debian has this text on every machine and asks packages to name it instead of carrying it (Policy 12.5). */
function shortened(text) {
  if (!/Apache License\s+Version 2\.0/.test(text)) return text;
  const notices = text.match(/^\s*(?:Copyright|\(c\)).*\d{4}.*$/gim) ?? [];
  const apache = 'Apache License, Version 2.0: see /usr/share/common-licenses/Apache-2.0';
  return [...notices.map((line) => line.trim()), apache].join('\n');
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '    ');
}

/** @returns what `npm sbom` says of the checkout in CycloneDX. */
export async function askForBill(root) {
  const { stdout } = await promisify(execFile)('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root,
    timeout: SBOM_LIMIT_MS,
    maxBuffer: LARGEST_SBOM_OCTETS,
  });
  return JSON.parse(stdout);
}

/**
 * A bill of materials of those packages that are in ours, however they are used elsewhere in the checkout. The serial number,
 * the time and the name that npm takes from the folder are others each time; here they follow from the contents, the
 * commit and the package.
 * @param {object} bill of the whole checkout
 */
export function renderSbom(bill, { name, version }, packages, epochS) {
  const present = new Set(packages.map((one) => `${one.name}@${one.version}`));
  const components = bill.components.filter((one) => present.has(one['bom-ref'])).map(withoutPath);
  const known = new Set(components.map((one) => one['bom-ref']));
  const missing = [...present].filter((one) => !known.has(one));
  if (missing.length > 0) throw new Error(`npm sbom does not know ${missing.join(', ')}`);
  const dependencies = bill.dependencies
    .filter(({ ref }) => known.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => known.has(one)) }));
  const digest = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  const serial = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  const metadata = {
    timestamp: new Date(epochS * 1000).toISOString(),
    tools: bill.metadata.tools,
    component: { 'bom-ref': `${name}@${version}`, type: 'application', name, version },
  };
  const told = { ...bill, serialNumber: `urn:uuid:${serial}`, metadata, components, dependencies };
  return `${JSON.stringify(told, undefined, 1)}\n`;
}

/** Where a package lay when this was built is of no use to others. */
function withoutPath({ properties: _properties, ...component }) {
  return component;
}
