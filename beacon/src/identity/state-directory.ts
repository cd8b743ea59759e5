import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BeaconError } from '../errors.js';
import { createChecked, readChecked, removeLeftovers, writeChecked } from './checked-file.js';
import { ROOT_KEY_OCTETS } from './keys.js';
import { takeLock } from './lock-file.js';

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
 * @throws BeaconError `state-busy` when another daemon holds it, `state-permission` when others may write to it, and what
 *   `readChecked` and `writeChecked` throw.
 */
export async function openState(directory: string): Promise<OpenState> {
  await makeDirectory(directory);
  const release = await takeLock(join(directory, 'lock'));
  try {
    await removeLeftovers(directory);
    const before = await readState(directory);
    if (before === undefined) {
      await createChecked(keyFile(directory), { rootKey: randomBytes(ROOT_KEY_OCTETS).toString('hex') });
    }
    const state = before ?? ((await readState(directory)) as BeaconState);
    let floorUnixMs = state.floorUnixMs;
    // One after the other: a slow disk must not let an older floor win.
    let saving: Promise<void> = Promise.resolve();
    return {
      ...state,
      release,
      async saveFloor(unixMs) {
        const before = saving;
        const save = async (): Promise<void> => {
          if (unixMs <= floorUnixMs) return;
          await writeChecked(floorFile(directory), { floorUnixMs: unixMs });
          floorUnixMs = unixMs;
        };
        saving = before.then(save, save);
        await saving;
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
  // The key is written before the first floor: read the other way round, a daemon at its first start cannot be between.
  const floor = await readChecked(floorFile(directory));
  const key = await readChecked(keyFile(directory));
  if (key === undefined) {
    if (floor === undefined) return undefined;
    throw new BeaconError('state-unreadable', `${keyFile(directory)} is gone and ${floorFile(directory)} is there`);
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

async function makeDirectory(directory: string): Promise<void> {
  let mode: number;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    ({ mode } = await stat(directory));
  } catch (cause) {
    throw new BeaconError('state-unwritable', `cannot make the state directory ${directory}`, { cause });
  }
  // Whoever may write to it may put another key there. One that is merely listed by others is what systemd makes.
  if ((mode & 0o022) !== 0) {
    const octal = (mode & 0o777).toString(8);
    throw new BeaconError('state-permission', `${directory} has mode ${octal}: others may put files there`);
  }
}

function keyFile(directory: string): string {
  return join(directory, 'root-key.json');
}

function floorFile(directory: string): string {
  return join(directory, 'clock-floor.json');
}
