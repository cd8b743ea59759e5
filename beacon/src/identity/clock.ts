/**
 * The beacon's time. It never runs backwards while windows are on the air, and it follows the system's clock only as far as that can be
 * believed: docs/daemon.md "Time" has the rules, docs/decisions/0010-reserved-windows.md why.
 */
export interface BeaconClock {
  /** Unix milliseconds, never less than what was returned before; but for the two cases in which nothing was aired meanwhile. */
  nowUnixMs(): number;
  /** Whether windows may go on the air. Not while it is open whether the time is that of the disk or that of the system. */
  isSettled(): boolean;
  /** Whether the system's clock stands behind the beacon's: before it is set after a power cut, or after a step back. */
  isHeld(): boolean;
  /** Whether the system's clock is proven right or was confirmed, and has not been stepped since. */
  isTrusted(): boolean;
  /** Whether the system's clock is more than a day ahead of the beacon's, and nothing speaks for it. */
  isWaiting(): boolean;
  /** By how much the beacon's time is beyond what is known to be the right one, ms; 0 where none is known. */
  aheadMs(): number;
  /** The system's clock is right, by synchronisation or because a person says so. */
  trust(by: 'synchronisation' | 'person'): void;
  /** Synchronisation does not hold any more; what a person said stays. */
  distrust(): void;
  /**
   * Goes on from a time that an owner has told.
   * @returns false for a time behind the present, which would repeat windows, and for one that a trusted clock contradicts.
   */
  set(unixMs: number): boolean;
  /** The key is new, so no window of it has been aired: the right time counts even where it lies behind. */
  beginAnew(): void;
}

export interface ClockSources {
  readonly systemUnixMs: () => number;
  /** A clock that only goes forwards, ms. */
  readonly monotonicMs: () => number;
}

/** What the disk says of the time (`clock-start.ts`). */
export interface ClockStart {
  /** Where the clock goes on when nothing better is known: no window that starts later was aired. */
  readonly startUnixMs: number;
  /** Given where the system's clock, once it is trusted, may count although it is behind the start. */
  readonly settling?: {
    /** A trusted time from here on is taken at once, Unix ms. */
    readonly leastUnixMs: number;
    /** How long to wait for trust, ms; for ever where there is no start to go on from. */
    readonly forMs: number;
  };
}

/** A system's clock further ahead than this is not followed without trust. */
export const LONGEST_JUMP_MS = 86_400_000;
/** The system's clock may be read a little later than the monotonic one. */
const GRAIN_MS = 50;
/** Both clocks are slewed alike, so a change between them beyond this is a step, and what was known before it counts no more. */
const STEP_MS = 1_500;

export function createClock(start: ClockStart, { systemUnixMs, monotonicMs }: ClockSources): BeaconClock {
  let anchorUnixMs = start.startUnixMs;
  let anchorMonotonicMs = monotonicMs();
  let settling =
    start.settling !== undefined && (start.settling.forMs === Infinity || systemUnixMs() < start.startUnixMs)
      ? { ...start.settling, lastMs: anchorMonotonicMs + start.settling.forMs }
      : undefined;
  /** System's clock minus monotonic one, when each was known to be right. */
  let proof: { synchronisedMs?: number; personMs?: number } = {};
  /** An owner's time minus the monotonic clock, and whether the beacon has gone on from it. */
  let told: { readonly differenceMs: number; readonly isTaken: boolean } | undefined;

  const differenceMs = (): number => systemUnixMs() - monotonicMs();
  const isNear = (knownMs: number | undefined): boolean =>
    knownMs !== undefined && Math.abs(differenceMs() - knownMs) <= STEP_MS;
  const isTrusted = (): boolean => isNear(proof.synchronisedMs) || isNear(proof.personMs);
  const moveTo = (unixMs: number): number => {
    anchorUnixMs = unixMs;
    anchorMonotonicMs = monotonicMs();
    return anchorUnixMs;
  };

  function settle(): void {
    if (settling === undefined) return;
    const system = systemUnixMs();
    if (isTrusted()) {
      moveTo(system >= settling.leastUnixMs ? system : anchorUnixMs);
    } else if (monotonicMs() >= settling.lastMs || (settling.forMs < Infinity && system >= anchorUnixMs)) {
      moveTo(anchorUnixMs);
    } else return;
    settling = undefined;
  }

  function nowUnixMs(): number {
    settle();
    if (settling !== undefined) return anchorUnixMs;
    const system = systemUnixMs();
    // A clock that is known to be right is waited for, so that a beacon that is ahead does not stay ahead for ever.
    if (isTrusted()) return moveTo(Math.max(anchorUnixMs, system));
    const ran = anchorUnixMs + Math.max(0, monotonicMs() - anchorMonotonicMs);
    const isFollowed = told?.isTaken !== true && system - ran <= LONGEST_JUMP_MS;
    return moveTo(isFollowed ? Math.max(ran, system) : ran);
  }

  function aheadMs(): number {
    const now = nowUnixMs();
    if (isTrusted()) return Math.max(0, now - systemUnixMs());
    return told === undefined || told.isTaken ? 0 : Math.max(0, now - (told.differenceMs + monotonicMs()));
  }

  return {
    nowUnixMs,
    aheadMs,
    isTrusted,
    isSettled() {
      settle();
      return settling === undefined;
    },
    isHeld: () => systemUnixMs() < nowUnixMs() - GRAIN_MS,
    isWaiting: () => !isTrusted() && systemUnixMs() - nowUnixMs() > LONGEST_JUMP_MS,
    trust(by) {
      if (by === 'person') proof = { ...proof, personMs: differenceMs() };
      else proof = { ...proof, synchronisedMs: differenceMs() };
      told = undefined;
      nowUnixMs();
    },
    distrust() {
      const { personMs } = proof;
      proof = personMs === undefined ? {} : { personMs };
    },
    set(unixMs) {
      if (isTrusted()) return Math.abs(unixMs - systemUnixMs()) <= STEP_MS;
      const isLate = unixMs >= (settling?.leastUnixMs ?? nowUnixMs() - GRAIN_MS);
      told = { differenceMs: unixMs - monotonicMs(), isTaken: isLate };
      if (!isLate) return false;
      moveTo(settling === undefined ? Math.max(anchorUnixMs, unixMs) : unixMs);
      settling = undefined;
      return true;
    },
    beginAnew() {
      settling = undefined;
      if (isTrusted()) moveTo(systemUnixMs());
      else if (told !== undefined) {
        moveTo(told.differenceMs + monotonicMs());
        told = { ...told, isTaken: true };
      }
    },
  };
}
