import { counterAt, decodeHex, deriveEid, deriveTemporaryKey, encodeHex } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { identityAt } from '../schedule/frames.js';
import { deriveKeys } from './keys.js';
import { profileBeacon } from './profile-beacon.js';

const rootKey = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
const settings = { exponentK: 9, clockOffsetS: 0, measuredPowerDbm: -59, intervalMs: 100 };
const EPOCH_MS = 65_536_000;
const epochsOf = (nowUnixMs: number, days: number, clockOffsetS = 0): readonly number[] =>
  (profileBeacon({ rootKey, desk: 'd-12', ...settings, clockOffsetS, nowUnixMs, days }).temporaryKeys ?? []).map(
    ({ epoch }) => epoch,
  );

describe('what a phone is told of a beacon', () => {
  it('has the shape of a beacon in a site profile, and neither root nor identity key in it', () => {
    const nowUnixMs = 27_123 * EPOCH_MS + 7_200_000;
    const entry = profileBeacon({ rootKey, desk: 'd-12', ...settings, nowUnixMs, days: 0 });
    const { identityKey, recognitionKey } = deriveKeys(rootKey);
    expect(entry).toEqual({
      desk: 'd-12',
      ...settings,
      recognitionKey: encodeHex(recognitionKey),
      temporaryKeys: [{ epoch: 27_123, key: encodeHex(deriveTemporaryKey(identityKey, 27_123)) }],
    });
    expect(JSON.stringify(entry)).not.toContain(encodeHex(rootKey));
    expect(JSON.stringify(entry)).not.toContain(encodeHex(identityKey));
  });

  it('reaches as many days ahead as asked for', () => {
    expect(epochsOf(100 * EPOCH_MS + 7_200_000, 2)).toEqual([100, 101, 102]);
    expect(epochsOf(100 * EPOCH_MS + 60_000_000, 2)).toEqual([100, 101, 102, 103]);
  });

  it('includes the epoch before while that ended less than an hour ago', () => {
    expect(epochsOf(100 * EPOCH_MS + 3_599_000, 0)).toEqual([99, 100]);
    expect(epochsOf(100 * EPOCH_MS + 3_600_000, 0)).toEqual([100]);
  });

  it('counts epochs on the counter with its offset, and round its end', () => {
    expect(epochsOf(7_200_000, 1, 0xffff0000)).toEqual([65535, 0]);
    expect(epochsOf(0, 0, 0)).toEqual([65535, 0]);
  });

  it('lets a phone derive the very identifier that is on the air', () => {
    const nowUnixMs = 1_795_000_000_000;
    const own = profileBeacon({ rootKey, desk: 'd', ...settings, clockOffsetS: 77, nowUnixMs, days: 1 });
    for (const laterMs of [0, 3_600_000, 86_000_000]) {
      const counterS = counterAt(nowUnixMs + laterMs, 77);
      const key = own.temporaryKeys?.find(({ epoch }) => epoch === counterS >>> 16)?.key ?? '';
      const eid = deriveEid(decodeHex(key) as Uint8Array, counterS, 9);
      const air = { organisationUuid: new Uint8Array(16), ...settings, clockOffsetS: 77 };
      const { frames } = identityAt(nowUnixMs + laterMs, deriveKeys(rootKey), air);
      expect(encodeHex(frames[1]?.data ?? new Uint8Array(0))).toContain(encodeHex(eid));
    }
  });
});
