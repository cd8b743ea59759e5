import { counterAt, windowStart } from '@deskbeacon/proximity-core';
import { BeaconError } from '../../errors.js';
import type { ClockRecord } from '../../identity/clock-record.js';
import { keyTagOf } from '../../identity/clock-record.js';
import { drawOwnership, type Ownership } from '../../identity/ownership.js';
import { type BeaconTime, openBeaconTime } from '../beacon-time.js';
import type { WindowSettings } from '../floor-keeper.js';
import type { LogEntry } from '../log.js';

/** One window that was proven on the air. */
export interface Aired {
  readonly keyTag: string;
  /** The counter at its start, counted on over its end. */
  readonly windowS: number;
  readonly atTrueMs: number;
}

/** How far the beacon's time went beyond the time that passed, from one look to the next. */
export interface Leap {
  readonly byMs: number;
  readonly isTrusted: boolean;
  readonly atTrueMs: number;
}

/** A machine in simulated time: its clocks, its disk, and the part of the daemon that knows the time. */
export interface Machine {
  readonly aired: readonly Aired[];
  readonly leaps: readonly Leap[];
  readonly log: readonly LogEntry[];
  /** What the disk was asked to keep, with the true time; those that failed too. */
  readonly writes: readonly { readonly atTrueMs: number; readonly record: ClockRecord }[];
  readonly time: () => BeaconTime;
  readonly trueMs: () => number;
  readonly systemUnixMs: () => number;
  readonly isRunning: () => boolean;
  readonly kept: () => ClockRecord | undefined;
  /** Lets time pass, in steps of a second or as told, with all that the daemon does meanwhile. */
  pass(forMs: number, stepMs?: number): Promise<void>;
  /** Sets the system's clock; that ends the synchronisation until the next `synchronise`. */
  setSystem(unixMs: number): void;
  synchronise(isSynchronised: boolean): void;
  /** An owner tells the time. */
  tell(unixMs: number): void;
  breakDisk(isBroken: boolean): void;
  damage(): void;
  changeKey(): void;
  start(): Promise<void>;
  /** Of the daemon alone: the kernel goes on. */
  crash(): void;
  stop(): Promise<void>;
  /** Of the machine: what its clock says afterwards is the caller's. */
  cutPower(systemUnixMs: number): void;
}

export const START_TRUE_MS = 1_790_000_000_000;
/** An answer that comes by promises alone is there after as many turns. */
const TURNS = 6;

export function createMachine(settings: WindowSettings, systemUnixMs = START_TRUE_MS): Machine {
  let trueMs = START_TRUE_MS;
  let offsetMs = systemUnixMs - START_TRUE_MS;
  let bootedMs = START_TRUE_MS - 60_000;
  let boots = 1;
  let isSynchronised = false;
  let isBroken = false;
  let isDamaged = false;
  let ownership: Ownership = drawOwnership();
  let kept: ClockRecord | undefined;
  let time: BeaconTime | undefined;
  const aired: Aired[] = [];
  const leaps: Leap[] = [];
  let last: { readonly unixMs: number; readonly trueMs: number } | undefined;
  const log: LogEntry[] = [];
  const writes: { atTrueMs: number; record: ClockRecord }[] = [];
  const system = (): number => trueMs + offsetMs;
  const state = {
    get ownership() {
      return ownership;
    },
    get clock() {
      return kept;
    },
    get isClockDamaged() {
      return isDamaged;
    },
    async saveClock(record: ClockRecord) {
      writes.push({ atTrueMs: trueMs, record });
      await Promise.resolve();
      if (isBroken) throw new BeaconError('state-unwritable', 'cannot write clock-floor.json');
      if (record.keyTag !== keyTagOf(ownership.rootKey)) return;
      if (kept?.keyTag === record.keyTag && kept !== undefined && record.floorUnixMs < kept.floorUnixMs)
        throw new RangeError('floorUnixMs: expected more');
      kept = record;
      isDamaged = false;
    },
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
  };

  async function act(): Promise<void> {
    if (time === undefined) return;
    await time.tick();
    await settle();
    if (time === undefined) return;
    time.useKey(ownership.rootKey);
    if (!time.clock.isSettled()) return;
    const nowUnixMs = time.clock.nowUnixMs();
    if (last !== undefined) {
      const byMs = nowUnixMs - last.unixMs - (trueMs - last.trueMs);
      leaps.push({ byMs, isTrusted: time.clock.isTrusted(), atTrueMs: trueMs });
    }
    last = { unixMs: nowUnixMs, trueMs };
    await time.reserve(nowUnixMs, settings);
    if (!time.mayProve(settings)) return;
    const { clockOffsetS, exponentK } = settings;
    const seconds = Math.floor(time.clock.nowUnixMs() / 1000) + clockOffsetS;
    const counterS = counterAt(time.clock.nowUnixMs(), clockOffsetS);
    const windowS = seconds - (counterS - windowStart(counterS, exponentK));
    const keyTag = keyTagOf(ownership.rootKey);
    const before = aired.at(-1);
    if (before?.windowS !== windowS || before.keyTag !== keyTag) aired.push({ keyTag, windowS, atTrueMs: trueMs });
  }

  return {
    aired,
    leaps,
    log,
    writes,
    trueMs: () => trueMs,
    systemUnixMs: system,
    isRunning: () => time !== undefined,
    kept: () => kept,
    time: () => {
      if (time === undefined) throw new Error('the daemon does not run');
      return time;
    },
    async pass(forMs, stepMs = 1000) {
      const untilMs = trueMs + forMs;
      while (trueMs < untilMs) {
        trueMs = Math.min(untilMs, trueMs + stepMs);
        await act();
      }
    },
    setSystem(unixMs) {
      offsetMs = unixMs - trueMs;
      isSynchronised = false;
    },
    synchronise(is) {
      isSynchronised = is;
      if (is) offsetMs = 0;
    },
    tell(unixMs) {
      time?.clock.set(unixMs);
      last = undefined;
    },
    breakDisk(is) {
      isBroken = is;
    },
    damage() {
      isDamaged = true;
      kept = undefined;
      last = undefined;
    },
    changeKey() {
      ownership = drawOwnership();
      last = undefined;
    },
    async start() {
      const startedMs = trueMs;
      // Nothing on the disk speaks for the time of this key.
      if (kept?.keyTag !== keyTagOf(ownership.rootKey)) last = undefined;
      time = openBeaconTime({
        state,
        systemUnixMs: system,
        monotonicMs: () => trueMs - startedMs,
        bootMark: () => ({ bootId: `boot-${boots}`, uptimeMs: trueMs - bootedMs }),
        isSynchronised: async () => isSynchronised,
        log: (entry) => log.push(entry),
      });
      await act();
    },
    crash() {
      time = undefined;
    },
    async stop() {
      await time?.close();
      time = undefined;
    },
    cutPower(unixMs) {
      time = undefined;
      boots += 1;
      bootedMs = trueMs;
      offsetMs = unixMs - trueMs;
      isSynchronised = false;
    },
  };
}
