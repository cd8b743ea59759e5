import { readFileSync } from 'node:fs';
import type { BootMark } from './clock-record.js';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** proc(5): seconds since the start with two decimals, suspended time included. */
const UPTIME = '/proc/uptime';

/** @returns `undefined` where the kernel tells neither. */
export function readBootMark(bootIdFile = BOOT_ID, uptimeFile = UPTIME): BootMark | undefined {
  try {
    const bootId = readFileSync(bootIdFile, 'utf8').trim();
    const seconds = Number(readFileSync(uptimeFile, 'utf8').split(' ')[0]);
    return bootId !== '' && seconds > 0 ? { bootId, uptimeMs: Math.round(seconds * 1000) } : undefined;
  } catch {
    return undefined; // Not Linux, or a container without /proc: every start counts as one after a power cut.
  }
}
