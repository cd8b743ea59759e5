import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BeaconError } from '../errors.js';
import { createChecked, lookAtChecked, readChecked, removeLeftovers, writeChecked } from './checked-file.js';
import {
  CLOCK_RECORD_VERSION,
  type ClockRecord,
  decodeClockRecord,
  encodeClockRecord,
  keyTagOf,
} from './clock-record.js';
import { takeLock } from './lock-file.js';
import { decodeOwnership, drawOwnership, encodeOwnership, type Ownership } from './ownership.js';

/** What a beacon keeps across power cuts: whose it is with its keys, and which windows may have been on the air. */
export interface BeaconState {
  readonly ownership: Ownership;
  /** Absent before the first, and when it is damaged. */
  readonly clock: ClockRecord | undefined;
  /** What was kept of the time cannot be read: any window may have been on the air. */
  readonly isClockDamaged: boolean;
}

export interface OpenState extends BeaconState {
  /**
   * Persists which windows are aired; those of another key than the present are ignored.
   * @throws BeaconError `state-unwritable`; RangeError for an earlier floor than is kept of this key.
   */
  saveClock(record: ClockRecord): Promise<void>;
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
    let { ownership, clock } = kept;
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
      get clock() {
        return clock;
      },
      isClockDamaged: kept.isClockDamaged,
      release,
      saveClock: (record) =>
        inTurn(async () => {
          if (record.keyTag !== keyTagOf(ownership.rootKey)) return;
          const isOfThisKey = clock?.keyTag === undefined || clock.keyTag === record.keyTag;
          if (isOfThisKey && clock !== undefined && record.floorUnixMs < clock.floorUnixMs)
            throw new RangeError(`floorUnixMs: expected ${clock.floorUnixMs} or more, got ${record.floorUnixMs}`);
          await writeChecked(floorFile(directory), encodeClockRecord(record), { version: CLOCK_RECORD_VERSION });
          clock = record;
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
  if (kept === undefined) return undefined;
  const { isNew: _isNew, ...state } = kept;
  return state;
}

interface Kept extends BeaconState {
  /** Whether the setup code is not on the disk yet. */
  readonly isNew: boolean;
}

async function readKept(directory: string): Promise<Kept | undefined> {
  // The key is written before the first floor: read the other way round, a daemon at its first start cannot be between.
  const floor = await lookAtChecked(floorFile(directory), CLOCK_RECORD_VERSION);
  const key = await readChecked(keyFile(directory));
  if (key === undefined) {
    if (floor.found === 'nothing') return undefined;
    throw new BeaconError('state-unreadable', `${keyFile(directory)} is gone and ${floorFile(directory)} is there`);
  }
  const decoded = decodeOwnership(key);
  if (!decoded.ok) throw new BeaconError('state-unreadable', `${keyFile(directory)} holds ${decoded.reason}`);
  const clock = floor.found === 'value' ? decodeClockRecord(floor.value, floor.version) : undefined;
  return {
    ownership: decoded.ownership,
    isNew: decoded.isNew,
    clock,
    isClockDamaged: clock === undefined && floor.found !== 'nothing',
  };
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
