/** The beacon's time. It follows the system's clock forwards, never backwards, and never falls below the stored floor. */
export interface BeaconClock {
  /** Unix milliseconds, never less than what was returned before. */
  nowUnixMs(): number;
  /** Whether the system's clock stands behind the beacon's: before it is set after a power cut, or after a step back. */
  isHeld(): boolean;
  /**
   * Goes on from a later time, as long as the system's clock is behind it: for machines that lose theirs with the power.
   * @returns false for a time behind the present, which would repeat windows.
   */
  set(unixMs: number): boolean;
}

export interface ClockSources {
  readonly systemUnixMs: () => number;
  /** A clock that only goes forwards, ms. */
  readonly monotonicMs: () => number;
}

/** The system's clock may be read a little later than the monotonic one. */
const GRAIN_MS = 50;

/** @param floorUnixMs the stored floor, Unix ms. */
export function createClock(floorUnixMs: number, { systemUnixMs, monotonicMs }: ClockSources): BeaconClock {
  let anchorUnixMs = Math.max(floorUnixMs, systemUnixMs());
  let anchorMonotonicMs = monotonicMs();
  const heldUnixMs = (): number => anchorUnixMs + Math.max(0, monotonicMs() - anchorMonotonicMs);
  return {
    nowUnixMs() {
      const held = heldUnixMs();
      const system = systemUnixMs();
      anchorUnixMs = Math.max(held, system);
      anchorMonotonicMs = monotonicMs();
      return anchorUnixMs;
    },
    set(unixMs) {
      if (unixMs < this.nowUnixMs() - GRAIN_MS) return false;
      anchorUnixMs = Math.max(anchorUnixMs, unixMs);
      return true;
    },
    isHeld: () => systemUnixMs() < heldUnixMs() - GRAIN_MS,
  };
}
