import { describe, expect, it } from 'vitest';
import type { Ownership } from '../identity/ownership.js';
import { noAttempts } from './attempts.js';
import { createCarryOut } from './carry-out.js';
import { type BeaconSettings, decodeStatus, decodeUnixMs } from './settings.js';

const settings: BeaconSettings = {
  organisationUuid: new Uint8Array(16).fill(1),
  exponentK: 9,
  measuredPowerDbm: -59,
  intervalMs: 100,
  clockOffsetS: 0,
  name: 'Desk 12',
};
const key = (octet: number): Uint8Array => new Uint8Array(32).fill(octet);
const claim = { asks: 'claim', ownerKey: key(3), rootKey: key(4), settings } as const;

function createBeacon({ isDiskFull = false, isSynchronised = false } = {}) {
  let ownership: Ownership = { rootKey: key(1), setupCode: new Uint8Array(16).fill(2) };
  let unixMs = 1000;
  const changes: string[] = [];
  const carryOut = createCarryOut({
    state: {
      get ownership() {
        return ownership;
      },
      saveOwnership: async (next) => {
        if (isDiskFull) throw new Error('ENOSPC');
        ownership = next;
      },
    },
    clock: {
      nowUnixMs: () => unixMs,
      isTrusted: () => isSynchronised,
      set: (next) => {
        if (next < unixMs) return false;
        unixMs = next;
        return true;
      },
    },
    unownedSettings: { ...settings, name: 'unclaimed' },
    attempts: () => ({ ...noAttempts, wrong: 3 }),
    uptimeS: () => 60,
    identify: async () => {
      throw new Error('no light');
    },
    onChanged: (what) => changes.push(what),
  });
  return { carryOut, changes, ownership: () => ownership };
}

describe('a request', () => {
  it('claims a beacon once: its keys, owner and settings are kept, and the code stays what the label says', async () => {
    const { carryOut, changes, ownership } = createBeacon();
    const { setupCode } = ownership();
    expect(await carryOut(claim)).toMatchObject({ status: 'done' });
    expect(ownership()).toEqual({ rootKey: key(4), setupCode, owner: { key: key(3), settings } });
    expect(await carryOut(claim)).toMatchObject({ status: 'done' });
    expect(await carryOut({ ...claim, ownerKey: key(9) })).toMatchObject({ status: 'claimed-already' });
    expect(await carryOut({ ...claim, ownerKey: key(3).subarray(1) })).toMatchObject({ status: 'claimed-already' });
    expect(changes).toEqual(['claimed']);
  });

  it('tells what it is, before and after', async () => {
    const { carryOut } = createBeacon();
    const status = async () => decodeStatus((await carryOut({ asks: 'status' })).body);
    expect(await status()).toMatchObject({
      isClaimed: false,
      name: 'unclaimed',
      unixMs: 1000,
      uptimeS: 60,
      wrongAttempts: 3,
    });
    await carryOut(claim);
    expect(await status()).toMatchObject({ isClaimed: true, name: 'Desk 12' });
  });

  it('for the owner alone is refused without one', async () => {
    const { carryOut, changes } = createBeacon();
    for (const asked of [
      { asks: 'configure', settings },
      { asks: 'rotate-keys', rootKey: key(5) },
      { asks: 'release' },
    ] as const)
      expect(await carryOut(asked)).toMatchObject({ status: 'not-claimed' });
    expect(changes).toEqual([]);
  });

  it('configures, rotates and releases; after a release nothing of the owner is left', async () => {
    const { carryOut, changes, ownership } = createBeacon();
    await carryOut(claim);
    const { setupCode } = ownership();
    await carryOut({ asks: 'configure', settings: { ...settings, name: 'Desk 13' } });
    await carryOut({ asks: 'rotate-keys', rootKey: key(5) });
    expect(ownership()).toMatchObject({ rootKey: key(5), owner: { key: key(3), settings: { name: 'Desk 13' } } });
    await carryOut({ asks: 'release' });
    expect(ownership().owner).toBeUndefined();
    expect(ownership().rootKey).not.toEqual(key(5));
    expect(ownership().setupCode).not.toEqual(setupCode);
    expect(changes).toEqual(['claimed', 'configured', 'keys-rotated', 'released']);
  });

  it('is not done when the disk does not take it, or there is nothing to show it with', async () => {
    const { carryOut, changes, ownership } = createBeacon({ isDiskFull: true });
    expect(await carryOut(claim)).toMatchObject({ status: 'failed' });
    expect(await carryOut({ asks: 'identify', seconds: 5 })).toMatchObject({ status: 'failed' });
    expect([changes, ownership().owner]).toEqual([[], undefined]);
  });

  it('for settings that no window can hold is refused', async () => {
    const { carryOut } = createBeacon();
    const wrong = { ...settings, exponentK: 0, intervalMs: 401 };
    expect(await carryOut({ ...claim, settings: wrong })).toMatchObject({ status: 'out-of-range' });
    await carryOut(claim);
    expect(await carryOut({ asks: 'configure', settings: wrong })).toMatchObject({ status: 'out-of-range' });
  });

  it('for the status tells whether the clock is proven right', async () => {
    for (const isSynchronised of [false, true]) {
      const { carryOut } = createBeacon({ isSynchronised });
      expect(decodeStatus((await carryOut({ asks: 'status' })).body)).toMatchObject({
        isClockSynchronised: isSynchronised,
      });
    }
  });

  it('that does not configure leaves K, offset and all other settings as they were chosen at pairing', async () => {
    for (const isSynchronised of [false, true]) {
      const { carryOut, ownership } = createBeacon({ isSynchronised });
      const chosen = { ...settings, exponentK: 6, clockOffsetS: 4711 };
      await carryOut({ ...claim, settings: chosen });
      for (const asked of [
        { asks: 'set-clock', unixMs: 9_000_000_000 },
        { asks: 'rotate-keys', rootKey: key(5) },
        { asks: 'status' },
        { ...claim, settings },
      ] as const)
        await carryOut(asked);
      expect(ownership()).toMatchObject({ rootKey: key(5), owner: { settings: chosen } });
    }
  });

  it('for a smaller clock offset is refused, for its windows would come again', async () => {
    const { carryOut, ownership } = createBeacon();
    await carryOut({ ...claim, settings: { ...settings, clockOffsetS: 600 } });
    const smaller = { ...settings, clockOffsetS: 599 };
    expect(await carryOut({ asks: 'configure', settings: smaller })).toMatchObject({ status: 'clock-jump' });
    expect(ownership().owner?.settings.clockOffsetS).toBe(600);
    const larger = { ...settings, clockOffsetS: 601 };
    expect(await carryOut({ asks: 'configure', settings: larger })).toMatchObject({ status: 'done' });
  });

  it('sets the clock forwards, tells what it was, and never sets it back', async () => {
    const { carryOut } = createBeacon();
    const set = await carryOut({ asks: 'set-clock', unixMs: 5000 });
    expect([set.status, decodeUnixMs(set.body)]).toEqual(['done', 1000]);
    expect(await carryOut({ asks: 'set-clock', unixMs: 4000 })).toMatchObject({ status: 'clock-jump' });
  });
});
