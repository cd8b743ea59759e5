import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { programs } from './programs.js';

/** The real daemon in a process whose kernel or whose clock lies: by strace's injection, or under libfaketime. */
export interface FaultyDaemon {
  /** What it has logged so far. */
  readonly log: readonly { readonly event: string }[];
  /** Waits until it has logged that since the last call for it. */
  said(event: string, limitMs?: number): Promise<void>;
  /** What `status --json` prints. */
  status(): Promise<Readonly<Record<string, unknown>>>;
  ask(request: string): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it has ended, however. @returns exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export interface FaultyOptions {
  readonly configuration: string;
  /** What is started with the daemon behind it; itself when absent. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const SAID_LIMIT_MS = 15_000;
const ASK_LIMIT_MS = 15_000;
/** As Debian has it; each architecture has a folder of its own. */
const FAKETIME = ['x86_64', 'aarch64', 'arm'].flatMap((name) =>
  ['gnu', 'gnueabihf'].map((abi) => `/usr/lib/${name}-linux-${abi}/faketime/libfaketimeMT.so.1`),
);

export function startFaultyDaemon({ configuration, under = [], env = {} }: FaultyOptions): FaultyDaemon {
  const command = [...under, process.execPath, programs.daemonBundle];
  const args = ['run', '--config', configuration, '--log-format', 'json'];
  const [program = '', ...rest] = [...command, ...args];
  // One thread for files: strace counts the calls of each thread apart.
  const own = { ...process.env, UV_THREADPOOL_SIZE: '1', ...env };
  // A group of its own: a daemon goes on when whoever traces it is killed alone.
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'], env: own, detached: true });
  const signalAll = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, signal);
  };
  const kill = (): void => signalAll('SIGKILL');
  process.once('exit', kill);
  const log: { readonly event: string }[] = [];
  const heard = new Map<string, number>();
  let wake: () => void = () => {};
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('{')) log.push(JSON.parse(line) as { event: string });
    wake();
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => {
      process.off('exit', kill);
      resolve(code ?? signal);
    }),
  );
  const run = (request: string) =>
    promisify(execFile)(process.execPath, [programs.daemonBundle, request, '--config', configuration, '--json'], {
      timeout: ASK_LIMIT_MS,
    });
  return {
    log,
    ended,
    async said(event, limitMs = SAID_LIMIT_MS) {
      const lastMs = performance.now() + limitMs;
      for (;;) {
        const from = heard.get(event) ?? 0;
        const at = log.findIndex((entry, i) => i >= from && entry.event === event);
        if (at >= 0) return void heard.set(event, at + 1);
        const leftMs = lastMs - performance.now();
        if (leftMs <= 0)
          throw new Error(
            `the daemon did not say ${event} within ${limitMs} ms, but ${log.map((entry) => entry.event)}`,
          );
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(leftMs, 250));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    status: async () => JSON.parse((await run('status')).stdout) as Readonly<Record<string, unknown>>,
    ask: async (request) => void (await run(request)),
    async end(signal) {
      signalAll(signal);
      await ended;
    },
  };
}

/** @returns why strace cannot lie to a process here; nothing when it can. */
export async function whyNoStrace(): Promise<string | undefined> {
  try {
    await promisify(execFile)('strace', ['-f', '-o', '/dev/null', '-e', 'inject=fsync:error=ENOSPC', 'true']);
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string };
    return code === 'ENOENT' ? 'strace is not installed' : `strace cannot trace here: ${stderr?.trim()}`;
  }
}

/** @returns libfaketime, or `undefined` where it is not installed (Debian package faketime). */
export function findFaketime(): string | undefined {
  return FAKETIME.find((path) => existsSync(path));
}

/** What makes a kept clock one of an earlier boot, as after a power cut: the boot id is another, and the checksum fits. */
export async function makeEarlierBoot(stateDirectory: string): Promise<void> {
  const file = join(stateDirectory, 'clock-floor.json');
  const { version, value } = JSON.parse(await readFile(file, 'utf8')) as { version: number; value: object };
  const earlier = { ...value, bootId: 'an earlier boot' };
  const sealed = `${version}\n${JSON.stringify(earlier)}`;
  const checksum = createHash('sha256').update(sealed).digest('hex').slice(0, 32);
  await writeFile(file, JSON.stringify({ version, checksum, value: earlier }), { mode: 0o600 });
  // The lock of a process that the power cut ended.
  await rm(join(stateDirectory, 'lock'), { force: true });
}
