/**
 * What the disk keeps of the time: which windows may have been on the air. It is written before they are
 * (docs/decisions/0010-reserved-windows.md).
 *
 * | version | value of `clock-floor.json` |
 * |---|---|
 * | 1 | `floorUnixMs`, written every ten minutes after the fact |
 * | 2 | `floorUnixMs`, `reservedUntilUnixMs`, `isSynchronised`, `needsRekey`, `keyTag`, and `bootId` with `uptimeMs` where the kernel tells |
 */
import { createHash } from 'node:crypto';

export const CLOCK_RECORD_VERSION = 2;

export interface ClockRecord {
  /** The beacon's time when this was written, Unix ms. */
  readonly floorUnixMs: number;
  /** Windows that start before it may have been on the air; at least the floor, and equal to it after an orderly end. */
  readonly reservedUntilUnixMs: number;
  /** Whether the floor was no later than a time known to be right. */
  readonly isSynchronised: boolean;
  /** Whether windows that are still to come were aired. */
  readonly needsRekey: boolean;
  /** Of the root key whose windows these are: `keyTagOf`. Absent in what version 1 wrote. */
  readonly keyTag?: string;
  /** When it was written by a clock that nobody sets. */
  readonly boot?: BootMark;
}

export interface BootMark {
  readonly bootId: string;
  /** Since the kernel started, with the time it was suspended, ms. */
  readonly uptimeMs: number;
}

/** Version 1 wrote down at least so often what it had aired. */
const FIRST_VERSION_GAP_MS = 600_000;
/** What a Date can hold. */
const MOST_UNIX_MS = 8.64e15;
const TAG_DIGITS = 8;

/** @returns 8 hexadecimal digits that tell one key from the next, and tell nothing of it. */
export function keyTagOf(rootKey: Uint8Array): string {
  return createHash('sha256').update('deskbeacon clock floor').update(rootKey).digest('hex').slice(0, TAG_DIGITS);
}

export function encodeClockRecord({ boot, ...record }: ClockRecord): Readonly<Record<string, unknown>> {
  return { ...record, ...boot };
}

/** @returns `undefined` for what holds no times. */
export function decodeClockRecord(value: Readonly<Record<string, unknown>>, version: number): ClockRecord | undefined {
  const { floorUnixMs } = value;
  if (!isTime(floorUnixMs)) return undefined;
  if (version === 1) {
    const reservedUntilUnixMs = floorUnixMs + FIRST_VERSION_GAP_MS;
    return { floorUnixMs, reservedUntilUnixMs, isSynchronised: false, needsRekey: false };
  }
  const { reservedUntilUnixMs, isSynchronised, needsRekey, keyTag, bootId, uptimeMs } = value;
  if (!isTime(reservedUntilUnixMs) || reservedUntilUnixMs < floorUnixMs) return undefined;
  if (typeof keyTag !== 'string' || keyTag.length !== TAG_DIGITS) return undefined;
  const boot = typeof bootId === 'string' && isTime(uptimeMs) ? { boot: { bootId, uptimeMs } } : {};
  // Anything that is not plainly said counts as the worse.
  return {
    floorUnixMs,
    reservedUntilUnixMs,
    isSynchronised: isSynchronised === true,
    needsRekey: needsRekey !== false,
    keyTag,
    ...boot,
  };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < MOST_UNIX_MS;
}
