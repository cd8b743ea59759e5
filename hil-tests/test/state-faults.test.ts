import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultyBench, type FaultyHome, openFaultyBench } from '../src/rigs/faulty-bench.js';
import { type FaultyDaemon, startFaultyDaemon, whyNoStrace } from '../src/rigs/faulty-daemon.js';
import { programs } from '../src/rigs/programs.js';
import { mustSkip } from '../src/rigs/require-rig.js';

const why = await whyNoStrace();
const skipped = mustSkip('state faults', why);
const run = promisify(execFile);
/** Eddystone-EID, protocol specification: service data of FEAA whose first octet is 0x30. */
const EID = 'aafe30';
const IBEACON = '4c000215';

/** strace as a power cut or a broken disk: at the nth call of a kind, of each thread. */
const injecting = (what: string): readonly string[] => [
  'strace',
  '-f',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  `inject=${what}`,
];

describe.skipIf(skipped)(`the state of a real daemon${skipped ? ` (${why})` : ''}`, () => {
  let bench: FaultyBench;
  let home: FaultyHome;
  let daemon: FaultyDaemon | undefined;

  beforeAll(async () => {
    bench = await openFaultyBench();
  });
  afterAll(() => bench?.close());
  beforeEach(async () => {
    home = await bench.newDaemon({ organisationUuid: randomBytes(16).toString('hex') });
  });
  afterEach(async () => {
    await daemon?.end('SIGKILL');
    daemon = undefined;
  });

  /** The code of the label, or nothing before the very first key. */
  async function setupCode(): Promise<string | undefined> {
    const args = [programs.daemonBundle, 'setup-code', '--config', home.configuration];
    return run(process.execPath, args).then(
      ({ stdout }) => stdout.trim(),
      (error: { readonly code: number; readonly stderr: string }) => {
        expect([error.code, error.stderr]).toEqual([66, expect.stringContaining('state-missing')]);
        return undefined;
      },
    );
  }

  async function keptClock(): Promise<Readonly<Record<string, unknown>> | undefined> {
    const text = await readFile(join(home.directory, 'state/clock-floor.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as { value: Readonly<Record<string, unknown>> }).value;
  }

  /** Everything that is on the air for some seconds. */
  async function listen(forMs: number): Promise<readonly string[]> {
    return (await bench.listen(() => pause(forMs))).map(({ data }) => data);
  }

  it('with the power cut at every call of its very first start has no key or a whole one, which stays', async () => {
    // It ends where the radio is opened, after the key.
    const radio = `h4:unix:${join(bench.root, 'nobody.sock')}`;
    home = await bench.newDaemon({ organisationUuid: randomBytes(16).toString('hex'), radio });
    const cuts = ['mkdir', 'link', 'fsync', 'unlink', 'write'].flatMap((call) =>
      Array.from(
        { length: call === 'write' ? 6 : call === 'mkdir' ? 1 : 3 },
        (_, i) => `${call}:signal=KILL:when=${i + 1}`,
      ),
    );
    let cutOff = 0;
    for (const cut of cuts) {
      await rm(join(home.directory, 'state'), { recursive: true, force: true });
      daemon = startFaultyDaemon({ configuration: home.configuration, under: injecting(cut) });
      const end = await daemon.ended;
      if (end === 'SIGKILL' || end === 137) cutOff += 1;
      const before = await setupCode();
      daemon = startFaultyDaemon({ configuration: home.configuration });
      expect(await daemon.ended, cut).toBe(69);
      const after = await setupCode();
      expect(after, cut).toBeDefined();
      if (before !== undefined) expect(after, cut).toBe(before);
    }
    expect(cutOff).toBeGreaterThanOrEqual(10);
  }, 120_000);

  it('with the power cut at every call of a reservation keeps its key, and has the old one or a whole new one', async () => {
    daemon = startFaultyDaemon({ configuration: home.configuration });
    await daemon.said('advertising');
    await daemon.end('SIGTERM');
    const code = await setupCode();
    let last = (await keptClock()) as { readonly floorUnixMs: number };
    let cutOff = 0;
    const cuts = ['fsync', 'fsync:2', 'rename', 'write:2', 'write:3', 'write:4', 'link', 'unlink'];
    for (const cut of cuts) {
      const [call, when = 1] = cut.split(':');
      daemon = startFaultyDaemon({
        configuration: home.configuration,
        under: injecting(`${call}:signal=KILL:when=${when}`),
      });
      await Promise.race([daemon.ended, daemon.said('advertising').catch(() => {})]);
      if (!daemon.log.some(({ event }) => event === 'advertising')) cutOff += 1;
      await daemon.end('SIGKILL');
      const kept = (await keptClock()) as { readonly floorUnixMs: number; readonly reservedUntilUnixMs: number };
      expect(kept.floorUnixMs, cut).toBeGreaterThanOrEqual(last.floorUnixMs);
      expect(kept.reservedUntilUnixMs, cut).toBeGreaterThanOrEqual(kept.floorUnixMs);
      expect(await setupCode(), cut).toBe(code);
      last = kept;
    }
    expect(cutOff).toBeGreaterThanOrEqual(5);
    daemon = startFaultyDaemon({ configuration: home.configuration });
    await daemon.said('advertising');
    expect((await listen(1500)).some((data) => data.includes(EID))).toBe(true);
  }, 120_000);

  it.each([
    ['full', 'fsync:error=ENOSPC'],
    ['read-only', 'rename:error=EROFS'],
    ['broken', 'fsync:error=EIO'],
  ])('on a disk that is %s proves no window that is not reserved, says so, and stays on the air', async (_, fault) => {
    daemon = startFaultyDaemon({ configuration: home.configuration });
    await daemon.said('advertising');
    await daemon.end('SIGTERM');
    const code = await setupCode();
    daemon = startFaultyDaemon({ configuration: home.configuration, under: injecting(fault) });
    await daemon.said('floor-unsaved');
    await daemon.said('advertising');
    const heard = await listen(2500);
    expect(heard.filter((data) => data.includes(IBEACON)).length).toBeGreaterThan(10);
    expect(heard.filter((data) => data.includes(EID))).toEqual([]);
    expect(await daemon.status()).toMatchObject({ isClockSynchronised: false });
    await daemon.end('SIGKILL');
    expect(await setupCode()).toBe(code);
  });

  it('on a full disk makes no key, and says why', async () => {
    daemon = startFaultyDaemon({ configuration: home.configuration, under: injecting('fsync:error=ENOSPC') });
    expect(await daemon.ended).toBe(73);
    expect(await setupCode()).toBeUndefined();
  });

  it('with a damaged floor stays off the air until somebody says that the clock is right', async () => {
    daemon = startFaultyDaemon({ configuration: home.configuration });
    await daemon.said('advertising');
    await daemon.end('SIGKILL');
    const code = await setupCode();
    await writeFile(join(home.directory, 'state/clock-floor.json'), '{"version":2,"check');
    daemon = startFaultyDaemon({ configuration: home.configuration });
    await daemon.said('floor-damaged');
    await daemon.said('clock-settling');
    expect(await listen(2000)).toEqual([]);
    expect(await daemon.status()).toMatchObject({ isWaitingForClock: true });
    await daemon.ask('confirm-clock');
    await daemon.said('advertising');
    expect((await listen(1500)).some((data) => data.includes(EID))).toBe(true);
    expect(await daemon.status()).toMatchObject({ isWaitingForClock: false, isClockSynchronised: true });
    expect(await setupCode()).toBe(code);
  });
});
