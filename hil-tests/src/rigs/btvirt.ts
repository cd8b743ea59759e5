import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** BlueZ's own emulator of controllers, served over H4 without any kernel Bluetooth. */
export interface Btvirt {
  /** Every time this is opened, the emulator makes a new LE controller; all of them hear each other. */
  readonly radio: string;
  stop(): Promise<void>;
}

/** `btvirt -s` serves LE-only controllers here; the path is fixed in its source. */
const SOCKET = '/tmp/bt-server-le';
const PROGRAM = '/usr/bin/btvirt';
const START_LIMIT_MS = 5_000;
const source = fileURLToPath(new URL('./af-alg-stand-in.c', import.meta.url));

/** @returns why the rig cannot run here; nothing when it can. */
export function whyNoBtvirt(): string | undefined {
  if (process.platform !== 'linux') return 'btvirt exists on Linux only';
  if (!existsSync(PROGRAM)) return 'btvirt is not installed (Debian package bluez-test-tools)';
  if (!existsSync('/usr/bin/gcc')) return 'no C compiler for the stand-in of AF_ALG (Debian packages gcc, libc6-dev)';
  return undefined;
}

/**
 * Starts the emulator and waits until it serves.
 * @throws Error when it does not within 5 s.
 */
export async function startBtvirt(): Promise<Btvirt> {
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-btvirt-'));
  const preload = join(directory, 'af-alg-stand-in.so');
  await promisify(execFile)('gcc', ['-shared', '-fPIC', '-O1', '-Wall', '-o', preload, source, '-ldl']);
  await rm(SOCKET, { force: true });
  const emulator = spawn(PROGRAM, ['-s'], { env: { ...process.env, LD_PRELOAD: preload }, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => emulator.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    emulator.kill('SIGTERM');
    const killer = setTimeout(() => emulator.kill('SIGKILL'), 2_000);
    await ended;
    clearTimeout(killer);
    await rm(directory, { recursive: true, force: true });
  };
  const lastMs = performance.now() + START_LIMIT_MS;
  while (!(await isServing())) {
    if (emulator.exitCode !== null || performance.now() > lastMs) {
      await stop();
      throw new Error(`btvirt did not serve ${SOCKET} within ${START_LIMIT_MS} ms (exit code ${emulator.exitCode})`);
    }
    await pause(50);
  }
  return { radio: `h4:unix:${SOCKET}`, stop };
}

function isServing(): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(SOCKET);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
