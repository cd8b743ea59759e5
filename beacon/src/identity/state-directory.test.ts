import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BeaconErrorCode } from '../errors.js';
import { writeChecked } from './checked-file.js';
import { type ClockRecord, keyTagOf } from './clock-record.js';
import { openState, readState } from './state-directory.js';

const someKey = new Uint8Array(32).fill(5);
const someSettings = {
  organisationUuid: new Uint8Array(16).fill(6),
  exponentK: 9,
  intervalMs: 100,
  measuredPowerDbm: -59,
  clockOffsetS: 0,
};

let parent: string;
let directory: string;
const keyFile = (): string => join(directory, 'root-key.json');
const floorFile = (): string => join(directory, 'clock-floor.json');
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'deskbeacon-state-'));
  directory = join(parent, 'deep', 'state');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

function recordOf(rootKey: Uint8Array, floorUnixMs: number): ClockRecord {
  const reservedUntilUnixMs = floorUnixMs + 3_600_000;
  return { floorUnixMs, reservedUntilUnixMs, isSynchronised: true, needsRekey: false, keyTag: keyTagOf(rootKey) };
}

/** Opens, closes, and hands over what was there. */
async function openOnce(floorUnixMs?: number) {
  const state = await openState(directory);
  if (floorUnixMs !== undefined) await state.saveClock(recordOf(state.ownership.rootKey, floorUnixMs));
  await state.release();
  return state;
}

async function expectFailure(code: BeaconErrorCode, message: string | RegExp): Promise<void> {
  const failure = openState(directory);
  await expect(failure).rejects.toMatchObject({ code });
  await expect(failure).rejects.toThrow(message);
}

describe('a state directory', () => {
  it('is made at the first start with a key of 32 octets, for its owner alone', async () => {
    expect((await openOnce()).clock).toBeUndefined();
    const { ownership } = await openOnce(5);
    expect([ownership.rootKey.length, ownership.setupCode.length, ownership.owner]).toEqual([32, 16, undefined]);
    expect(await modeOf(directory)).toBe(0o700);
    expect(await modeOf(keyFile())).toBe(0o600);
    expect(await modeOf(floorFile())).toBe(0o600);
    expect((await readdir(directory)).sort()).toEqual(['clock-floor.json', 'root-key.json']);
  });

  it('gives the same key and the floor at the next start', async () => {
    const { ownership } = await openOnce(1_790_000_000_123);
    expect(await readState(directory)).toEqual({
      ownership,
      clock: recordOf(ownership.rootKey, 1_790_000_000_123),
      isClockDamaged: false,
    });
  });

  it('keeps whose beacon it is, with keys and settings, in one write', async () => {
    const state = await openState(directory);
    const settings = { ...someSettings, name: 'Desk 12' };
    const claimed = { ...state.ownership, rootKey: new Uint8Array(32).fill(4), owner: { key: someKey, settings } };
    await state.saveOwnership(claimed);
    expect(state.ownership).toEqual(claimed);
    await state.release();
    expect((await readState(directory))?.ownership).toEqual(claimed);
    expect(await modeOf(keyFile())).toBe(0o600);
  });

  it('draws a setup code where an earlier version kept a root key alone', async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeChecked(keyFile(), { rootKey: '07'.repeat(32) });
    const { ownership } = await openOnce();
    expect(ownership.rootKey).toEqual(new Uint8Array(32).fill(7));
    expect((await readState(directory))?.ownership).toEqual(ownership);
  });

  it.each([
    ['no root key', { rootKey: '07' }],
    ['no setup code', { rootKey: '07'.repeat(32), setupCode: 'secret' }],
    [
      'an owner that cannot be read',
      { rootKey: '07'.repeat(32), setupCode: '08'.repeat(16), owner: { key: 'secret' } },
    ],
  ])('is refused with %s, and what stands there is not told', async (what, value) => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeChecked(keyFile(), value);
    await expectFailure('state-unreadable', what);
    await expect(openState(directory)).rejects.not.toThrow('secret');
  });

  it('makes another key in another directory', async () => {
    const first = await openOnce();
    directory = join(parent, 'other');
    const second = await openOnce();
    expect(second.ownership.rootKey).not.toEqual(first.ownership.rootKey);
    expect(second.ownership.setupCode).not.toEqual(first.ownership.setupCode);
  });

  it('is read as undefined before the first start', async () => {
    await mkdir(directory, { recursive: true });
    expect(await readState(directory)).toBeUndefined();
  });

  it('never lowers the floor, in whatever order the saves end', async () => {
    const state = await openState(directory);
    const save = (floorUnixMs: number) => state.saveClock(recordOf(state.ownership.rootKey, floorUnixMs));
    const saved = await Promise.allSettled([save(3000), save(1000), save(2000)]);
    expect(saved.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(save(10)).rejects.toThrow(RangeError);
    await state.release();
    expect((await readState(directory))?.clock?.floorUnixMs).toBe(3000);
  });

  it('keeps no floor of a key that is gone, and any floor of a new one', async () => {
    const state = await openState(directory);
    const before = recordOf(state.ownership.rootKey, 9000);
    await state.saveClock(before);
    await state.saveOwnership({ ...state.ownership, rootKey: someKey });
    await state.saveClock({ ...before, floorUnixMs: 10_000 });
    expect(state.clock).toEqual(before);
    await state.saveClock(recordOf(someKey, 400));
    await state.release();
    expect((await readState(directory))?.clock).toEqual(recordOf(someKey, 400));
  });

  it('of the first version is read: what it may have aired since its last write counts as aired', async () => {
    await openOnce();
    await writeChecked(floorFile(), { floorUnixMs: 1_790_000_000_000 });
    const { clock } = await openOnce();
    expect(clock).toEqual({
      floorUnixMs: 1_790_000_000_000,
      reservedUntilUnixMs: 1_790_000_600_000,
      isSynchronised: false,
      needsRekey: false,
    });
    await openOnce(1_790_000_600_000);
    expect((await readState(directory))?.clock?.floorUnixMs).toBe(1_790_000_600_000);
  });

  it('is refused, and not changed, when others may write to it', async () => {
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o777);
    await expectFailure('state-permission', 'mode 777');
    expect(await modeOf(directory)).toBe(0o777);
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken as systemd makes it, with mode 0755', async () => {
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o755);
    await openOnce();
    expect(await modeOf(keyFile())).toBe(0o600);
  });

  it('cannot be made below a file', async () => {
    await writeFile(join(parent, 'deep'), '');
    await expectFailure('state-unwritable', directory);
  });
});

describe('a crash while a file is written', () => {
  it('leaves the old state, and the next start removes the remains', async () => {
    const { ownership } = await openOnce(7000);
    const remains = join(directory, '.tmp-clock-floor.json-0123');
    await writeFile(remains, (await readFile(floorFile(), 'utf8')).slice(0, 20), { mode: 0o600 });
    const after = await openOnce();
    expect(after.ownership).toEqual(ownership);
    expect(after.clock?.floorUnixMs).toBe(7000);
    expect(await readdir(directory)).not.toContain('.tmp-clock-floor.json-0123');
  });

  it('before the first key was in place leads to a new key', async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(join(directory, '.tmp-root-key.json-0123'), '{"version":1', { mode: 0o600 });
    expect((await openOnce()).ownership.rootKey).toHaveLength(32);
    expect((await readdir(directory)).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  });
});

describe('a damaged or foreign key file', () => {
  it.each([
    ['cut off', (text: string) => text.slice(0, 40)],
    ['empty', () => ''],
    [
      'with one digit of the key changed',
      (text: string) => text.replace(/(rootKey":")(.)/, (_, a, b) => a + (b === '0' ? '1' : '0')),
    ],
    ['of a later version', (text: string) => text.replace('"version":1', '"version":2')],
    ['that is no object', () => '17'],
  ])('%s is refused by name, never overwritten, and its contents are not in the message', async (_, damage) => {
    await openOnce(1000);
    const damaged = damage(await readFile(keyFile(), 'utf8'));
    await writeFile(keyFile(), damaged);
    await expectFailure('state-unreadable', keyFile());
    expect(await readFile(keyFile(), 'utf8')).toBe(damaged);
    const message = await openState(directory).catch((error: Error) => `${error.message} ${String(error.cause)}`);
    expect(message).not.toMatch(/[0-9a-f]{32}/);
  });

  it.each(['640', '604', '620'])('that others may use (mode %s) is refused', async (mode) => {
    await openOnce();
    await chmod(keyFile(), Number.parseInt(mode, 8));
    await expectFailure('state-permission', `mode ${mode}`);
  });

  it('that is gone while the floor is there is not replaced', async () => {
    await openOnce(1000);
    await rm(keyFile());
    await expectFailure('state-unreadable', `${keyFile()} is gone`);
    expect(await readdir(directory)).toEqual(['clock-floor.json']);
  });

  it('that is a link to nowhere is not written through', async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await symlink(join(parent, 'elsewhere'), keyFile());
    await expectFailure('state-unwritable', keyFile());
    expect(await readdir(parent)).toEqual(['deep']);
  });

  it('is a floor: with a whole key beside it the state opens, and says so', async () => {
    const { ownership } = await openOnce(1000);
    await writeFile(floorFile(), '{');
    const state = await openState(directory);
    expect(state).toMatchObject({ ownership, isClockDamaged: true, clock: undefined });
    await state.saveClock(recordOf(ownership.rootKey, 500));
    await state.release();
    expect(await readState(directory)).toMatchObject({ isClockDamaged: false, clock: { floorUnixMs: 500 } });
  });

  it('is a floor of a later version: it is refused, never overwritten', async () => {
    await openOnce(1000);
    await writeChecked(floorFile(), { floorUnixMs: 1000 }, { version: 3 });
    await expectFailure('state-unreadable', 'has version 3, this daemon reads 2');
  });

  it('is a floor or a key, with a bit of any octet flipped or cut anywhere: it is the old one, refused, or known to be damaged', async () => {
    const { ownership } = await openOnce(1_790_000_000_000);
    const whole = await readState(directory);
    for (const file of [keyFile(), floorFile()]) {
      const octets = await readFile(file);
      const damaged = Array.from({ length: octets.length }, (_, i) => {
        const copy = Buffer.from(octets);
        copy[i] = (copy[i] ?? 0) ^ (1 << (i & 7));
        return copy;
      });
      // Without its last octet, a line feed, it is still whole.
      const cut = Array.from(octets.subarray(1), (_, length) => octets.subarray(0, length));
      for (const contents of [...damaged, ...cut]) {
        await writeFile(file, contents);
        const found = await readState(directory).catch((error: unknown) => error);
        if (found instanceof Error) expect(found).toMatchObject({ code: 'state-unreadable' });
        else if (file === floorFile()) {
          const { isClockDamaged, ...state } = found as NonNullable<typeof whole>;
          expect(state).toEqual({ ownership, clock: isClockDamaged ? undefined : whole?.clock });
        } else expect(found).toEqual(whole);
      }
      await writeFile(file, octets);
    }
  });
});

describe('two daemons', () => {
  it('never share a directory: the second is told who holds it', async () => {
    const first = await openState(directory);
    await expectFailure('state-busy', `process ${process.pid}`);
    await first.release();
    await openOnce();
  });

  it('that start at once on a new directory make one key, and one of them goes on', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => openState(directory)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    const losers = results.filter((result) => result.status === 'rejected');
    expect(winners).toHaveLength(1);
    for (const { reason } of losers) expect(reason).toMatchObject({ code: 'state-busy' });
    expect((await readState(directory))?.ownership).toEqual(winners[0]?.value.ownership);
    await winners[0]?.value.release();
  });

  it.each([
    ['of a process that is gone', (own: object) => JSON.stringify({ ...own, pid: 2 ** 22 + 1 })],
    [
      'of an earlier boot, whose process id is in use again',
      (own: object) => JSON.stringify({ ...own, bootId: 'before' }),
    ],
    ['of an earlier process with the id of this one', (own: object) => JSON.stringify({ ...own, startTicks: '1' })],
    ['that no daemon wrote', () => ''],
  ])('take over a lock %s, and only one of them', async (_, describeHolder) => {
    const own = await openState(directory);
    const text = await readFile(join(directory, 'lock'), 'utf8');
    await own.release();
    await writeFile(join(directory, 'lock'), describeHolder(JSON.parse(text) as object), { mode: 0o600 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => openState(directory)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0]?.value.release();
    expect(await readdir(directory)).toEqual(['root-key.json']);
  });
});

describe('a disk that takes no more', () => {
  it('is reported by name and leaves the floor that was there', async () => {
    const state = await openState(directory);
    await state.saveClock(recordOf(state.ownership.rootKey, 1000));
    // A directory in the place of the file makes the rename fail for root, too.
    await link(floorFile(), join(parent, 'kept'));
    await rm(floorFile());
    await mkdir(floorFile());
    await expect(state.saveClock(recordOf(state.ownership.rootKey, 2000))).rejects.toMatchObject({
      code: 'state-unwritable',
    });
    await state.release();
    expect((await readdir(directory)).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  });
});
