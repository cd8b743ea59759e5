import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { encodeDeskbeaconEid } from '../advertisement/deskbeacon-eid.js';
import type { SiteProfile } from '../profile/profile.js';
import { newestOwnWindows } from './state.js';
import {
  decide,
  eidFrame,
  type Heard,
  iBeaconFrame,
  neighbour,
  nowMs,
  ownFrame,
  profile,
  recognitionKey,
  WINDOW_MS,
} from './testing/desk.js';

/** What an Android app hears that declares `neverForLocation`: Deskbeacon-EID and nothing else of the beacon. */

const host = { hearsOwnDesksOnly: true };
const genuine: readonly Heard[] = [{ data: ownFrame(nowMs), rssiDbm: -52 }];
const decideAlone = (packets: readonly Heard[], given: SiteProfile = profile) =>
  decide(packets, nowMs, given, { host });

describe('a phone that hears frames of our own format alone', () => {
  it('is silent at its desk', () => {
    const { decision, evidence } = decideAlone(genuine);
    expect(decision).toMatchObject({ decision: 'silence', reason: 'at-own-desk' });
    expect(evidence.beacons.own?.authenticated).toBe(evidence.beacons.own?.packets);
    expect(Object.keys(newestOwnWindows(decideAlone(genuine)))).toEqual(['own']);
  });

  it('rings where they are as weak as behind a wall', () => {
    expect(decideAlone([{ data: ownFrame(nowMs), rssiDbm: -75 }]).decision).toMatchObject({ decision: 'ring' });
  });

  it('makes nothing of the desks it cannot hear, however often their beacons send', () => {
    const weighed = (intervalMs: number, isAlone: boolean): number => {
      // So far off that it is heard from some of the places that are weighed and not from others.
      const east = { intervalMs, positionM: [40, 0] as const };
      const beacons = profile.beacons.map((beacon) => (beacon.desk === 'east' ? { ...beacon, ...east } : beacon));
      const given = { ...profile, beacons };
      return (isAlone ? decideAlone(genuine, given) : decide(genuine, nowMs, given)).decision?.llr ?? 0;
    };
    expect(weighed(100, true)).toBe(weighed(10_240, true));
    // To a phone that could hear it, not to hear it speaks for the own desk.
    expect(weighed(100, false)).toBeGreaterThan(weighed(10_240, false) + 0.05);
    expect(weighed(100, false)).toBeGreaterThan(weighed(100, true) + 0.05);
  });

  it.each([
    ['an hour old', -3_600_000, 'stale-identity'],
    ['of the next window', WINDOW_MS, 'clock-too-far-off'],
    ['two hours ahead', 7_000_000, 'clock-too-far-off'],
  ] as const)('rings for frames %s, with the reason of an EID, also beside genuine ones', (_, byMs, reason) => {
    const recorded = [{ data: ownFrame(nowMs + byMs), rssiDbm: -40 }];
    expect(decideAlone(recorded).decision).toMatchObject({ decision: 'ring', reason });
    expect(decideAlone([...recorded, ...genuine]).decision).toMatchObject({ decision: 'ring', reason });
  });

  it('rings for a frame of the window before, once the newer one was heard, by either format', () => {
    const boundaryMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS + 2000;
    const replay = { data: ownFrame(boundaryMs - 5000), rssiDbm: -45 };
    for (const newer of [ownFrame(boundaryMs), eidFrame(boundaryMs)]) {
      const { decision, evidence } = decide([{ data: newer, rssiDbm: -52 }, replay], boundaryMs, profile, { host });
      expect(decision).toMatchObject({ decision: 'ring', reason: 'replayed-identity' });
      expect(evidence.dropped.replayed).toBeGreaterThan(0);
    }
  });

  it('rings when the lease of the keys is over', () => {
    const beacons = profile.beacons.map(({ temporaryKeys: _over, ...beacon }) => beacon);
    expect(decideAlone(genuine, { ...profile, beacons }).decision?.decision).toBe('ring');
  });

  it('rings for whatever somebody without a key sends under our service, however strong', () => {
    const anyEid = fc
      .record({ eid: fc.uint8Array({ minLength: 8, maxLength: 8 }), power: fc.integer({ min: -100, max: 20 }) })
      .map(({ eid, power }) => encodeHex(encodeDeskbeaconEid({ measuredPowerDbm: power, eid })));
    const packet = fc.record({ data: anyEid, rssiDbm: fc.integer({ min: -100, max: -1 }) });
    const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 12 }), (packets) => {
        expect(decideAlone(packets).decision?.decision).toBe('ring');
      }),
      seed,
    );
  });
});

describe('the power of our own format', () => {
  it.each([7, -7, 30])('rings when it is %i dB off the profile, and shifts no level within the tolerance', (offDb) => {
    const off = [{ data: ownFrame(nowMs, -59 + offDb), rssiDbm: -52 }];
    expect(decideAlone(off).decision).toMatchObject({ decision: 'ring', reason: 'power-mismatch' });
    const within = [{ data: ownFrame(nowMs, -59 + Math.sign(offDb) * 6), rssiDbm: -52 }];
    expect(decideAlone(within).evidence.beacons).toEqual(decideAlone(genuine).evidence.beacons);
  });

  it.each([
    [{ eid: -71 }, -71],
    [{ eid: -71, 'deskbeacon-eid': -65 }, -65],
    [{ ibeacon: -71 }, -59],
  ] as const)('is that of the EID unless the profile names it: %o gives %i dBm', (framePowersDbm, powerDbm) => {
    const beacons = profile.beacons.map((beacon) => (beacon.desk === 'own' ? { ...beacon, framePowersDbm } : beacon));
    const heard = [{ data: ownFrame(nowMs, powerDbm), rssiDbm: powerDbm + 7 }];
    const levels = decideAlone(heard, { ...profile, beacons }).evidence.beacons.own?.levelsDb ?? [];
    expect(levels.length).toBeGreaterThan(4);
    for (const level of levels) expect(Math.abs(level - 6)).toBeLessThanOrEqual(1);
  });
});

describe('a phone that hears all formats', () => {
  it('takes our own for what it is: one more proof from the same desk', () => {
    const all = [
      { data: eidFrame(nowMs), rssiDbm: -52 },
      neighbour,
      { data: ownFrame(nowMs), rssiDbm: -52 },
      { data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -52 },
    ];
    const { decision, evidence } = decide(all);
    expect(decision).toMatchObject({ decision: 'silence', reason: 'at-own-desk' });
    expect(evidence.beacons.own?.authenticated).toBeGreaterThan((evidence.beacons.own?.packets ?? 0) / 2);
  });
});
