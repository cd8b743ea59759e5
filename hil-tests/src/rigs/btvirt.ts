import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildPreload, whyNoPreload } from './btvirt-preload.js';

/** BlueZ's own emulator of controllers, served over H4 without any kernel Bluetooth. */
export interface Btvirt {
  /** Every time this is opened, the emulator makes a new LE controller; all of them hear each other. */
  readonly radio: string;
  stop(): Promise<void>;
}

/** `btvirt -s` serves LE-only controllers here; the path is fixed in its source (emulator/main.c). */
const SOCKET = '/tmp/bt-server-le';
/** Held while an emulator of ours runs; the kernel frees an abstract socket with its process, however that ends. */
const LOCK = '\0deskbeacon-btvirt';
const PROGRAM = '/usr/bin/btvirt';
const START_LIMIT_MS = 5_000;
/** Another run of these tests ends within this time. */
const TURN_LIMIT_MS = 40_000;
const ANSWER_LIMIT_MS = 500;
const END_LIMIT_MS = 2_000;

/** @returns why the rig cannot run here; nothing when it can. */
export function whyNoBtvirt(): string | undefined {
  if (process.platform !== 'linux') return 'btvirt exists on Linux only';
  if (!existsSync(PROGRAM)) return 'btvirt is not installed (Debian package bluez-test-tools)';
  return whyNoPreload();
}

/**
 * Starts the emulator and waits until a controller of it answers a reset.
 * @throws Error when an emulator of somebody else serves already (it is left alone), or ours does not within 5 s.
 */
export async function startBtvirt(): Promise<Btvirt> {
  const lock = await takeTurn();
  const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-btvirt-'));
  let stop = async (): Promise<void> => {
    await rm(directory, { recursive: true, force: true });
    await new Promise<void>((resolve) => lock.close(() => resolve()));
  };
  try {
    // btvirt itself unlinks the path before it binds (emulator/server.c): it would take another's place without a word.
    if ((await probe()) !== 'nobody') {
      throw new Error(`a btvirt that is not ours serves ${SOCKET}, and that path is fixed: end it, then try again`);
    }
    const env = await buildPreload(directory);
    const emulator = spawn(PROGRAM, ['-s'], { env, stdio: 'ignore' });
    const [end, cleanUp] = [endWith(emulator), stop];
    stop = () => end().finally(cleanUp);
    await untilAnswered(emulator);
    return { radio: `h4:unix:${SOCKET}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns what ends the emulator; it also ends with this process. */
function endWith(emulator: ChildProcess): () => Promise<void> {
  const kill = (): void => void emulator.kill('SIGKILL');
  const ended = new Promise<void>((resolve) => {
    emulator.once('close', () => resolve());
    emulator.once('error', () => resolve());
  });
  process.once('exit', kill);
  return async () => {
    emulator.kill('SIGTERM');
    const killer = setTimeout(kill, END_LIMIT_MS);
    await ended;
    clearTimeout(killer);
    process.off('exit', kill);
  };
}

async function untilAnswered(emulator: ChildProcess): Promise<void> {
  const lastMs = performance.now() + START_LIMIT_MS;
  for (;;) {
    const found = await probe();
    if (found === 'controller') return;
    const code = emulator.exitCode ?? emulator.signalCode;
    if (code !== null) throw new Error(`btvirt ended at once (${code})`);
    if (performance.now() > lastMs) {
      const what = found === 'nobody' ? `does not serve ${SOCKET}` : 'serves, but makes no controller (AF_ALG?)';
      throw new Error(`btvirt ${what} after ${START_LIMIT_MS} ms`);
    }
    await pause(50);
  }
}

/** Waits for another run of ours on this machine. */
async function takeTurn(): Promise<Server> {
  const lastMs = performance.now() + TURN_LIMIT_MS;
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    const isTaken = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(true) : reject(error),
      );
      server.listen(LOCK, () => resolve(false));
    });
    if (!isTaken) return server.unref();
    if (performance.now() > lastMs)
      throw new Error(`another run of these tests has used btvirt for ${TURN_LIMIT_MS} ms`);
    await pause(200);
  }
}

/** Opens the socket and resets the controller behind it: without AF_ALG btvirt accepts, and closes at once. */
function probe(): Promise<'nobody' | 'no controller' | 'controller'> {
  return new Promise((resolve) => {
    const socket = connect(SOCKET);
    let isOpen = false;
    const finish = (found: 'nobody' | 'no controller' | 'controller'): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(ANSWER_LIMIT_MS, () => finish('no controller'));
    socket.once('connect', () => {
      isOpen = true;
      socket.write(Uint8Array.of(0x01, 0x03, 0x0c, 0x00));
    });
    socket.once('data', () => finish('controller'));
    socket.once('close', () => finish(isOpen ? 'no controller' : 'nobody'));
    socket.once('error', () => finish(isOpen ? 'no controller' : 'nobody'));
  });
}
