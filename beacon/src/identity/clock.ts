/** The beacon's time. It follows the system's clock forwards, never backwards, and never falls below the stored floor. */
export interface BeaconClock {
  /** Unix milliseconds, never less than what was returned before. */
  nowUnixMs(): number;
  /** Whether the system's clock stands behind the beacon's: before it is set after a power cut, or after a step back. */
  isHeld(): boolean;
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
    isHeld: () => systemUnixMs() < heldUnixMs() - GRAIN_MS,
  };
}
