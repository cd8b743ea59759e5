import { nextBoundaryUnixMs } from '@deskbeacon/proximity-core';
import type { BeaconClock } from '../identity/clock.js';
import type { BootMark, ClockRecord } from '../identity/clock-record.js';
import type { OpenState } from '../identity/state-directory.js';
import type { Log } from './log.js';

/** What decides where a beacon's windows begin and end. */
export interface WindowSettings {
  readonly exponentK: number;
  readonly clockOffsetS: number;
}

/** Reserves windows on the disk before they go on the air, and keeps the writes of a day below 48. */
export interface FloorKeeper {
  /**
   * Reserves the window of an instant and the next; told of each window. Resolves when the disk has it, or has failed: a full
   * disk is logged and tried again after a minute.
   */
  reserve(nowUnixMs: number, settings: WindowSettings): Promise<void>;
  /** Whether the window of an instant may be proven on the air: it is reserved on the disk, and the clock was not wrong ahead. */
  mayProve(nowUnixMs: number, settings: WindowSettings): boolean;
  /** Whether windows that are still to come were aired: whoever recorded them can use them until the key is new. */
  needsRekey(): boolean;
  /** Writes down what a crash must not lose: that the time is proven now, a step, the need of a new key. Told once a second. */
  look(): Promise<void>;
  /** Takes a new key: nothing of it was aired. */
  useKey(keyTag: string): void;
  /** Writes the exact time: an orderly end of the machine leaves nothing open. */
  close(): Promise<void>;
}

export interface FloorKeeperOptions {
  readonly state: Pick<OpenState, 'clock' | 'saveClock'>;
  readonly clock: Pick<BeaconClock, 'nowUnixMs' | 'isTrusted' | 'aheadMs' | 'isSettled'>;
  readonly keyTag: string;
  readonly bootMark: () => BootMark | undefined;
  readonly monotonicMs: () => number;
  readonly log: Log;
}

/** One block an hour is 24 to 29 writes a day; at least three windows, so that one of them is always written ahead. */
const BLOCK_MS = 3_600_000;
const LEAST_WINDOWS = 3;
/** Short windows: a block is written so long before the last one ends. */
const LEAST_LEAD_MS = 60_000;
const RETRY_MS = 60_000;
/** Writes a day beside the blocks: clocks that are stepped all the time must not wear out a card. */
const EXTRA_A_DAY = 12;
const DAY_MS = 86_400_000;
/** Steps below this need not be written: a restart takes longer. */
const STEP_MS = 1_000;
const GRAIN_MS = 100;
/** More than a block ahead of the right time does not come from a power cut, and does not end while somebody waits for it. */
export const REKEY_AHEAD_MS = 4_500_000;

export function createFloorKeeper(options: FloorKeeperOptions): FloorKeeper {
  const { state, clock, bootMark, monotonicMs, log } = options;
  let { keyTag } = options;
  const isOurs = (record: ClockRecord | undefined): boolean => record?.keyTag === undefined || record.keyTag === keyTag;
  /** What is on the disk of this key. */
  let kept = isOurs(state.clock) ? state.clock : undefined;
  let mustRekey = kept?.needsRekey ?? false;
  let writing: Promise<void> = Promise.resolve();
  let retryMs = Number.NEGATIVE_INFINITY;
  let extra = { left: EXTRA_A_DAY, untilMs: monotonicMs() + DAY_MS };
  /** Whether the record is of this boot: a crash then leaves nothing open. */
  let isFresh = kept?.boot !== undefined && kept.boot.bootId === bootMark()?.bootId;

  const compose = (reservedUntilUnixMs: number): ClockRecord => {
    const floorUnixMs = clock.nowUnixMs();
    const boot = bootMark();
    // When a further step could not be written, nobody may rely on what stands there.
    const isExact = extra.left > 0;
    return {
      floorUnixMs,
      reservedUntilUnixMs: Math.max(reservedUntilUnixMs, floorUnixMs),
      isSynchronised: isExact && clock.isTrusted() && clock.aheadMs() <= GRAIN_MS,
      needsRekey: mustRekey,
      keyTag,
      ...(boot === undefined || !isExact ? {} : { boot }),
    };
  };

  const write = (reservedUntil: () => number): Promise<void> => {
    const own = writing.then(async () => {
      const record = compose(reservedUntil());
      try {
        await state.saveClock(record);
        if (record.keyTag === keyTag) kept = record;
        isFresh = true;
        retryMs = Number.NEGATIVE_INFINITY;
      } catch (error) {
        retryMs = monotonicMs() + RETRY_MS;
        log({ priority: 3, event: 'floor-unsaved', text: (error as Error).message });
      }
    });
    writing = own;
    return own;
  };

  function lengthOf({ exponentK }: WindowSettings): number {
    return 2 ** exponentK * 1000;
  }
  function endOf(unixMs: number, { clockOffsetS, exponentK }: WindowSettings): number {
    return nextBoundaryUnixMs(unixMs, clockOffsetS, exponentK);
  }
  const isReserved = (untilUnixMs: number): boolean => kept !== undefined && kept.reservedUntilUnixMs >= untilUnixMs;

  function noteRekey(): boolean {
    const isFar = clock.aheadMs() > REKEY_AHEAD_MS;
    // Without a right time to compare with, what was known stays.
    const before = mustRekey;
    mustRekey = isFar || (mustRekey && !clock.isTrusted());
    if (mustRekey !== before) log(mustRekey ? rekeyEntry(clock.aheadMs()) : rekeyedEntry);
    return mustRekey !== before;
  }

  /** How far the beacon's time is beyond what a restart would make of the record. */
  function stepMs(): number {
    const boot = bootMark();
    if (kept?.boot === undefined || boot === undefined) return 0;
    return clock.nowUnixMs() - (kept.floorUnixMs + boot.uptimeMs - kept.boot.uptimeMs);
  }

  /** The last of a day says that nothing can be relied on: what follows could not be written. */
  function takeExtra(): boolean {
    if (monotonicMs() >= extra.untilMs) extra = { left: EXTRA_A_DAY, untilMs: monotonicMs() + DAY_MS };
    if (extra.left === 0) return false;
    extra = { ...extra, left: extra.left - 1 };
    return true;
  }

  return {
    needsRekey: () => mustRekey,
    mayProve: (nowUnixMs, settings) => !mustRekey && isReserved(endOf(nowUnixMs, settings)),
    async reserve(nowUnixMs, settings) {
      await writing;
      const leadMs = Math.max(lengthOf(settings), LEAST_LEAD_MS);
      if (isFresh && isReserved(endOf(nowUnixMs, settings) + leadMs)) return;
      if (monotonicMs() < retryMs) return;
      const blockMs = Math.max(BLOCK_MS, LEAST_WINDOWS * lengthOf(settings));
      await write(() => endOf(clock.nowUnixMs() + blockMs, settings));
    },
    async look() {
      if (!clock.isSettled()) return;
      await writing;
      const isNews = noteRekey();
      if (kept === undefined || monotonicMs() < retryMs) return;
      const isProven = clock.isTrusted() && clock.aheadMs() <= GRAIN_MS && !kept.isSynchronised;
      if (!isNews && !isProven && stepMs() <= STEP_MS) return;
      const { reservedUntilUnixMs } = kept;
      if (takeExtra()) await write(() => reservedUntilUnixMs);
    },
    useKey(next) {
      if (next === keyTag) return;
      keyTag = next;
      kept = undefined;
      mustRekey = false;
    },
    async close() {
      await writing;
      // All that was aired is past: the time itself is what the next start has to know.
      if (kept !== undefined && clock.isSettled()) await write(() => 0);
    },
  };
}

const rekeyedEntry = {
  priority: 6,
  event: 'rekey-over',
  text: 'the right time has come up to the windows that were aired too early; both frames are on the air again',
} as const;

function rekeyEntry(aheadMs: number) {
  return {
    priority: 3,
    event: 'needs-rekey',
    text:
      'windows that are still to come were aired, because the clock was wrong; whoever recorded them can use them, and every phone ' +
      'rings until the key is new: deskbeacon rotate-keys, or release and pair again',
    fields: { aheadS: Math.round(aheadMs / 1000) },
  } as const;
}
