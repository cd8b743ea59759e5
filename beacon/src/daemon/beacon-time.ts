import { type BeaconClock, createClock } from '../identity/clock.js';
import type { BootMark } from '../identity/clock-record.js';
import { keyTagOf } from '../identity/clock-record.js';
import { clockStartOf } from '../identity/clock-start.js';
import type { OpenState } from '../identity/state-directory.js';
import { createFloorKeeper, type FloorKeeper, type WindowSettings } from './floor-keeper.js';
import type { Log, LogEntry } from './log.js';

/** What is said of the time in status, telemetry and log. */
export interface TimeStatus {
  /** The system's clock is proven right or was confirmed. */
  readonly isClockSynchronised: boolean;
  /** The beacon waits for that: it is off the air, or stays in its own time although the system's is a day ahead. */
  readonly isWaitingForClock: boolean;
  readonly isClockHeld: boolean;
  /** Windows that are still to come were aired. */
  readonly needsRekey: boolean;
}

/** Clock, reservation and synchronisation of one daemon. */
export interface BeaconTime extends Pick<FloorKeeper, 'reserve'> {
  readonly clock: BeaconClock;
  status(): TimeStatus;
  /** Whether the frame that proves the identity may be on the air now. */
  mayProve(settings: WindowSettings): boolean;
  /** Told before each time on the air: of a new key no window was aired. */
  useKey(rootKey: Uint8Array): void;
  /** A person says that the system's clock is right. */
  confirm(): Promise<void>;
  /** To be called once a second: looks at clock and synchronisation, and logs what has changed. Never rejects. */
  tick(): Promise<void>;
  /** The daemon ends because it was asked to. */
  close(): Promise<void>;
}

export interface BeaconTimeOptions {
  readonly state: Pick<OpenState, 'ownership' | 'clock' | 'isClockDamaged' | 'saveClock'>;
  readonly systemUnixMs: () => number;
  readonly monotonicMs: () => number;
  readonly bootMark: () => BootMark | undefined;
  /** Never rejects, and answers within 15 s. */
  readonly isSynchronised: () => Promise<boolean>;
  readonly log: Log;
}

/** Asking starts other programs; while the answer is yes, a step of the clock asks again at once. */
const ASK_UNPROVEN_MS = 60_000;
const ASK_PROVEN_MS = 900_000;
const ASK_WAITING_MS = 5_000;

export function openBeaconTime(options: BeaconTimeOptions): BeaconTime {
  const { state, systemUnixMs, monotonicMs, bootMark, isSynchronised, log } = options;
  let keyTag = keyTagOf(state.ownership.rootKey);
  const boot = bootMark();
  const start = clockStartOf({
    ...(state.clock === undefined ? {} : { record: state.clock }),
    ...(boot === undefined ? {} : { boot }),
    isDamaged: state.isClockDamaged,
    keyTag,
    systemUnixMs: systemUnixMs(),
  });
  const clock = createClock(start, { systemUnixMs, monotonicMs });
  const keeper = createFloorKeeper({ state, clock, keyTag, bootMark, monotonicMs, log });
  if (state.isClockDamaged) log(damagedEntry);
  let nextAskMs = Number.NEGATIVE_INFINITY;
  let isAsking = false;
  let said: Pick<TimeStatus, 'isClockHeld' | 'isClockSynchronised'> & { readonly waiting: Waiting } = {
    isClockHeld: false,
    isClockSynchronised: false,
    waiting: 'no',
  };

  const waiting = (): Waiting => (!clock.isSettled() ? 'off-air' : clock.isWaiting() ? 'own-time' : 'no');

  /** In the background: what answers slowly must not keep the floor from being written. */
  function ask(): void {
    const wasTrusted = clock.isTrusted();
    const isLost = said.isClockSynchronised && !wasTrusted;
    if (isAsking || (monotonicMs() < nextAskMs && !isLost)) return;
    isAsking = true;
    const beforeMs = systemUnixMs() - monotonicMs();
    void isSynchronised().then((isProven) => {
      isAsking = false;
      // A clock that was stepped meanwhile is another than the one that was asked about.
      const isSame = Math.abs(systemUnixMs() - monotonicMs() - beforeMs) < ASKED_STEP_MS;
      if (isProven && isSame) clock.trust('synchronisation');
      else if (!isProven) clock.distrust();
      const isUrgent = waiting() !== 'no' || (isProven && !isSame);
      nextAskMs = monotonicMs() + (isUrgent ? ASK_WAITING_MS : clock.isTrusted() ? ASK_PROVEN_MS : ASK_UNPROVEN_MS);
    });
  }

  function tell(): void {
    const now = { isClockHeld: clock.isHeld(), isClockSynchronised: clock.isTrusted(), waiting: waiting() };
    if (now.isClockSynchronised !== said.isClockSynchronised)
      log(now.isClockSynchronised ? synchronisedEntry : unsynchronisedEntry);
    if (now.waiting !== said.waiting) {
      const behindS = Math.round((systemUnixMs() - clock.nowUnixMs()) / 1000);
      log({ ...waitingEntries[now.waiting], fields: { behindS } });
    }
    if (now.isClockHeld !== said.isClockHeld) log(now.isClockHeld ? heldEntry : followedEntry);
    said = now;
  }

  return {
    clock,
    reserve: keeper.reserve,
    mayProve: (settings) => keeper.mayProve(clock.nowUnixMs(), settings),
    status: () => ({
      isClockSynchronised: clock.isTrusted(),
      isWaitingForClock: waiting() !== 'no',
      isClockHeld: clock.isHeld(),
      needsRekey: keeper.needsRekey(),
    }),
    useKey(rootKey) {
      const next = keyTagOf(rootKey);
      if (next === keyTag) return;
      keyTag = next;
      clock.beginAnew();
      keeper.useKey(next);
    },
    async confirm() {
      clock.trust('person');
      log(confirmedEntry);
      await keeper.look();
    },
    async tick() {
      ask();
      tell();
      await keeper.look();
    },
    close: keeper.close,
  };
}

const ASKED_STEP_MS = 1_000;

type Waiting = 'no' | 'off-air' | 'own-time';

const waitingEntries: Readonly<Record<Waiting, LogEntry>> = {
  no: { priority: 6, event: 'clock-settled', text: 'the beacon does not wait for the right time any more' },
  'off-air': {
    priority: 4,
    event: 'clock-settling',
    text:
      'the power was cut, or what was kept of the time is damaged: the beacon stays off the air until the clock is synchronised, ' +
      'somebody confirms it (deskbeacond confirm-clock), or ten minutes are over where that is enough',
  },
  'own-time': {
    priority: 4,
    event: 'clock-waiting',
    text:
      'the system clock is more than a day ahead and nothing proves it: the beacon goes on in its own time until the clock is ' +
      'synchronised or somebody confirms it (deskbeacond confirm-clock)',
  },
};
const damagedEntry = {
  priority: 3,
  event: 'floor-damaged',
  text: 'what was kept of the time cannot be read; the keys are whole, and the right time is enough to go on',
} as const;
const confirmedEntry = {
  priority: 4,
  event: 'clock-confirmed',
  text: 'somebody on this machine says that the system clock is right',
} as const;
const synchronisedEntry = {
  priority: 6,
  event: 'clock-synchronised',
  text: 'the system clock is known to be right',
} as const;
const unsynchronisedEntry = {
  priority: 4,
  event: 'clock-unsynchronised',
  text: 'nothing proves the system clock right any more',
} as const;
const heldEntry = {
  priority: 4,
  event: 'clock-held',
  text: 'the system clock is behind the last window on the air; the beacon goes on from there, or waits for a clock that is right',
} as const;
const followedEntry = {
  priority: 6,
  event: 'clock-followed',
  text: 'the system clock has caught up; the beacon follows it again',
} as const;
