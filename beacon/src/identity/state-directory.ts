import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BeaconError } from '../errors.js';
import { readChecked, removeLeftovers, writeChecked } from './checked-file.js';
import { ROOT_KEY_OCTETS } from './keys.js';

/** What a beacon keeps across power cuts: its root key, and the time below which it never falls. */
export interface BeaconState {
  readonly rootKey: Uint8Array;
  /** Unix milliseconds; windows up to here have been on the air. 0 before the first. */
  readonly floorUnixMs: number;
}

export interface OpenState extends BeaconState {
  /** Persists a new floor; one below the present is ignored. */
  saveFloor(unixMs: number): Promise<void>;
  /** Lets another daemon have the directory. */
  release(): Promise<void>;
}

/**
 * Opens the directory for the one daemon that may write to it, and makes directory and key at the first start.
 * @throws BeaconError `state-busy` when another daemon holds it, and what `readChecked` and
 *   `writeChecked` throw.
 */
export async function openState(directory: string): Promise<OpenState> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
  } catch (cause) {
    throw new BeaconError('state-unwritable', `cannot make the state directory ${directory}`, { cause });
  }
  const release = await lock(join(directory, 'lock'));
  try {
    await removeLeftovers(directory);
    const before = await readState(directory);
    if (before === undefined)
      await writeChecked(keyFile(directory), { rootKey: randomBytes(ROOT_KEY_OCTETS).toString('hex') });
    const state = before ?? ((await readState(directory)) as BeaconState);
    let floorUnixMs = state.floorUnixMs;
    return {
      ...state,
      release,
      async saveFloor(unixMs) {
        if (unixMs <= floorUnixMs) return;
        await writeChecked(floorFile(directory), { floorUnixMs: unixMs });
        floorUnixMs = unixMs;
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Reads the state without holding it, as the profile command does beside a running daemon.
 * @returns `undefined` when the beacon has never been started.
 */
export async function readState(directory: string): Promise<BeaconState | undefined> {
  const key = (await readChecked(keyFile(directory))) as { rootKey?: unknown } | undefined;
  const floor = (await readChecked(floorFile(directory))) as { floorUnixMs?: unknown } | undefined;
  if (key === undefined) {
    if (floor === undefined) return undefined;
    throw new BeaconError('state-unreadable', `${floorFile(directory)} is there and ${keyFile(directory)} is gone`);
  }
  if (typeof key.rootKey !== 'string' || !/^[0-9a-f]{64}$/.test(key.rootKey)) {
    throw new BeaconError('state-unreadable', `${keyFile(directory)} holds no root key`);
  }
  const floorUnixMs = floor?.floorUnixMs ?? 0;
  if (typeof floorUnixMs !== 'number' || !(floorUnixMs >= 0 && floorUnixMs < 8.64e15)) {
    throw new BeaconError('state-unreadable', `${floorFile(directory)} holds no time`);
  }
  return { rootKey: new Uint8Array(Buffer.from(key.rootKey, 'hex')), floorUnixMs };
}

function keyFile(directory: string): string {
  return join(directory, 'root-key.json');
}

function floorFile(directory: string): string {
  return join(directory, 'clock-floor.json');
}

/** A file with the holder's process id; one whose process is gone is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(`${process.pid}\n`);
      await file.close();
      return () => rm(path, { force: true });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new BeaconError('state-unwritable', `cannot lock ${path}`, { cause });
      }
    }
    const holder = await holderOf(path);
    if (holder !== undefined)
      throw new BeaconError('state-busy', `the daemon with process id ${holder} uses this state directory (${path})`);
    await rm(path, { force: true });
  }
  throw new BeaconError('state-busy', `other daemons are starting with the same state directory (${path})`);
}

/** @returns the holder's process id while it lives. */
async function holderOf(path: string): Promise<number | undefined> {
  try {
    const holder = Number.parseInt(await readFile(path, 'utf8'), 10);
    if (!(holder > 0)) return undefined;
    // In a container the new daemon may have the id of the one that was killed.
    if (holder === process.pid) return undefined;
    process.kill(holder, 0);
    return holder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? -1 : undefined;
  }
}
