import type { BeaconClock } from '../identity/clock.js';
import type { OpenState } from '../identity/state-directory.js';
import type { Log } from './log.js';

/** A window is written down as aired at most so often: SD cards wear out. */
const FLOOR_EVERY_MS = 600_000;

/**
 * @returns what is told of each window: it writes the floor down at the first one and then every ten minutes, and says so
 *   when the system's clock begins or ends to stand behind the beacon's. It never rejects: a full disk is logged, and the
 *   beacon stays on the air.
 */
export function createFloorKeeper(
  state: Pick<OpenState, 'saveFloor'>,
  clock: Pick<BeaconClock, 'isHeld'>,
  log: Log,
): (nowUnixMs: number) => Promise<void> {
  let savedUnixMs = Number.NEGATIVE_INFINITY;
  let wasHeld = false;
  return async (nowUnixMs) => {
    const isHeld = clock.isHeld();
    if (isHeld !== wasHeld) log(isHeld ? heldEntry : followedEntry);
    wasHeld = isHeld;
    if (nowUnixMs - savedUnixMs < FLOOR_EVERY_MS) return;
    try {
      await state.saveFloor(nowUnixMs);
      savedUnixMs = nowUnixMs;
    } catch (error) {
      log({ priority: 3, event: 'floor-unsaved', text: (error as Error).message });
    }
  };
}

const heldEntry = {
  priority: 4,
  event: 'clock-held',
  text: 'the system clock is behind the last window on the air; the beacon goes on from there',
} as const;
const followedEntry = {
  priority: 6,
  event: 'clock-followed',
  text: 'the system clock has caught up; the beacon follows it again',
} as const;
