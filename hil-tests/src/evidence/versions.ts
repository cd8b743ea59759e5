import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, release, type } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const packages = ['@abandonware/bleno', '@abandonware/noble', '@stoprocent/bluetooth-hci-socket', 'serialport'];
const LIMIT_MS = 10_000;

/** @returns what a reader needs to repeat a run on any rig: our commit, and the version of what takes part everywhere. */
export async function readVersions(): Promise<Readonly<Record<string, string>>> {
  const versions: Record<string, string> = {
    commit: await commitOf(),
    deskbeacon: await versionAbove(import.meta.dirname),
    machine: `${arch()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${type()} ${release()}`,
    node: process.version,
  };
  for (const name of packages) versions[name] = await packageVersion(name);
  versions.tshark = await firstLineOf('tshark', '--version');
  return versions;
}

/** @returns the first line that a program prints, which is its version where it is asked for that. */
export async function firstLineOf(program: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: LIMIT_MS });
    return stdout.split('\n')[0]?.trim() ?? '';
  } catch {
    return 'not installed';
  }
}

/** With a mark where the tree was changed: a claim belongs to a commit only if it is that commit. */
async function commitOf(): Promise<string> {
  try {
    // Wherever the runner was started, the commit is that of the code that runs.
    const options = { cwd: import.meta.dirname };
    const git = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)('git', args, options)).stdout.trim();
    return `${await git('rev-parse', 'HEAD')}${(await git('status', '--porcelain')) === '' ? '' : '-changed'}`;
  } catch {
    return 'unknown';
  }
}

async function packageVersion(name: string): Promise<string> {
  try {
    // Not every package lets its package.json be resolved, so it is looked for above its entry.
    return await versionAbove(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return 'not installed';
  }
}

async function versionAbove(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (!names.includes('package.json')) return versionAbove(dirname(folder));
  return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
