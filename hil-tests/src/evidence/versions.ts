import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { kernelFolder } from '../rigs/kernel/guest-kernel.js';

const packages = ['@abandonware/bleno', '@abandonware/noble', '@stoprocent/bluetooth-hci-socket', 'serialport'];
/** Each prints its version first, in a line of its own. */
const programs: Readonly<Record<string, readonly string[]>> = {
  tshark: ['tshark', '--version'],
  btvirt: ['btvirt', '--version'],
  bluetoothd: ['/usr/libexec/bluetooth/bluetoothd', '--version'],
  qemu: ['qemu-system-x86_64', '--version'],
};
const LIMIT_MS = 10_000;

/** @returns what a reader needs to repeat a run: our commit, and the version of everything else that took part or may have. */
export async function readVersions(): Promise<Readonly<Record<string, string>>> {
  const versions: Record<string, string> = {
    commit: await commitOf(),
    machine: `${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}`,
    node: process.version,
  };
  for (const name of packages) versions[name] = await packageVersion(name);
  versions['kernel of the guest'] = await readdir(join(kernelFolder, 'lib/modules')).then(
    (names) => names.join(', '),
    () => 'not there',
  );
  for (const [name, command] of Object.entries(programs)) versions[name] = await firstLineOf(command);
  return versions;
}

/** With a mark where the tree was changed: a claim belongs to a commit only if it is that commit. */
async function commitOf(): Promise<string> {
  try {
    const git = async (...args: string[]): Promise<string> => (await promisify(execFile)('git', args)).stdout.trim();
    return `${await git('rev-parse', 'HEAD')}${(await git('status', '--porcelain')) === '' ? '' : '-changed'}`;
  } catch {
    return 'unknown';
  }
}

async function packageVersion(name: string): Promise<string> {
  try {
    // Not every package lets its package.json be resolved, so it is looked for above its entry.
    let folder = dirname(createRequire(import.meta.url).resolve(name));
    while (!(await readdir(folder)).includes('package.json')) folder = dirname(folder);
    return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return 'not installed';
  }
}

async function firstLineOf([program, ...args]: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program as string, args, { timeout: LIMIT_MS });
    return stdout.split('\n')[0]?.trim() ?? '';
  } catch {
    return 'not installed';
  }
}
