import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProfileBeacon } from '@deskbeacon/proximity-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultyBench, type FaultyHome, type Logged, openFaultyBench } from '../src/rigs/faulty-bench.js';
import { type FaultyDaemon, findFaketime, makeEarlierBoot, startFaultyDaemon } from '../src/rigs/faulty-daemon.js';
import { framesOf } from '../src/rigs/frames-of.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';

const library = findFaketime();
const why = library === undefined ? 'libfaketime is not installed (Debian package faketime)' : undefined;
const skipped = mustSkip('clock faults', why);
const run = promisify(execFile);
const EID = 'aafe30';
const TELEMETRY = '16aafe20';
const DAY_MS = 86_400_000;
/** Between the clock of the daemon and that of the air, and what a command takes. */
const GRAIN_MS = 100;

/** The whole daemon under libfaketime, its monotonic clock left alone; the air and all else have the right time. */
describe.skipIf(skipped)(`a real daemon whose clock jumps${skipped ? ` (${why})` : ''}`, () => {
  let bench: FaultyBench;
  let home: FaultyHome;
  let organisationUuid: string;
  let daemon: FaultyDaemon | undefined;
  const at = (name: string): string => join(home.directory, name);
  /** As libfaketime reads it: `+0`, `+10y`, `-10y`. */
  const setClock = (offset: string): Promise<void> => writeFile(at('offset'), `${offset}\n`);
  const prove = (isProven: boolean): Promise<void> =>
    isProven ? writeFile(at('synchronised'), '') : rm(at('synchronised'), { force: true });

  beforeAll(async () => {
    bench = await openFaultyBench();
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    organisationUuid = randomBytes(16).toString('hex');
    home = await bench.newDaemon({ organisationUuid });
    await setClock('+0');
  });
  afterEach(async () => {
    await daemon?.end('SIGKILL');
    daemon = undefined;
  });

  function start(): FaultyDaemon {
    const env = {
      LD_PRELOAD: library ?? '',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
      FAKETIME_TIMESTAMP_FILE: at('offset'),
    };
    daemon = startFaultyDaemon({ configuration: home.configuration, env });
    return daemon;
  }

  async function profile(): Promise<ProfileBeacon> {
    const args = ['profile', '--config', home.configuration, '--desk', 'd-12', '--days', '30'];
    return JSON.parse((await run(process.execPath, [programs.daemonBundle, ...args])).stdout) as ProfileBeacon;
  }

  /** Which packets are not those of the right window, at an offset from the right time. */
  function foreign(heard: readonly Logged[], beacon: ProfileBeacon, offsetMs = 0): readonly Logged[] {
    return heard.filter(({ unixMs, address, data }) => {
      const fitting = [-GRAIN_MS, 0, GRAIN_MS].map((byMs) =>
        framesOf(beacon, organisationUuid, unixMs + offsetMs + byMs),
      );
      // Telemetry is encrypted anew each time; its address is the window's all the same.
      return !fitting.some(
        (frames) => frames.address === address && (frames.data.includes(data) || data.includes(TELEMETRY)),
      );
    });
  }
  const hasBoth = (heard: readonly Logged[]): boolean =>
    heard.some(({ data }) => data.includes(EID)) && heard.some(({ data }) => !data.includes(EID));

  it('by ten years either way stays in its own time, window by window, and says what it sees', async () => {
    const running = start();
    await running.said('advertising');
    const beacon = await profile();
    const heard = await bench.listen(async () => {
      for (const offset of ['+10y', '-10y', '+10y', '+0']) {
        await setClock(offset);
        await pause(3000);
        if (offset === '+10y') expect(await running.status()).toMatchObject({ isWaitingForClock: true });
        if (offset === '-10y') expect(await running.status()).toMatchObject({ isClockHeld: true });
      }
    });
    expect(heard.length).toBeGreaterThan(80);
    expect(hasBoth(heard)).toBe(true);
    expect(foreign(heard, beacon)).toEqual([]);
    expect(new Set(heard.map(({ address }) => address)).size).toBeGreaterThanOrEqual(2);
    expect(await running.status()).toMatchObject({ isWaitingForClock: false, isClockHeld: false, needsRekey: false });
    expect(running.log.map(({ event }) => event)).toEqual(expect.arrayContaining(['clock-waiting', 'clock-held']));
  });

  it('back to before its power cut is off the air until it is synchronised, and then in its present window', async () => {
    await prove(true);
    let running = start();
    await running.said('clock-synchronised');
    await running.said('advertising');
    const beacon = await profile();
    await pause(2500);
    await running.end('SIGKILL');
    await makeEarlierBoot(at('state'));
    await prove(false);
    await setClock('-10y');
    running = start();
    await running.said('clock-settling');
    expect(await bench.listen(() => pause(2500))).toEqual([]);
    await setClock('+0');
    await prove(true);
    await running.said('advertising');
    const heard = await bench.listen(() => pause(2500));
    expect(hasBoth(heard)).toBe(true);
    expect(foreign(heard, beacon)).toEqual([]);
  });

  it('by weeks while it is switched off goes on in its own time until somebody confirms it', async () => {
    let running = start();
    await running.said('advertising');
    await running.end('SIGTERM');
    await setClock('+20d');
    running = start();
    await running.said('advertising');
    await running.said('clock-waiting');
    const beacon = await profile();
    const before = await bench.listen(() => pause(1500));
    expect(hasBoth(before)).toBe(true);
    expect(foreign(before, beacon)).toEqual([]);
    await running.ask('confirm-clock');
    await pause(1500);
    const after = await bench.listen(() => pause(1500));
    expect(hasBoth(after)).toBe(true);
    expect(foreign(after, beacon, 20 * DAY_MS)).toEqual([]);
    expect(await running.status()).toMatchObject({ isWaitingForClock: false, isClockSynchronised: true });
  });

  it('back after windows of the future were aired proves nothing any more, also after a restart, and says why', async () => {
    await setClock('+10y');
    let running = start();
    await running.said('advertising');
    expect(hasBoth(await bench.listen(() => pause(1500)))).toBe(true);
    await setClock('+0');
    await running.ask('confirm-clock');
    await running.said('needs-rekey');
    for (const _again of [false, true]) {
      await pause(500);
      const heard = await bench.listen(() => pause(2000));
      expect(heard.length).toBeGreaterThan(5);
      expect(hasBoth(heard)).toBe(false);
      expect(heard.filter(({ data }) => data.includes(EID))).toEqual([]);
      expect(await running.status()).toMatchObject({ needsRekey: true });
      await running.end('SIGTERM');
      running = start();
      await running.said('advertising');
    }
  });
});
