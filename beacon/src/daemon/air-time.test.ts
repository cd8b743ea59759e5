import {
  decodeAdvertisement,
  decodeHex,
  decryptTelemetry,
  encodeHex,
  type Telemetry,
} from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../identity/keys.js';
import type { FrameSet } from '../schedule/frame-set.js';
import { identityAt } from '../schedule/frames.js';
import { createTelemetry } from '../schedule/telemetry.js';
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
  readonly frames?: FrameSet;
  readonly provesIdentity?: boolean;
  readonly startUnixMs?: number;
  readonly latenessMs?: number;
  readonly commandMs?: number;
  readonly prepare?: (air: SimulatedAir, reset: () => void) => void;
}

/** What encrypted telemetry says to whoever holds the identity key; nothing when it is none of this window. */
function telemetryOf(data: string, windowS: number): Telemetry | undefined {
  const decoded = decodeAdvertisement(decodeHex(data) as Uint8Array);
  const frame = decoded.ok ? decoded.frames[0] : undefined;
  if (frame?.kind !== 'eddystone-etlm') return undefined;
  const decrypted = decryptTelemetry(frame, { identityKey: keys.identityKey, windowS });
  return decrypted.ok ? decrypted.telemetry : undefined;
}

const isTelemetry = ({ data }: { readonly data: string }): boolean => data.includes('16aafe2001');

/** The daemon's whole schedule in simulated time. */
async function runScene(scene: Scene) {
  const { lengthMs, exponentK = 3, intervalMs = 100, startUnixMs = START, frames, provesIdentity } = scene;
  const { prepare, latenessMs, commandMs } = scene;
  const delays = {
    ...(latenessMs === undefined ? {} : { latenessMs }),
    ...(commandMs === undefined ? {} : { commandMs }),
  };
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
    ...(frames === undefined ? {} : { frames }),
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
    telemetry: createTelemetry({
      monotonicMs: air.nowUnixMs,
      temperatureC: () => 41.5,
      isClockSynchronised: () => true,
    }),
    ...(provesIdentity === undefined ? {} : { provesIdentity }),
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
    const { address, frames, windowS } = identityAt(unixMs, keys, settings);
    return { address: encodeHex(address), data: frames.map((frame) => encodeHex(frame.data)), windowS };
  };
  const foreign = air.events.filter(({ unixMs, address, data }) => {
    const expected = expectedAt(unixMs);
    const isKnown = expected.data.includes(data) || telemetryOf(data, expected.windowS) !== undefined;
    return address !== expected.address || !isKnown;
  });
  const gapsMs = air.events.slice(1).map((event, i) => ({
    gapMs: event.unixMs - (air.events[i]?.unixMs ?? 0),
    isChange: event.address !== air.events[i]?.address,
  }));
  return { air, log, told, foreign, gapsMs, windowAt: (unixMs: number) => expectedAt(unixMs).windowS };
}

describe(`ten simulated minutes on the air (SEED=${seed})`, () => {
  const scene = runScene({ lengthMs: 600_000 });

  it('share the events about equally between both frames, but for telemetry', async () => {
    const { air } = await scene;
    expect(air.events.filter(isTelemetry).length / air.events.length).toBeLessThan(0.02);
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
    const lasting = [...dataOf.values()].map((data) => [...data].filter((text) => !isTelemetry({ data: text })));
    for (const data of lasting) expect(data.length).toBeLessThanOrEqual(2);
  });

  it('carry telemetry every ten seconds, never twice the same, that counts what was on the air until then', async () => {
    const { air, windowAt } = await scene;
    const told = new Map<string, { readonly unixMs: number; readonly telemetry: Telemetry | undefined }>();
    for (const { unixMs, data } of air.events.filter(isTelemetry)) {
      if (!told.has(data)) told.set(data, { unixMs, telemetry: telemetryOf(data, windowAt(unixMs)) });
    }
    expect(told.size).toBe(59);
    const times = [...told.values()].map(({ unixMs }) => unixMs);
    for (const [i, unixMs] of times.entries()) {
      expect(unixMs - START - 10_000 * (i + 1)).toBeGreaterThanOrEqual(0);
      expect(unixMs - START - 10_000 * (i + 1)).toBeLessThan(500);
    }
    for (const { unixMs, telemetry } of told.values()) {
      expect(telemetry?.temperatureC).toBe(41.5);
      expect(telemetry).not.toHaveProperty('batteryMv');
      expect(Math.abs((telemetry?.uptimeDs ?? 0) - (unixMs - START) / 100)).toBeLessThan(4);
      const before = air.events.filter((event) => event.unixMs < unixMs).length;
      expect(Math.abs((telemetry?.advertisements ?? 0) - before)).toBeLessThan(5 + 0.02 * before);
    }
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

describe('frames that are switched on', () => {
  const frames: FrameSet = {
    ibeacon: {},
    eid: { weight: 3 },
    ownFormat: { weight: 1 },
    etlm: { everyMs: 5000 },
    uid: { namespace: new Uint8Array(10).fill(2), instance: new Uint8Array(6).fill(3), pace: { everyMs: 1000 } },
    url: { url: 'https://example.com', pace: { everyMs: 2000 } },
    altbeacon: { companyId: 0xffff, beaconId: new Uint8Array(20), reserved: 0, pace: { weight: 1 } },
  };
  const scene = runScene({ lengthMs: 300_000, exponentK: 5, frames });

  it('get their shares: half of what the periods leave for the iBeacon format, the rest by weight', async () => {
    const { air, foreign } = await scene;
    expect(foreign).toEqual([]);
    const marks = {
      ibeacon: '4c000215',
      eid: '16aafe30',
      own: '1b21f3c4f2a117c5229ef846763e2cc0db66',
      etlm: '16aafe20',
      uid: '16aafe00',
      url: '16aafe10',
      altbeacon: 'ffffffbeac',
    };
    const shareOf = (mark: string): number =>
      air.events.filter(({ data }) => data.includes(mark)).length / air.events.length;
    // UID 0.13, URL 0.065, eTLM 0.026 of the time: 0.78 is left for a weight of 10.
    const expected = { ibeacon: 0.39, eid: 0.234, own: 0.078, etlm: 0.026, uid: 0.13, url: 0.065, altbeacon: 0.078 };
    for (const [name, mark] of Object.entries(marks)) {
      expect(Math.abs(shareOf(mark) - expected[name as keyof typeof marks]), name).toBeLessThan(0.02);
    }
  });

  it('hold each dwell for one event at least, so that none is ever skipped', async () => {
    const { air } = await scene;
    const changes = air.calls.filter(({ name }) => name !== 'pause').map(({ atUnixMs }) => atUnixMs);
    const without = changes.slice(1, -1).filter((atUnixMs, i) => {
      const from = changes[i] as number;
      return !air.events.some(({ unixMs }) => unixMs > from && unixMs <= atUnixMs + 2);
    });
    expect(without).toEqual([]);
  });

  it('leave no proof on the air when every phone is to ring, and leave the rest there', async () => {
    const { air, foreign } = await runScene({ lengthMs: 30_000, frames, provesIdentity: false });
    expect(foreign).toEqual([]);
    const proofs = air.events.filter(({ data }) => data.includes('16aafe30') || data.includes('1b21f3c4'));
    expect(proofs).toEqual([]);
    expect(air.events.some(({ data }) => data.includes('4c000215'))).toBe(true);
    expect(air.events.some(({ data }) => data.includes('ffffffbeac'))).toBe(true);
  });
});

describe('an address that changes faster than the identity', () => {
  it('is another one every 4 s of a window of 32 s, each time by way of silence, with the frames of the same window', async () => {
    const frames: FrameSet = { ibeacon: {}, eid: { weight: 1 }, etlm: { everyMs: 10_000 }, addressSeconds: 4 };
    const { air, foreign, log } = await runScene({ lengthMs: 96_000, exponentK: 5, frames });
    expect(foreign).toEqual([]);
    expect(log.filter(({ event }) => event === 'pause-late')).toEqual([]);
    const addressesOf = new Map<string, Set<string>>();
    for (const { address, data } of air.events.filter((event) => !isTelemetry(event))) {
      addressesOf.set(data, (addressesOf.get(data) ?? new Set()).add(address));
    }
    expect(addressesOf.size).toBe(2 * 4);
    const whole = [...addressesOf.values()].filter(({ size }) => size === 8);
    expect(whole.length).toBeGreaterThanOrEqual(4);
    const all = new Set(air.events.map(({ address }) => address));
    expect(all.size).toBe(Math.floor((START + 96_000) / 4000) - Math.floor(START / 4000) + 1);
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
