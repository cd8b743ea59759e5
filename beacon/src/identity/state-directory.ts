import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BeaconError } from '../errors.js';
import { createChecked, readChecked, removeLeftovers, writeChecked } from './checked-file.js';
import { takeLock } from './lock-file.js';
import { decodeOwnership, drawOwnership, encodeOwnership, type Ownership } from './ownership.js';

/** What a beacon keeps across power cuts: whose it is with its keys, and the time below which it never falls. */
export interface BeaconState {
  readonly ownership: Ownership;
  /** Unix milliseconds; windows up to here have been on the air. 0 before the first. */
  readonly floorUnixMs: number;
}

export interface OpenState extends BeaconState {
  /** Persists a new floor; one below the present is ignored. */
  saveFloor(unixMs: number): Promise<void>;
  /** Persists whose beacon it is, keys and settings at once. @throws BeaconError `state-unwritable`. */
  saveOwnership(ownership: Ownership): Promise<void>;
  /** Lets another daemon have the directory. */
  release(): Promise<void>;
}

/**
 * Opens the directory for the one daemon that may write to it, and makes directory, keys and setup code at the first start.
 * @param makeFirst gives what is kept at the very first start; what it throws leaves the directory without a key.
 * @throws BeaconError `state-busy` when another daemon holds it, `state-permission` when others may write to it, and what
 *   `readChecked` and `writeChecked` throw.
 */
export async function openState(
  directory: string,
  makeFirst: () => Ownership | Promise<Ownership> = drawOwnership,
): Promise<OpenState> {
  await makeDirectory(directory);
  const release = await takeLock(join(directory, 'lock'));
  try {
    await removeLeftovers(directory);
    const before = await readKept(directory);
    if (before === undefined) await createChecked(keyFile(directory), encodeOwnership(await makeFirst()));
    else if (before.isNew) await writeChecked(keyFile(directory), encodeOwnership(before.ownership));
    const kept = before ?? ((await readKept(directory)) as Kept);
    let { ownership, floorUnixMs } = kept;
    // One after the other: a slow disk must not let an older floor win.
    let saving: Promise<void> = Promise.resolve();
    const inTurn = (save: () => Promise<void>): Promise<void> => {
      const own = saving.then(save);
      saving = own.catch(() => {}); // Whoever saves hears of it; the next one is to try all the same.
      return own;
    };
    return {
      get ownership() {
        return ownership;
      },
      floorUnixMs,
      release,
      saveFloor: (unixMs) =>
        inTurn(async () => {
          if (unixMs <= floorUnixMs) return;
          await writeChecked(floorFile(directory), { floorUnixMs: unixMs });
          floorUnixMs = unixMs;
        }),
      saveOwnership: (next) =>
        inTurn(async () => {
          await writeChecked(keyFile(directory), encodeOwnership(next));
          ownership = next;
        }),
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
  const kept = await readKept(directory);
  return kept === undefined ? undefined : { ownership: kept.ownership, floorUnixMs: kept.floorUnixMs };
}

interface Kept extends BeaconState {
  /** Whether the setup code is not on the disk yet. */
  readonly isNew: boolean;
}

async function readKept(directory: string): Promise<Kept | undefined> {
  // The key is written before the first floor: read the other way round, a daemon at its first start cannot be between.
  const floor = await readChecked(floorFile(directory));
  const key = await readChecked(keyFile(directory));
  if (key === undefined) {
    if (floor === undefined) return undefined;
    throw new BeaconError('state-unreadable', `${keyFile(directory)} is gone and ${floorFile(directory)} is there`);
  }
  const decoded = decodeOwnership(key);
  if (!decoded.ok) throw new BeaconError('state-unreadable', `${keyFile(directory)} holds ${decoded.reason}`);
  const floorUnixMs = floor?.floorUnixMs ?? 0;
  if (typeof floorUnixMs !== 'number' || !(floorUnixMs >= 0 && floorUnixMs < 8.64e15)) {
    throw new BeaconError('state-unreadable', `${floorFile(directory)} holds no time`);
  }
  return { ownership: decoded.ownership, isNew: decoded.isNew, floorUnixMs };
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
