/** What a support bundle asks of the machine. Nothing here fails: what cannot be had is said in its place. */
import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../version.js';

const COMMAND_LIMIT_MS = 5_000;
const MOST_OUTPUT_OCTETS = 524_288;
const MOST_NAMES = 64;

/** @returns what the program prints, or one line that says why there is nothing. The environment is not handed on. */
export function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const options = {
      timeout: COMMAND_LIMIT_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT_OCTETS,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
    } as const;
    execFile(program, args, options, (error, stdout) => {
      const why =
        error === null ? '' : `(${program}: ${error.killed ? 'no answer in time' : (error.code ?? 'failed')})\n`;
      resolve(`${stdout}${why}`);
    });
  });
}

export async function versions(): Promise<Readonly<Record<string, string>>> {
  const about = await readFile('/etc/os-release', 'latin1').catch(() => '');
  return {
    deskbeacond: VERSION,
    node: process.version,
    kernel: release(),
    architecture: process.arch,
    distribution: /^PRETTY_NAME="?([^"\n]*)/m.exec(about)?.[1] ?? 'unknown',
  };
}

/** @returns adapters and radio switches as sysfs has them, a line each. */
export async function adapters(sys = '/sys/class'): Promise<string> {
  const bluetooth = await namesIn(join(sys, 'bluetooth'));
  const lines = await Promise.all(
    bluetooth.map(async (name) => `${name} ${await readlink(join(sys, 'bluetooth', name, 'device')).catch(() => '')}`),
  );
  const switches = await namesIn(join(sys, 'rfkill'));
  const states = await Promise.all(
    switches.map(async (name) => {
      const told = await Promise.all(
        ['type', 'name', 'soft', 'hard'].map(async (file) => {
          const text = await readFile(join(sys, 'rfkill', name, file), 'latin1').catch(() => '?');
          return `${file}=${text.trim()}`;
        }),
      );
      return `${name} ${told.join(' ')}`;
    }),
  );
  return [`adapters: ${bluetooth.length}`, ...lines, `rfkill: ${switches.length}`, ...states, ''].join('\n');
}

/** @returns names, modes, sizes and ages; no contents. */
export async function listing(directory: string): Promise<string> {
  const lines = await Promise.all(
    ['.', ...(await namesIn(directory))].map(async (name) => {
      const found = await lstat(join(directory, name)).catch(() => undefined);
      if (found === undefined) return `${name}: not there`;
      const kind = found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'other';
      const own = found.uid === process.getuid?.() ? 'own' : `uid ${found.uid}`;
      const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
      return `${kind} ${mode} ${own} ${found.size} octets, ${found.mtime.toISOString()}: ${JSON.stringify(name)}`;
    }),
  );
  return `${lines.join('\n')}\n`;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.sort().slice(0, MOST_NAMES);
}
