import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BeaconError } from '../errors.js';
import { TEMPORARY } from './checked-file.js';

/**
 * Who holds a lock. A process id alone is not enough: after a power cut another process of the same boot sequence has
 * it, and the beacon would stay dark.
 */
interface Holder {
  readonly pid: number;
  /** Of the kernel, new at each boot; empty where there is none. */
  readonly bootId: string;
  /** When the process started, in ticks since boot; empty where the kernel does not tell. */
  readonly startTicks: string;
}

const MOST_ATTEMPTS = 50;
const PAUSE_MS = 20;

/**
 * Takes a lock that one process at a time can have. A holder that is gone, by crash or power cut, loses it.
 * @returns what gives it back.
 * @throws BeaconError `state-busy` while another process holds it, `state-unwritable` when it cannot be written.
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  const own = join(dirname(path), `${TEMPORARY}${basename(path)}-${randomBytes(6).toString('hex')}`);
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const holder = { ...(await describeProcess(process.pid)), nonce: randomBytes(6).toString('hex') };
      await writeFile(own, JSON.stringify(holder), { mode: 0o600 });
      // A link appears with its contents or not at all: nobody reads a lock that is not written yet.
      if (await linkUnlessThere(own, path)) return () => rm(path, { force: true });
      const seen = await readIfThere(path);
      if (seen !== undefined) await removeIfStale(path, seen);
    }
  } catch (cause) {
    if (cause instanceof BeaconError) throw cause;
    throw new BeaconError('state-unwritable', `cannot lock ${path}`, { cause });
  } finally {
    await rm(own, { force: true });
  }
  throw new BeaconError('state-busy', `other daemons are starting with the same state directory (${path})`);
}

/**
 * Two daemons may find the same stale lock, and the slower one must not take away the lock that the faster one has made
 * meanwhile: only who holds the lock for taking over removes a stale one, and looks again before.
 */
async function removeIfStale(path: string, seen: string): Promise<void> {
  const holder = parseHolder(seen);
  if (holder !== undefined && (await isAlive(holder))) {
    throw new BeaconError('state-busy', `process ${holder.pid} uses this state directory (${path})`);
  }
  let release: () => Promise<void>;
  try {
    release = await takeLock(`${path}.takeover`);
  } catch (error) {
    if (!(error instanceof BeaconError && error.code === 'state-busy')) throw error;
    await pause(PAUSE_MS);
    return;
  }
  try {
    if ((await readIfThere(path)) === seen) await rm(path);
  } finally {
    await release();
  }
}

async function linkUnlessThere(existing: string, path: string): Promise<boolean> {
  try {
    await link(existing, path);
    return true;
  } catch (error) {
    // Not there: another daemon has swept up what it took for a leftover.
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function isAlive({ pid, bootId, startTicks }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const now = await describeProcess(pid);
  if (bootId !== now.bootId) return false;
  return startTicks === now.startTicks || now.startTicks === '';
}

async function describeProcess(pid: number): Promise<Holder> {
  const bootId = (await readIfThere('/proc/sys/kernel/random/boot_id')) ?? '';
  // proc(5): the second field, the name, stands in parentheses and may hold anything; field 22 is the start.
  const stat = (await readIfThere(`/proc/${pid}/stat`)) ?? '';
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return { pid, bootId: bootId.trim(), startTicks };
}

/** @returns `undefined` for what no daemon of ours wrote; such a lock has no holder. */
function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, bootId = '', startTicks = '' } = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(pid) && (pid as number) > 0 ? { pid: pid as number, bootId, startTicks } : undefined;
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
