import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programs } from '../programs.js';
import { kernelFolder } from './guest-kernel.js';

export interface GuestJob {
  /** What runs in the guest as root; it sees this machine's files at their places, and `folder` as `/out`. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly limitMs: number;
  /** Takes each line of the console: the job's standard output, and what the kernel says. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

const LAST_LINES = 20;

/**
 * Boots a Linux kernel and runs one job in it.
 * @returns the job's exit code. @throws Error with the last lines of the console when the guest ended before the job did.
 */
export async function bootGuest({ command, folder, limitMs, onLine, signal }: GuestJob): Promise<number> {
  signal.throwIfAborted();
  const limitS = String(Math.ceil(limitMs / 1000));
  const guest = spawn('bash', [programs.bootGuest, kernelFolder, folder, limitS, ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the emulator ends with the script that started it.
    detached: true,
  });
  const kill = (): void => {
    try {
      process.kill(-(guest.pid as number), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  const last: string[] = [];
  const log = createWriteStream(join(folder, 'guest.log'));
  const hear = (line: string): void => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    log.write(`${line}\n`);
    onLine(line);
  };
  createInterface({ input: guest.stdout }).on('line', hear);
  createInterface({ input: guest.stderr }).on('line', hear);
  signal.addEventListener('abort', kill);
  process.once('exit', kill);
  try {
    await new Promise<void>((resolve, reject) => {
      guest.once('error', reject);
      guest.once('close', () => resolve());
    });
  } finally {
    signal.removeEventListener('abort', kill);
    process.off('exit', kill);
    log.end();
  }
  signal.throwIfAborted();
  const status = await readFile(join(folder, 'status'), 'utf8').catch(() => undefined);
  if (status === undefined) throw new Error(`the guest ended before its job did:\n  ${last.join('\n  ')}`);
  return Number(status);
}
