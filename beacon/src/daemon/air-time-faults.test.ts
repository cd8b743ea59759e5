import { encodeHex } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { deriveKeys } from '../identity/keys.js';
import type { Advertiser } from '../radio/index.js';
import { identityAt } from '../schedule/frames.js';
import { createTelemetry } from '../schedule/telemetry.js';
import { type AirTimeOptions, keepOnAir } from './air-time.js';
import type { LogEntry } from './log.js';
import { simulateAir } from './testing/simulated-air.js';

/** What goes wrong between the daemon and its controller, one thing at a time, in simulated time. */

const keys = deriveKeys(new Uint8Array(32).fill(5));
const settings = {
  organisationUuid: new Uint8Array(16).fill(1),
  exponentK: 3,
  clockOffsetS: 0,
  measuredPowerDbm: -59,
  intervalMs: 100,
};
/** A boundary of K = 3. */
const BOUNDARY = 1_795_000_008_000;

function makeScene(startUnixMs: number) {
  const air = simulateAir({ startUnixMs, intervalMs: 100, random: () => 0.5, latenessMs: 2 });
  const end = new AbortController();
  const log: LogEntry[] = [];
  const stop = (): void => {
    end.abort();
    air.sleeper.wake();
  };
  const options: AirTimeOptions = {
    advertiser: air.advertiser,
    clock: air,
    keys,
    settings,
    telemetry: createTelemetry({
      monotonicMs: air.nowUnixMs,
      temperatureC: () => undefined,
      isClockSynchronised: () => true,
    }),
    sleeper: air.sleeper,
    signal: end.signal,
    onIdentity: async () => {},
    takeRestart: () => false,
    log: (entry) => log.push(entry),
  };
  const isForeign = ({ unixMs, address }: { unixMs: number; address: string }): boolean =>
    address !== encodeHex(identityAt(unixMs, keys, settings).address);
  return { air, log, stop, signal: end.signal, options, isForeign };
}

/** The event loop stands still: the first wait that ends after an instant ends as late as `wakesAtMs` says. */
function stallAt(
  { air, options }: ReturnType<typeof makeScene>,
  unixMs: number,
  wakesAtMs: (dueUnixMs: number) => number,
): AirTimeOptions {
  let isOver = false;
  const until = async (atMs: number, clockMs: () => number): Promise<void> => {
    if (isOver || atMs < unixMs) return air.sleeper.until(atMs, clockMs);
    isOver = true;
    await air.sleeper.until(wakesAtMs(atMs), clockMs);
  };
  return { ...options, sleeper: { ...air.sleeper, until } };
}

describe('a signal', () => {
  it('while the first floor is being written leaves advertising off: nothing is started any more', async () => {
    const { air, options, stop } = makeScene(BOUNDARY + 1000);
    await keepOnAir({ ...options, onIdentity: async () => stop() });
    expect(air.calls).toEqual([]);
  });

  it.each([
    'start',
    'setData',
    'pause',
    'changeIdentity',
  ] as const)('during %s ends the work with that command', async (name) => {
    const { air, options, stop } = makeScene(BOUNDARY - 2000);
    const advertiser: Advertiser = {
      ...air.advertiser,
      [name]: async (argument: never) => {
        await air.advertiser[name](argument);
        stop();
      },
    };
    await keepOnAir({ ...options, advertiser });
    expect(air.calls.at(-1)?.name).toBe(name);
  });

  it.each([
    5, 0,
  ])('in the silence, %i ms before the boundary, ends the work there: the next identity does not come on', async (beforeMs) => {
    const { air, options, stop } = makeScene(BOUNDARY - 2000);
    air.at(BOUNDARY - beforeMs, stop);
    await keepOnAir(options);
    expect(air.calls.at(-1)?.name).toBe('pause');
  });

  it('while the start waits for a boundary ends it without a command', async () => {
    const { air, options, stop } = makeScene(BOUNDARY - 100);
    air.at(BOUNDARY - 50, stop);
    await keepOnAir(options);
    expect(air.calls).toEqual([]);
    expect(air.nowUnixMs()).toBeLessThan(BOUNDARY);
  });

  it('before everything ends it without a command', async () => {
    const { air, options, stop, log } = makeScene(BOUNDARY);
    stop();
    await keepOnAir(options);
    expect(air.calls).toEqual([]);
    expect(log).toEqual([]);
  });
});

describe('a slow disk', () => {
  it('at the start does not bring the start too near to a boundary', async () => {
    const { air, options, stop, isForeign } = makeScene(BOUNDARY - 3000);
    let told = 0;
    const onIdentity = async (): Promise<void> => {
      if (told === 0) air.stepClock(2990);
      told += 1;
    };
    air.at(BOUNDARY + 5000, stop);
    await keepOnAir({ ...options, onIdentity });
    expect(air.calls[0]).toMatchObject({ name: 'start' });
    expect(air.calls[0]?.atUnixMs).toBeGreaterThanOrEqual(BOUNDARY);
    expect(air.events.filter(isForeign)).toEqual([]);
  });
});

describe('an event loop that stands still', () => {
  it('until after the instant to fall silent then falls silent, and changes no data before', async () => {
    const scene = makeScene(BOUNDARY - 2000);
    const options = stallAt(scene, BOUNDARY - 400, () => BOUNDARY - 8);
    scene.air.at(BOUNDARY + 1000, scene.stop);
    await keepOnAir(options);
    const near = scene.air.calls.filter(({ atUnixMs }) => Math.abs(atUnixMs - BOUNDARY) < 30);
    expect(near.map(({ name }) => name)).toEqual(['pause', 'changeIdentity']);
    expect(near[0]?.atUnixMs).toBeLessThan(BOUNDARY);
    expect(near[1]?.atUnixMs).toBeGreaterThanOrEqual(BOUNDARY);
    expect(scene.air.events.filter(scene.isForeign)).toEqual([]);
  });

  it('until after the boundary changes the identity at once, and says how late', async () => {
    const scene = makeScene(BOUNDARY - 2000);
    const options = stallAt(scene, BOUNDARY - 400, () => BOUNDARY + 3000);
    scene.air.at(BOUNDARY + 5000, scene.stop);
    await keepOnAir(options);
    const after = scene.air.calls.find(({ atUnixMs }) => atUnixMs >= BOUNDARY);
    expect(after?.atUnixMs).toBeLessThan(BOUNDARY + 3010);
    const late = scene.log.filter(({ event }) => event === 'pause-late');
    expect(late).toHaveLength(1);
    expect(late[0]?.fields?.lateMs).toBeGreaterThanOrEqual(3000);
    expect(late[0]?.fields?.lateMs).toBeLessThan(3020);
    const foreign = scene.air.events.filter(scene.isForeign);
    expect(foreign.length).toBeGreaterThan(20);
    expect(foreign.every(({ unixMs }) => unixMs <= BOUNDARY + 3010)).toBe(true);
  });

  it('raises the guard for what follows', async () => {
    const scene = makeScene(BOUNDARY - 2000);
    const options = stallAt(scene, BOUNDARY - 1000, (dueUnixMs) => dueUnixMs + 40);
    scene.air.at(BOUNDARY + 1000, scene.stop);
    await keepOnAir(options);
    const pause = scene.air.calls.find(({ name }) => name === 'pause');
    expect(BOUNDARY - (pause?.atUnixMs ?? 0)).toBeGreaterThan(30);
    expect(BOUNDARY - (pause?.atUnixMs ?? 0)).toBeLessThanOrEqual(80);
  });
});

describe('a controller that is slow to fall silent and quick otherwise', () => {
  it.each([3, 9])('is late once, and from then on asked early enough (K = %i)', async (exponentK) => {
    const windowMs = 2 ** exponentK * 1000;
    // 1795000320 is a multiple of 2^9 and of 2^3.
    const scene = makeScene(Math.floor(BOUNDARY / 512_000) * 512_000 + 512_000 - 2000);
    const { air, options, stop, log } = scene;
    const pauses: number[] = [];
    const pause = async (): Promise<void> => {
      await air.advertiser.pause();
      air.stepClock(50);
      pauses.push(air.nowUnixMs());
    };
    air.at(air.nowUnixMs() + 2500 + 3 * windowMs, stop);
    await keepOnAir({
      ...options,
      settings: { ...settings, exponentK },
      advertiser: { ...air.advertiser, pause },
    });
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    expect(log.filter(({ event }) => event === 'pause-late')).toHaveLength(1);
    for (const silentUnixMs of pauses.slice(1)) {
      const beforeMs = windowMs - (silentUnixMs % windowMs);
      expect(beforeMs).toBeLessThan(30);
    }
  });
});

describe('a controller that fails', () => {
  it.each([
    'start',
    'setData',
    'pause',
    'changeIdentity',
  ] as const)('at %s ends the work with its error', async (name) => {
    const { air, options } = makeScene(BOUNDARY - 2000);
    const refuse = async (): Promise<void> => {
      throw new BeaconError('hci-timeout', 'no answer');
    };
    const advertiser: Advertiser = { ...air.advertiser, [name]: refuse };
    await expect(keepOnAir({ ...options, advertiser })).rejects.toMatchObject({ code: 'hci-timeout' });
  });
});
