import { encodeHex } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../identity/keys.js';
import { identityAt } from '../schedule/frames.js';
import { type AirTimeOptions, keepOnAir } from './air-time.js';
import type { LogEntry } from './log.js';
import { type SimulatedAir, simulateAir } from './testing/simulated-air.js';

const seed = Number(process.env.SEED ?? 20261123);
const keys = deriveKeys(new Uint8Array(32).fill(7));
const START = 1_795_000_001_300;

interface Scene {
  readonly lengthMs: number;
  readonly exponentK?: number;
  readonly intervalMs?: number;
  readonly startUnixMs?: number;
  readonly latenessMs?: number;
  readonly commandMs?: number;
  readonly prepare?: (air: SimulatedAir, reset: () => void) => void;
}

/** The daemon's whole schedule in simulated time. */
async function runScene(scene: Scene) {
  const { lengthMs, exponentK = 3, intervalMs = 100, startUnixMs = START, prepare, ...delays } = scene;
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const air = simulateAir({ startUnixMs, intervalMs, random, ...delays });
  const settings = {
    organisationUuid: new Uint8Array(16).fill(1),
    exponentK,
    clockOffsetS: 0,
    measuredPowerDbm: -59,
    intervalMs,
  };
  const end = new AbortController();
  const log: LogEntry[] = [];
  const told: number[] = [];
  let needsRestart = false;
  air.at(startUnixMs + lengthMs, () => {
    end.abort();
    air.sleeper.wake();
  });
  prepare?.(air, () => {
    needsRestart = true;
    air.sleeper.wake();
  });
  const options: AirTimeOptions = {
    advertiser: air.advertiser,
    clock: air,
    keys,
    settings,
    sleeper: air.sleeper,
    signal: end.signal,
    onIdentity: async (unixMs) => void told.push(unixMs),
    takeRestart: () => {
      const taken = needsRestart;
      needsRestart = false;
      return taken;
    },
    log: (entry) => log.push(entry),
  };
  await keepOnAir(options);
  const expectedAt = (unixMs: number) => {
    const { address, frames } = identityAt(unixMs, keys, settings);
    return { address: encodeHex(address), data: frames.map((frame) => encodeHex(frame)) };
  };
  const foreign = air.events.filter(({ unixMs, address, data }) => {
    const expected = expectedAt(unixMs);
    return address !== expected.address || !expected.data.includes(data);
  });
  const gapsMs = air.events.slice(1).map((event, i) => ({
    gapMs: event.unixMs - (air.events[i]?.unixMs ?? 0),
    isChange: event.address !== air.events[i]?.address,
  }));
  return { air, log, told, foreign, gapsMs };
}

describe(`ten simulated minutes on the air (SEED=${seed})`, () => {
  const scene = runScene({ lengthMs: 600_000 });

  it('share the events about equally between both frames', async () => {
    const { air } = await scene;
    const share = air.events.filter(({ data }) => data.includes('4c000215')).length / air.events.length;
    expect(air.events.length).toBeGreaterThan(5500);
    expect(share).toBeGreaterThan(0.47);
    expect(share).toBeLessThan(0.53);
  });

  it('carry frames and addresses of their own window only', async () => {
    expect((await scene).foreign).toEqual([]);
  });

  it('change both frames together with the address', async () => {
    const { air } = await scene;
    const dataOf = new Map<string, Set<string>>();
    for (const { address, data } of air.events) dataOf.set(address, (dataOf.get(address) ?? new Set()).add(data));
    expect(dataOf.size).toBe(76);
    const all = [...dataOf.values()].flatMap((data) => [...data]);
    expect(new Set(all).size).toBe(all.length);
    for (const data of dataOf.values()) expect(data.size).toBeLessThanOrEqual(2);
  });

  it('lose no event at a change of data, and at most one at a change of identity', async () => {
    const { gapsMs } = await scene;
    for (const { gapMs, isChange } of gapsMs) expect(gapMs).toBeLessThan(isChange ? 220 : 110.1);
  });

  it('hold each frame for one dwell', async () => {
    const { air } = await scene;
    const changes = air.calls.filter(({ name }) => name === 'setData');
    const between = changes.slice(1).map(({ atUnixMs }, i) => atUnixMs - (changes[i]?.atUnixMs ?? 0));
    expect(Math.min(...between)).toBeGreaterThanOrEqual(130);
    expect(Math.max(...between)).toBeLessThan(2 * 130 + 80 + 20);
  });

  it('tell each window once, the first before it is on the air', async () => {
    const { told, air } = await scene;
    expect(told).toHaveLength(76);
    expect(told[0]).toBeLessThan(air.events[0]?.unixMs ?? 0);
  });
});

describe('a slow machine', () => {
  it('sends nothing of an old window once the guard has learnt its delays', async () => {
    const { foreign, log } = await runScene({ lengthMs: 120_000, latenessMs: 40, commandMs: 20 });
    expect(foreign).toEqual([]);
    expect(log.filter(({ event }) => event === 'pause-late')).toEqual([]);
  });

  it('says so when it was too slow for any guard', async () => {
    const { log } = await runScene({ lengthMs: 60_000, latenessMs: 0, commandMs: 120 });
    expect(log.some(({ event, priority }) => event === 'pause-late' && priority === 4)).toBe(true);
  });
});

describe('a clock that is set', () => {
  it('forwards takes the old identity off the air at once, not at the next boundary', async () => {
    const { foreign, air, told } = await runScene({
      lengthMs: 60_000,
      exponentK: 9,
      prepare: (air) => air.at(START + 20_000, () => air.stepClock(86_400_000)),
    });
    expect(foreign.length).toBeLessThanOrEqual(2);
    expect(air.events.at(-1)?.unixMs).toBeGreaterThan(START + 86_400_000);
    expect(told.length).toBe(2);
  });
});

describe('a controller that was reset', () => {
  it('is started again at once with the frames of the window', async () => {
    const { air, log, foreign } = await runScene({
      lengthMs: 30_000,
      prepare: (air, reset) => air.at(START + 10_050, reset),
    });
    const starts = air.calls.filter(({ name }) => name === 'start').map(({ atUnixMs }) => atUnixMs - START);
    expect(starts).toHaveLength(2);
    expect(starts[1]).toBeGreaterThanOrEqual(10_050);
    expect(starts[1]).toBeLessThan(10_060);
    expect(log.map(({ event }) => event)).toContain('restarted');
    expect(foreign).toEqual([]);
  });

  it.each([1, 10, 24, 60, 120])('%i ms before a boundary comes back with the next identity only', async (beforeMs) => {
    // 1795000008000 is a boundary of K = 3.
    const { air, foreign } = await runScene({
      lengthMs: 15_000,
      prepare: (air, reset) => air.at(1_795_000_008_000 - beforeMs, reset),
    });
    expect(foreign).toEqual([]);
    const restart = air.calls.filter(({ name }) => name === 'start')[1];
    expect(restart?.atUnixMs).toBeGreaterThanOrEqual(1_795_000_008_000);
    expect(restart?.atUnixMs).toBeLessThan(1_795_000_008_020);
  });
});

describe('the shortest and the longest settings', () => {
  it.each([
    [0, 100],
    [0, 400],
    [3, 20],
    [5, 10_240],
    [15, 1000],
  ])('K = %i at %i ms put both frames on the air, each in its window', async (exponentK, intervalMs) => {
    const { air, foreign } = await runScene({ lengthMs: 100_000, exponentK, intervalMs });
    expect(foreign).toEqual([]);
    const iBeacons = air.events.filter(({ data }) => data.includes('4c000215')).length;
    expect(iBeacons).toBeGreaterThan(0.3 * air.events.length);
    expect(iBeacons).toBeLessThan(0.7 * air.events.length);
  });

  it('wait for the boundary when the start falls right before it', async () => {
    const { air, foreign } = await runScene({ lengthMs: 5000, startUnixMs: 1_795_000_007_900 });
    expect(foreign).toEqual([]);
    expect(air.calls[0]?.atUnixMs).toBeGreaterThanOrEqual(1_795_000_008_000);
  });
});
