import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteProfile } from '../profile/profile.js';
import { newestOwnWindows } from './state.js';
import {
  decide,
  eidFrame,
  type Heard,
  iBeaconFrame,
  neighbour,
  neighbourKey,
  nowMs,
  profile,
  recognitionKey,
  WINDOW_MS,
} from './testing/desk.js';

/** Two seconds into a window: with ten seconds of tolerance, the one before is still acceptable. */
const boundaryMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS + 2000;
const before = boundaryMs - 5000;

function genuineAt(atMs: number): readonly Heard[] {
  return [
    { data: eidFrame(atMs), rssiDbm: -52 },
    { data: iBeaconFrame(atMs, neighbourKey), rssiDbm: -68 },
    { data: iBeaconFrame(atMs, recognitionKey), rssiDbm: -52 },
  ];
}

describe('an identity of an older window', () => {
  const replays: readonly Heard[] = [
    { data: eidFrame(before), rssiDbm: -45 },
    { data: iBeaconFrame(before, recognitionKey), rssiDbm: -45 },
  ];

  it('silences while the beacon has not been heard in the newer one, so that the tests below could fail', () => {
    expect(decide(genuineAt(before), boundaryMs).decision).toMatchObject({ decision: 'silence' });
    expect(decide(genuineAt(boundaryMs), boundaryMs).decision).toMatchObject({ decision: 'silence' });
  });

  it.each(replays)('rings with its own reason after a newer one of the same beacon: %o', (replay) => {
    const { decision, evidence } = decide([...genuineAt(boundaryMs), replay], boundaryMs);
    expect(decision).toMatchObject({ decision: 'ring', reason: 'replayed-identity' });
    expect(evidence.dropped.replayed).toBeGreaterThan(0);
  });

  it('is no replay when it comes first, as at every change of identity', () => {
    const packets = [...genuineAt(before), ...genuineAt(boundaryMs), ...genuineAt(boundaryMs)];
    const once = [...packets, ...Array.from({ length: 40 }, () => genuineAt(boundaryMs)).flat()];
    expect(decide(once, boundaryMs).decision).toMatchObject({ decision: 'silence', reason: 'at-own-desk' });
  });

  it('of a neighbour is dropped and counted, and rings nothing', () => {
    const late = { data: iBeaconFrame(before, neighbourKey), rssiDbm: -68 };
    const { decision, evidence } = decide([...genuineAt(boundaryMs), late], boundaryMs);
    expect(decision).toMatchObject({ decision: 'silence' });
    expect(evidence.dropped).toEqual({ superseded: evidence.dropped.superseded });
    expect(evidence.dropped.superseded).toBeGreaterThan(0);
  });

  it('rings in the next call of a host that remembers, and only there', () => {
    const first = decide(genuineAt(boundaryMs), boundaryMs);
    const newestWindowsS = JSON.parse(JSON.stringify(newestOwnWindows(first)));
    expect(Object.keys(newestWindowsS)).toEqual(['own']);
    const again = decide(genuineAt(before), boundaryMs, profile, { newestWindowsS });
    expect(again.decision).toMatchObject({ decision: 'ring', reason: 'replayed-identity' });
    expect(decide(genuineAt(boundaryMs), boundaryMs, profile, { newestWindowsS }).decision?.decision).toBe('silence');
    expect(newestOwnWindows(again)).toEqual(newestWindowsS);
  });

  it('is told from a newer one where the counter wraps', () => {
    const offsetS = (2 ** 32 - Math.floor(boundaryMs / 1000) + 2) % 2 ** 32;
    const wrapped: SiteProfile = { ...profile, beacons: profile.beacons.map((b) => ({ ...b, clockOffsetS: offsetS })) };
    const options = (windowS: number) => ({ newestWindowsS: { own: windowS } });
    const frames = [{ data: iBeaconFrame(2000, recognitionKey), rssiDbm: -52 }, neighbour];
    expect(decide(frames, boundaryMs, wrapped, options(2 ** 32 - 512)).evidence.dropped.replayed).toBeUndefined();
    expect(decide(frames, boundaryMs, wrapped, options(512)).decision?.reason).toBe('replayed-identity');
  });

  it('of others or of an unknown desk is not kept, and a memory that is no counter is refused', () => {
    const state = decide([], nowMs, profile, { newestWindowsS: { east: 1, nobody: 2 } });
    expect(state.evidence.windowsS).toEqual({});
    expect(() => decide([], nowMs, profile, { newestWindowsS: { own: -1 } })).toThrow(RangeError);
  });

  it('is never remembered on the word of the recognisable frame alone', () => {
    const state = decide([{ data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -52 }]);
    expect(state.evidence.windowsS.own).toBeDefined();
    expect(newestOwnWindows(state)).toEqual({});
  });
});

describe('an EID of a window to come', () => {
  it.each([WINDOW_MS, 7_000_000])('rings as a clock too far off, %i ms ahead', (aheadMs) => {
    const { decision } = decide([{ data: eidFrame(nowMs + aheadMs), rssiDbm: -45 }, neighbour]);
    expect(decision).toMatchObject({ decision: 'ring', reason: 'clock-too-far-off' });
  });

  it('beyond the horizon is a stranger', () => {
    const { evidence } = decide([{ data: eidFrame(nowMs + 8_300_000), rssiDbm: -45 }, neighbour]);
    expect(evidence.dropped.ahead).toBeUndefined();
    expect(evidence.dropped.unknown).toBeGreaterThan(0);
  });
});

describe('the power that a frame states', () => {
  const heard = (offDb: number): readonly Heard[] => [
    { data: eidFrame(nowMs, -18 + offDb), rssiDbm: -52 },
    { data: iBeaconFrame(nowMs, recognitionKey, -59 + offDb), rssiDbm: -52 },
    neighbour,
  ];

  it('never shifts a level', () => {
    expect(decide(heard(6)).evidence.beacons).toEqual(decide(heard(0)).evidence.beacons);
    expect(decide(heard(-6)).evidence.beacons).toEqual(decide(heard(0)).evidence.beacons);
  });

  it.each([7, -7, 20, -40])('rings for the own desk when it is %i dB off the profile', (offDb) => {
    expect(decide(heard(offDb)).decision).toMatchObject({ decision: 'ring', reason: 'power-mismatch' });
  });

  it('takes no neighbour away, whose loudness speaks against the desk', () => {
    const loud = { data: iBeaconFrame(nowMs, neighbourKey, -20), rssiDbm: -40 };
    const { evidence } = decide([loud]);
    expect(evidence.beacons.east).toMatchObject({ strongestDb: -40 + 59 });
  });

  it('is expected per kind of frame where the profile says so, and both kinds give one level', () => {
    const split: SiteProfile = {
      ...profile,
      beacons: profile.beacons.map((b) => (b.desk === 'own' ? { ...b, framePowersDbm: { eid: -71 } } : b)),
    };
    const frames = [
      { data: eidFrame(nowMs, -71 + 41), rssiDbm: -64 },
      { data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -52 },
      neighbour,
    ];
    const levels = decide(frames, nowMs, split).evidence.beacons.own?.levelsDb ?? [];
    expect(levels.length).toBeGreaterThanOrEqual(4);
    for (const level of levels) expect(Math.abs(level - 6)).toBeLessThanOrEqual(2);
    expect(decide(frames).decision).toMatchObject({ decision: 'ring', reason: 'power-mismatch' });
  });
});

describe('no evidence', () => {
  const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
  const alarms: readonly (readonly [string, Heard])[] = [
    ['stale-identity', { data: eidFrame(nowMs - 3_600_000), rssiDbm: -90 }],
    ['replayed-identity', { data: eidFrame(before), rssiDbm: -90 }],
    ['clock-too-far-off', { data: eidFrame(nowMs + 3_600_000), rssiDbm: -90 }],
    ['power-mismatch', { data: eidFrame(boundaryMs, 10), rssiDbm: -90 }],
  ];

  it.each(alarms)('outvotes %s, wherever it stands among the first five packets', (reason, alarm) => {
    const at = reason === 'stale-identity' || reason === 'clock-too-far-off' ? nowMs : boundaryMs;
    const packets = fc.array(fc.constantFrom(...genuineAt(at)), { minLength: 0, maxLength: 4 });
    const level = fc.integer({ min: -70, max: -25 });
    fc.assert(
      fc.property(packets, level, fc.nat(40), (some, rssiDbm, more) => {
        const first = reason === 'replayed-identity' ? [{ data: eidFrame(at), rssiDbm }] : [];
        const rest = Array.from({ length: more }, () => genuineAt(at)).flat();
        const { decision } = decide(
          [...first, ...some, alarm, ...rest].map((p) => (p === alarm ? p : { ...p, rssiDbm })),
          at,
        );
        expect(decision).toMatchObject({ decision: 'ring', reason });
      }),
      { numRuns: 40, ...seed },
    );
  });
});
