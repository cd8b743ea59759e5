import type { ClockStart } from './clock.js';
import type { BootMark, ClockRecord } from './clock-record.js';

export interface KnownAtStart {
  /** What the disk keeps; absent at the very first start. */
  readonly record?: ClockRecord;
  /** What the disk kept cannot be read. */
  readonly isDamaged: boolean;
  /** Of the key that is to be on the air. */
  readonly keyTag: string;
  readonly boot?: BootMark;
  readonly systemUnixMs: number;
}

/** No beacon was built before 2025-01-01, and a clock beyond 2100 is none. */
export const EARLIEST_UNIX_MS = 1_735_689_600_000;
const LATEST_UNIX_MS = 4_102_444_800_000;
/**
 * How long a beacon stays off the air after a power cut to learn the time. A network that lost its power with the beacon is back in a
 * few minutes, and what it would air meanwhile, from the end of the reservation, no phone with a right clock takes.
 */
export const SETTLE_MS = 600_000;

/** Where the clock begins: nowhere in windows that may have been aired, unless the right time, once known, is there. */
export function clockStartOf({ record, isDamaged, keyTag, boot, systemUnixMs }: KnownAtStart): ClockStart {
  const isPlausible = systemUnixMs >= EARLIEST_UNIX_MS && systemUnixMs < LATEST_UNIX_MS;
  const isOfOtherKey = record?.keyTag !== undefined && record.keyTag !== keyTag;
  if (record === undefined || (isOfOtherKey && record.needsRekey)) {
    const startUnixMs = isPlausible ? systemUnixMs : EARLIEST_UNIX_MS;
    return isDamaged ? { startUnixMs, settling: { leastUnixMs: 0, forMs: Infinity } } : { startUnixMs };
  }
  const { floorUnixMs, reservedUntilUnixMs, isSynchronised } = record;
  // Of this key nothing was aired, and what was written for the one before is worth a guess of the time, no more.
  if (isOfOtherKey) return { startUnixMs: floorUnixMs, settling: { leastUnixMs: 0, forMs: SETTLE_MS } };
  if (boot !== undefined && record.boot?.bootId === boot.bootId && boot.uptimeMs >= record.boot.uptimeMs)
    return { startUnixMs: floorUnixMs + (boot.uptimeMs - record.boot.uptimeMs) };
  if (reservedUntilUnixMs === floorUnixMs) return { startUnixMs: floorUnixMs };
  // Right before the cut, so that what was aired is past by now; else the whole reservation may lie ahead.
  const leastUnixMs = isSynchronised ? floorUnixMs : reservedUntilUnixMs;
  return { startUnixMs: reservedUntilUnixMs, settling: { leastUnixMs, forMs: SETTLE_MS } };
}
