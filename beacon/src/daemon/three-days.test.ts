import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encodeHex } from '@deskbeacon/proximity-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClockRecord } from '../identity/clock-record.js';
import { deriveKeys } from '../identity/keys.js';
import { identityAt } from '../schedule/frames.js';
import { createTelemetry } from '../schedule/telemetry.js';
import { keepOnAir } from './air-time.js';
import { createFloorKeeper } from './floor-keeper.js';
import type { LogEntry } from './log.js';
import { type AirEvent, simulateAir } from './testing/simulated-air.js';

/** The daemon's schedule through three days of simulated time, with a controller that is reset now and then. */

const seed = Number(process.env.SEED ?? 20261125);
const HOURS = 72;
const HOUR_MS = 3_600_000;
const START = 1_795_000_001_300;
const EXPONENT_K = 9;
const WINDOW_MS = 512_000;
const INTERVAL_MS = 100;
/** advDelay, and what a timer and a command take in here. */
const MOST_GAP_MS = INTERVAL_MS + 10.1;
/** An event is lost where the pause falls upon it. */
const MOST_GAP_AT_CHANGE_MS = 2 * (INTERVAL_MS + 10);
/** Every third of them right before a boundary. */
const RESETS = 24;

const keys = deriveKeys(new Uint8Array(32).fill(7));
const settings = {
  organisationUuid: new Uint8Array(16).fill(1),
  exponentK: EXPONENT_K,
  clockOffsetS: 0,
  measuredPowerDbm: -59,
};

/** What is kept of two and a half million events: sums, and whatever was wrong. */
interface Watched {
  events: number;
  readonly framesOf: Map<string, number>;
  readonly windows: string[];
  readonly wrong: string[];
  longestGapMs: number;
  longestGapAtChangeMs: number;
  latestBeginMs: number;
  resets: number;
}

async function live(): Promise<{
  watched: Watched;
  log: LogEntry[];
  floors: number[];
  heapMiB: number[];
  tookMs: number;
}> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const watched: Watched = {
    ...{ events: 0, framesOf: new Map(), windows: [], wrong: [], resets: 0 },
    ...{ longestGapMs: 0, longestGapAtChangeMs: 0, latestBeginMs: 0 },
  };
  const wasReset = { since: false };
  const air = simulateAir({ startUnixMs: START, intervalMs: INTERVAL_MS, random, onEvent: watch(watched, wasReset) });
  const end = new AbortController();
  const [log, floors, heapMiB]: [LogEntry[], number[], number[]] = [[], [], []];
  air.at(START + HOURS * HOUR_MS, () => {
    end.abort();
    air.sleeper.wake();
  });
  for (let hour = 1; hour < HOURS; hour += 1)
    air.at(START + hour * HOUR_MS, () => {
      collect();
      heapMiB.push(process.memoryUsage().heapUsed / 2 ** 20);
    });
  let needsRestart = false;
  for (let i = 1; i <= RESETS; i += 1) {
    const atMs = START + Math.floor(((i - 0.5) * HOURS * HOUR_MS) / RESETS);
    const boundaryMs = Math.ceil(atMs / WINDOW_MS) * WINDOW_MS;
    air.at(i % 3 === 0 ? boundaryMs - 40 : atMs, () => {
      watched.resets += 1;
      wasReset.since = true;
      needsRestart = true;
      air.reset();
      air.sleeper.wake();
    });
  }
  let record: ClockRecord | undefined;
  const keeper = createFloorKeeper({
    state: {
      get clock() {
        return record;
      },
      saveClock: async (next) => {
        record = next;
        floors.push(air.nowUnixMs());
      },
    },
    clock: { nowUnixMs: air.nowUnixMs, isTrusted: () => true, aheadMs: () => 0, isSettled: () => true },
    keyTag: 'a',
    bootMark: () => undefined,
    monotonicMs: air.nowUnixMs,
    log: (entry) => log.push(entry),
  });
  const beganMs = performance.now();
  await keepOnAir({
    advertiser: air.advertiser,
    clock: air,
    keys,
    settings: { ...settings, intervalMs: INTERVAL_MS },
    sleeper: air.sleeper,
    signal: end.signal,
    telemetry: createTelemetry({
      monotonicMs: air.nowUnixMs,
      temperatureC: () => undefined,
      isClockSynchronised: () => true,
    }),
    onIdentity: (unixMs) => keeper.reserve(unixMs, settings),
    takeRestart: () => {
      const taken = needsRestart;
      needsRestart = false;
      return taken;
    },
    // One line a window is the daemon's own, and is not kept here.
    log: (entry) => void (entry.event === 'identity-changed' || log.push(entry)),
  });
  return { watched, log, floors, heapMiB, tookMs: performance.now() - beganMs };
}

/** Judges each event by itself and by the one before it. */
function watch(watched: Watched, wasReset: { since: boolean }): (event: AirEvent) => void {
  let last: AirEvent | undefined;
  let window = { index: -1, address: '', data: [''] };
  return (event) => {
    watched.events += 1;
    const index = Math.floor(event.unixMs / WINDOW_MS);
    if (index !== window.index) {
      const { address, frames } = identityAt(event.unixMs, keys, settings);
      window = { index, address: encodeHex(address), data: frames.map(({ data }) => encodeHex(data)) };
    }
    // Telemetry is encrypted anew each time; its address is the window's all the same.
    const isOfWindow = kindOf(event) === 'etlm' || window.data.includes(event.data);
    if (event.address !== window.address || !isOfWindow) watched.wrong.push(`at ${event.unixMs}: not of its window`);
    watched.framesOf.set(kindOf(event), (watched.framesOf.get(kindOf(event)) ?? 0) + 1);
    const isChange = event.address !== last?.address;
    if (isChange) watched.windows.push(event.address);
    const gapMs = event.unixMs - (last?.unixMs ?? event.unixMs);
    if (wasReset.since) wasReset.since = false;
    else if (isChange) {
      watched.longestGapAtChangeMs = Math.max(watched.longestGapAtChangeMs, gapMs);
      if (last !== undefined) watched.latestBeginMs = Math.max(watched.latestBeginMs, event.unixMs - index * WINDOW_MS);
    } else watched.longestGapMs = Math.max(watched.longestGapMs, gapMs);
    last = event;
  };
}

const kindOf = ({ data }: AirEvent): string =>
  data.includes('4c000215') ? 'ibeacon' : data.includes('16aafe20') ? 'etlm' : 'eid';

describe(`${HOURS} simulated hours on the air (SEED=${seed})`, () => {
  let lived: Awaited<ReturnType<typeof live>>;
  beforeAll(async () => {
    lived = await live();
    const { watched, floors, heapMiB, tookMs } = lived;
    process.stdout.write(
      `${JSON.stringify({ ...watched, windows: watched.windows.length, framesOf: Object.fromEntries(watched.framesOf), floors: floors.length, heapMiB: [heapMiB[0], heapMiB.at(-1)], tookS: tookMs / 1000 })}\n`,
    );
  }, 300_000);

  it('carry both frames all the time, and nothing but the frames of the window', () => {
    const { watched } = lived;
    expect(watched.wrong).toEqual([]);
    expect(watched.events).toBeGreaterThan((HOURS * HOUR_MS) / (INTERVAL_MS + 6));
    for (const kind of ['ibeacon', 'eid'])
      expect((watched.framesOf.get(kind) ?? 0) / watched.events, kind).toBeGreaterThan(0.4);
  });

  it('change the identity in every window, and repeat none', () => {
    const { windows } = lived.watched;
    const from = Math.floor(START / WINDOW_MS);
    const until = Math.floor((START + HOURS * HOUR_MS) / WINDOW_MS);
    expect(windows).toHaveLength(until - from + 1);
    expect(new Set(windows).size).toBe(windows.length);
  });

  it('begin each window at its boundary, and lose one event at most by it', () => {
    const { latestBeginMs, longestGapAtChangeMs, longestGapMs } = lived.watched;
    expect(latestBeginMs).toBeLessThan(15);
    expect(longestGapAtChangeMs).toBeLessThan(MOST_GAP_AT_CHANGE_MS);
    expect(longestGapMs).toBeLessThan(MOST_GAP_MS);
  });

  it('are taken up again after every reset of the controller', () => {
    expect(lived.watched.resets).toBe(RESETS);
    expect(lived.log.filter(({ event }) => event === 'restarted')).toHaveLength(RESETS);
    expect(lived.log.filter(({ priority, event }) => priority <= 4 && event !== 'restarted')).toEqual([]);
  });

  it('reserve windows about once an hour', () => {
    const { floors } = lived;
    expect(floors.length).toBeLessThanOrEqual((HOURS / 24) * 30);
    expect(floors.length).toBeGreaterThan((HOURS / 24) * 20);
  });

  it('leave the heap as it was after the first hours', () => {
    const { heapMiB } = lived;
    expect(heapMiB).toHaveLength(HOURS - 1);
    expect(Math.max(...heapMiB.slice(-12)) - Math.min(...heapMiB.slice(2, 14))).toBeLessThan(4);
  });
});
