import type { CallState } from '@deskbeacon/proximity-core';
import type { NativeCalls } from './native';

/** What outlives the process in the middle of a call. It holds levels of this call's beacons, and is deleted when the call is over. */
export interface Saved {
  readonly state: CallState;
  readonly atMs: number;
  /** Unix milliseconds at which the monotonic clock began: another one after the phone was switched off. */
  readonly bootUnixMs: number;
}

/** People and networks set the wall clock; a phone takes longer than this to start. */
const SAME_BOOT_MS = 5000;

export function savedText(native: NativeCalls, { state, atMs }: Pick<Saved, 'state' | 'atMs'>): string {
  const saved: Saved = { state, atMs, bootUnixMs: bootUnixMs(native) };
  return JSON.stringify(saved);
}

/** @returns what was saved; nothing for a text that this version has not written. */
export function readSaved(text: string | null): Saved | undefined {
  try {
    const { state, atMs, bootUnixMs } = JSON.parse(text ?? 'null') as Saved;
    const isWhole = state.version === 1 && endsInRing(state) && Number.isFinite(atMs) && Number.isFinite(bootUnixMs);
    return isWhole ? { state, atMs, bootUnixMs } : undefined;
  } catch {
    return undefined;
  }
}

/** A silence without an end is none that this host went into, unless the profile or the platform wanted it so. */
function endsInRing({ phase, ringsAtMs, decision }: CallState): boolean {
  return phase !== 'silent' || Number.isFinite(ringsAtMs) || decision?.ringAfterMs === 0;
}

export function isOfThisBoot(native: NativeCalls, savedBootUnixMs: number): boolean {
  return Math.abs(bootUnixMs(native) - savedBootUnixMs) < SAME_BOOT_MS;
}

function bootUnixMs(native: NativeCalls): number {
  return native.unixMs() - native.monotonicMs();
}
