import { getEventListeners } from 'node:events';
import { counterAt, encodeHex, nextBoundaryUnixMs } from '@deskbeacon/proximity-core';
import { afterEach, expect, it } from 'vitest';
import type { DaemonConfig } from '../config/config.js';
import { createIncidents } from '../health/incidents.js';
import { createServiceManager, type Message } from '../health/service-manager.js';
import type { ClockRecord } from '../identity/clock-record.js';
import { deriveKeys } from '../identity/keys.js';
import { drawOwnership } from '../identity/ownership.js';
import type { OpenState } from '../identity/state-directory.js';
import { openH4Session } from '../radio/h4-link.js';
import { substituteSocket } from '../radio/substitute-socket.js';
import { identityAt } from '../schedule/frames.js';
import { createAsked } from './asked.js';
import { openBeaconTime } from './beacon-time.js';
import type { LogEntry } from './log.js';
import { serveRadio } from './serve-radio.js';
import { superviseRadio } from './supervise.js';
import { createFaultyController, type Fault } from './testing/faulty-controller.js';
import { type SimulatedTime, simulateTime } from './testing/simulated-time.js';

/** `SEED=… FAULTS=…` repeats a run. */
const SEED = Number(process.env.SEED ?? 2_096_750_012);
const FAULTS = Number(process.env.FAULTS ?? 10_000);

/**
 * From the last fault on: the longest wait and a try, twice. A controller that is to refuse three commands more refuses the three
 * resets of a try, and only the next one is answered.
 */
const BACK_LIMIT_MS = 2 * (30_000 + 6_000) + 4_000;
/** Beyond the end of its window, for each command that goes wrong: an answer is missed for 2 s, then the controller is reset. */
const OVERRUN_LIMIT_MS = 2_500;
/** A radio that had to be given up keeps its last frame until it is opened again, unless it lost its power. */
const GIVEN_UP_LIMIT_MS = BACK_LIMIT_MS;
const SETTLE_EVERY = 500;
const START_UNIX_MS = 1_795_000_000_000;

let time: SimulatedTime | undefined;
afterEach(() => time?.restore());

/** mulberry32: small, seeded, good enough to choose faults. */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function drawFault(random: () => number): Fault {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const statuses = [0x01, 0x03, 0x07, 0x0c, 0x11, 0x12, 0x1f];
  const draws: readonly (() => Fault)[] = [
    () => ({ kind: 'refused', status: statuses[upTo(statuses.length - 1)] as number, times: 1 + upTo(3) }),
    () => ({ kind: 'delayed', delayMs: upTo(3000), isCarriedOutLate: random() < 0.5 }),
    () => ({ kind: 'lost', isCarriedOut: random() < 0.5 }),
    () => ({ kind: 'duplicated', times: 1 + upTo(3) }),
    () => ({ kind: 'truncated', octets: upTo(6) }),
    () => ({ kind: 'garbage', octets: Uint8Array.from({ length: 1 + upTo(39) }, () => upTo(255)) }),
    () => ({ kind: 'reset' }),
    () => ({ kind: 'switched-off' }),
    () => ({ kind: 'unplugged', forMs: upTo(3000) }),
    () => ({ kind: 'stalled', forMs: upTo(6000) }),
  ];
  return (draws[upTo(draws.length - 1)] as () => Fault)();
}

it(`is on the air again within its bound after each of ${FAULTS} faults (SEED=${SEED})`, {
  timeout: 300_000,
}, async () => {
  const random = createRandom(SEED);
  substituteSocket();
  await import('@abandonware/bleno'); // Its loading takes real time, which here does not pass.
  time = simulateTime();
  const { nowMs } = time;
  const unixMs = (): number => START_UNIX_MS + nowMs();
  const controller = createFaultyController(nowMs);
  const config: DaemonConfig = {
    organisationUuid: new Uint8Array(16).fill(9),
    stateDirectory: '/nowhere',
    exponentK: 3,
    intervalMs: 400,
    measuredPowerDbm: -59,
    clockOffsetS: 0,
    pairingMinutes: 0,
  };
  const ownership = drawOwnership();
  let record: ClockRecord | undefined;
  const state: OpenState = {
    ownership,
    get clock() {
      return record;
    },
    isClockDamaged: false,
    saveClock: async (next) => {
      record = next;
    },
    saveOwnership: async () => {},
    release: async () => {},
  };
  const end = new AbortController();
  const log: LogEntry[] = [];
  let givenUp = 0;
  const take = (entry: LogEntry): void => {
    log.push(entry);
    if (entry.event === 'radio-fault') givenUp += 1;
  };
  const told: Message[] = [];
  const incidents = createIncidents({ unixMs, monotonicMs: nowMs });
  const asked = createAsked(nowMs);
  const beaconTime = openBeaconTime({
    ...{ state, systemUnixMs: unixMs, monotonicMs: nowMs, bootMark: () => undefined, log: take },
    isSynchronised: async () => true,
  });
  await beaconTime.tick();
  let outcome = 'running';
  const supervised = superviseRadio({
    open: () => openH4Session('h4:/dev/simulated', controller.connect()),
    serve: (link, events) =>
      serveRadio({
        config: () => config,
        state,
        time: beaconTime,
        link,
        asked,
        checkEveryMs: 15_000,
        events,
        signal: end.signal,
        log: take,
      }),
    look: async () =>
      controller.isThere() ? { signature: 'there' } : { signature: 'gone', obstacle: 'it is not there' },
    suspect: async () => undefined,
    random,
    isPatient: false,
    incidents,
    manager: createServiceManager({
      socket: 'there',
      onState: () => {},
      send: async (message) => void told.push(message),
    }),
    checkEveryMs: 15_000,
    signal: end.signal,
    log: take,
  });
  supervised.then(
    () => {
      outcome = 'ended';
    },
    (error: Error) => {
      outcome = `${error.stack}`;
    },
  );

  const windows = watchWindows(deriveKeys(ownership.rootKey), config);
  const isAlternating = (): (() => boolean) => {
    const from = controller.dataChanges();
    return () => controller.isAdvertising() && controller.dataChanges() >= from + 2;
  };
  await time.passUntil(isAlternating(), 5000);
  const backMs: number[] = [];
  const worst = { overrunMs: 0, givenUpOverrunMs: 0 };
  const kept = { timers: 0, aborts: 0, exits: 0 };

  for (let count = 0; count < FAULTS; ) {
    const story: Fault[] = [];
    const together = random() < 0.1 ? 2 + Math.floor(random() * 4) : 1;
    let mendedMs = nowMs();
    let mayOverrun = false;
    let befallen = 0;
    for (let i = 0; i < together && count < FAULTS; i += 1) {
      const fault = drawFault(random);
      story.push(fault);
      controller.inflict(fault);
      count += 1;
      if ('forMs' in fault) mendedMs = Math.max(mendedMs, nowMs() + fault.forMs);
      mayOverrun ||= fault.kind === 'stalled';
      befallen += 'times' in fault ? fault.times : 1;
      await time.pass(random() * 1500);
    }
    const isBack = isAlternating();
    const tells = (): string =>
      `SEED=${SEED}, fault ${count}, after ${JSON.stringify(story)}: ${JSON.stringify(log.slice(-8))}`;
    // Many faults in one go draw out the waits; what is bounded is the time from the last of them.
    const isOn = await time.passUntil(
      () => nowMs() >= mendedMs && isBack(),
      BACK_LIMIT_MS + Math.max(0, mendedMs - nowMs()),
    );
    if (!isOn || outcome !== 'running') throw new Error(`not on the air again (${outcome}): ${tells()}`);
    backMs.push(Math.max(0, nowMs() - mendedMs));
    for (const stretch of controller.takeStretches()) {
      const found = windows.judge(stretch.address, START_UNIX_MS + stretch.fromMs, START_UNIX_MS + stretch.toMs);
      if (found.isRepeated) throw new Error(`a window was on the air again: ${tells()}`);
      if (mayOverrun) continue;
      const isGivenUp = givenUp > 0;
      const key = isGivenUp ? 'givenUpOverrunMs' : 'overrunMs';
      worst[key] = Math.max(worst[key], Math.round(found.overrunMs / befallen));
      const limitMs = befallen * OVERRUN_LIMIT_MS + (isGivenUp ? GIVEN_UP_LIMIT_MS : 0);
      if (found.overrunMs > limitMs) throw new Error(`on the air ${found.overrunMs} ms too long: ${tells()}`);
    }
    givenUp = 0;
    // Now and then a minute passes without a fault, after which the next one is the first again.
    if (random() < 0.03) await time.pass(65_000);
    log.splice(0, Math.max(0, log.length - 50));
    told.length = 0;
    if (backMs.length % SETTLE_EVERY === 0) {
      await time.pass(3000); // What was armed for the last fault has run out.
      kept.timers = Math.max(kept.timers, time.timers());
      kept.aborts = Math.max(kept.aborts, getEventListeners(end.signal, 'abort').length);
      kept.exits = Math.max(kept.exits, process.listenerCount('exit'));
      expect(controller.streams()).toBe(1);
    }
  }

  backMs.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(backMs[Math.floor(share * (backMs.length - 1))] as number);
  const { counts, breaks } = incidents.snapshot();
  process.stderr.write(
    `${FAULTS} faults in ${Math.round(nowMs() / 1000)} s, SEED=${SEED}: back after ${at(0.5)} ms (median), ${at(0.99)} (99 %), ${at(1)} (worst); ` +
      `overrun ${JSON.stringify(worst)}; ${breaks} breaks, ${JSON.stringify(counts)}; kept ${JSON.stringify(kept)}\n`,
  );
  expect(kept.timers).toBeLessThan(20);
  expect(kept.aborts).toBeLessThan(12);
  expect(kept.exits).toBeLessThan(process.listenerCount('exit') + 3);

  end.abort();
  await time.passUntil(() => outcome !== 'running', 3000);
  expect(outcome).toBe('ended');
  expect(controller.isAdvertising()).toBe(false);
  expect(controller.streams()).toBe(0);
  await time.pass(2000);
  expect(time.timers()).toBe(0);
});

/** Knows which window an address belongs to, and which window was on the air last. */
function watchWindows(keys: ReturnType<typeof deriveKeys>, config: DaemonConfig) {
  const ends = new Map<string, number>();
  let lastEndUnixMs = 0;
  return {
    judge(
      address: string,
      fromUnixMs: number,
      toUnixMs: number,
    ): { readonly overrunMs: number; readonly isRepeated: boolean } {
      // A new window's frames go on within it; one that is not of this instant is of one before.
      const identity = identityAt(fromUnixMs, keys, config);
      const endUnixMs = nextBoundaryUnixMs(fromUnixMs, config.clockOffsetS, config.exponentK);
      if (encodeHex(identity.address) === address) ends.set(address, endUnixMs);
      const ownEnd = ends.get(address);
      if (ownEnd === undefined)
        throw new Error(`${address} belongs to no window (counter ${counterAt(fromUnixMs, 0)})`);
      const isRepeated = ownEnd < lastEndUnixMs;
      lastEndUnixMs = Math.max(lastEndUnixMs, ownEnd);
      if (ends.size > 100) for (const [old, oldEnd] of ends) if (oldEnd < ownEnd - 1_000_000) ends.delete(old);
      return { overrunMs: Math.max(0, toUnixMs - ownEnd), isRepeated };
    },
  };
}
