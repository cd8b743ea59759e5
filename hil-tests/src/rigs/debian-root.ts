import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** A clean Debian 13 as `.ci/debian-roots` made it, unpacked for one test. Its network and its devices are this machine's. */
export interface DebianRoot {
  readonly path: string;
  /** Runs a program in it, as root unless `user` says otherwise, with none of this process's environment. Never rejects. */
  run(command: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts a program and waits until a line of its standard error contains `part`. */
  start(command: readonly string[], part: string, options?: RunOptions): Promise<Running>;
  /**
   * Runs a shell script of this machine, as root, in the root's folder: in an emulated root no program finds another one.
   * @returns what it prints.
   * @throws Error when it fails.
   */
  outside(script: string): Promise<string>;
  /** Unpacks a package without installing it: where nothing of the root's architecture can be started by name. */
  unpack(deb: string): Promise<void>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly user?: string;
  readonly input?: string;
  /** Put before everything, to watch from outside: `strace …`. */
  readonly watchedBy?: readonly string[];
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  /** @returns the exit code. */
  stop(): Promise<number | null>;
}

export type RootArchitecture = 'amd64' | 'arm64' | 'armhf';

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'deskbeacon/trixie');
/** Node takes seconds to start in an emulator, and an installation does all that dpkg does. */
const RUN_LIMIT_MS = 120_000;
const START_LIMIT_MS = 60_000;
const END_LIMIT_MS = 10_000;
const asRoot: readonly string[] = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
const emulators: Readonly<Record<RootArchitecture, readonly string[]>> = {
  amd64: [],
  arm64: ['/usr/bin/qemu-aarch64'],
  armhf: ['/usr/bin/qemu-arm'],
};
/** A mount of its own for each program: nothing stays mounted, however the test ends. */
const enter = 'mkdir -p "$0/proc" "$0/dev"; mount -t proc proc "$0/proc"; mount --rbind /dev "$0/dev"; exec "$@"';
const environment = [
  'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'LC_ALL=C.UTF-8',
  'DEBIAN_FRONTEND=noninteractive',
];

/** @returns why packages cannot be tried here; nothing when they can. */
export async function whyNoRoot(architecture: RootArchitecture): Promise<string | undefined> {
  if (process.arch !== 'x64') return 'the roots are for a machine of amd64';
  if (!existsSync(join(cache, `${architecture}.tar`))) return `no ${architecture}.tar in ${cache} (.ci/debian-roots)`;
  const { code } = await outcomeOf([...asRoot, 'unshare', '--mount', 'true']);
  return code === 0 ? undefined : 'only root can enter another root';
}

export async function openDebianRoot(architecture: RootArchitecture): Promise<DebianRoot> {
  const path = await mkdtemp(join(tmpdir(), `deskbeacon-${architecture}-`));
  const unpacked = await outcomeOf([
    ...asRoot,
    'tar',
    '-C',
    path,
    '--exclude=./dev/*',
    '-xf',
    join(cache, `${architecture}.tar`),
  ]);
  if (unpacked.code !== 0) throw new Error(`cannot unpack the root: ${unpacked.stderr}`);
  const wordsOf = (command: readonly string[], { user, watchedBy = [] }: RunOptions): readonly string[] => [
    ...[...asRoot, ...watchedBy, 'env', '-i', ...environment, 'unshare', '--mount', 'sh', '-c', enter, path],
    ...['chroot', ...(user === undefined ? [] : [`--userspec=${user}:${user}`]), path],
    ...[...emulators[architecture], ...command],
  ];
  const outside = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await outcomeOf([...asRoot, 'sh', '-ec', `cd '${path}'\n${script}`]);
    if (code !== 0) throw new Error(`failed beside the root: ${script}\n${stderr}`);
    return stdout;
  };
  return {
    path,
    run: (command, options = {}) => outcomeOf(wordsOf(command, options), options.input),
    start: (command, part, options = {}) => startIn(wordsOf(command, options), part),
    outside,
    unpack: async (deb) => void (await outside(`dpkg -x '${deb}' .`)),
    close: async () => {
      await outcomeOf([...asRoot, 'rm', '-rf', '--one-file-system', path]);
    },
  };
}

async function outcomeOf(words: readonly string[], input?: string): Promise<Ended> {
  const [program, ...rest] = words as [string, ...string[]];
  const running = promisify(execFile)(program, rest, { timeout: RUN_LIMIT_MS, maxBuffer: 16 << 20 });
  running.child.stdin?.on('error', () => {}); // It read nothing; its exit code tells the rest.
  running.child.stdin?.end(input ?? '');
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string; message: string }) => ({
      code: typeof error.code === 'number' ? error.code : -1,
      stdout: error.stdout ?? '',
      stderr: error.stderr || error.message,
    }),
  );
}

async function startIn(words: readonly string[], part: string): Promise<Running> {
  const [program, ...rest] = words as [string, ...string[]];
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  const said: string[] = [];
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}:\n  ${said.join('\n  ')}`));
    const timer = setTimeout(() => fail(`did not say "${part}" within ${START_LIMIT_MS} ms`), START_LIMIT_MS);
    child.once('error', reject);
    void ended.then(() => {
      clearTimeout(timer);
      fail(`ended with ${child.exitCode ?? child.signalCode}`);
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (said.length < 100) said.push(line);
      if (!line.includes(part)) return;
      clearTimeout(timer);
      resolve();
    });
  }).catch(async (error: unknown) => {
    await outcomeOf([...asRoot, 'kill', '-KILL', String(child.pid)]);
    throw error;
  });
  return {
    process: child,
    stop: async () => {
      await outcomeOf([...asRoot, 'kill', '-TERM', String(child.pid)]);
      const killer = setTimeout(() => void outcomeOf([...asRoot, 'kill', '-KILL', String(child.pid)]), END_LIMIT_MS);
      await ended;
      clearTimeout(killer);
      return child.exitCode;
    },
  };
}
