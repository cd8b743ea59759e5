import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { encodeEddystoneEid } from '../advertisement/eddystone-eid.js';
import type { SiteProfile } from '../profile/profile.js';
import {
  decide,
  eidFrame,
  iBeaconFrame,
  neighbour,
  neighbourKey,
  nowMs,
  profile,
  recognitionKey,
  WINDOW_MS,
} from './testing/desk.js';

describe('frames of the own desk', () => {
  it('silence when they are those of this window, so that the tests below could fail', () => {
    const genuine = [
      { data: eidFrame(nowMs), rssiDbm: -52 },
      neighbour,
      { data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -52 },
    ];
    expect(decide(genuine).decision).toMatchObject({ decision: 'silence', reason: 'at-own-desk' });
  });

  it('ring with their own reason when they are an hour old, even beside the genuine ones', () => {
    const recorded = [
      { data: eidFrame(nowMs - 3_600_000), rssiDbm: -40 },
      { data: iBeaconFrame(nowMs - 3_600_000, recognitionKey), rssiDbm: -40 },
    ];
    expect(decide(recorded).decision).toMatchObject({ decision: 'ring', reason: 'stale-identity' });
    const beside = [...recorded, { data: eidFrame(nowMs), rssiDbm: -52 }, neighbour];
    expect(decide(beside).decision).toMatchObject({ decision: 'ring', reason: 'stale-identity' });
  });

  it('ring when they are of the next window already, or of a day ago', () => {
    for (const atMs of [nowMs + WINDOW_MS, nowMs - 86_400_000]) {
      expect(decide([{ data: eidFrame(atMs), rssiDbm: -45 }, neighbour]).decision?.decision).toBe('ring');
    }
  });

  it('ring when only the recognisable frame is there, which anybody of the site could send', () => {
    const forged = [{ data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -45 }, neighbour];
    expect(decide(forged).decision).toMatchObject({ decision: 'ring', reason: 'not-authenticated' });
  });

  it('ring when the lease of the keys is over', () => {
    const expired: SiteProfile = {
      ...profile,
      beacons: profile.beacons.map(({ temporaryKeys: _over, ...beacon }) => beacon),
    };
    const genuine = [
      { data: eidFrame(nowMs), rssiDbm: -52 },
      { data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -52 },
      neighbour,
    ];
    expect(decide(genuine, nowMs, expired).decision).toMatchObject({ decision: 'ring', reason: 'not-authenticated' });
  });

  it('are accepted from the window next to this one only while the clocks may differ by as much', () => {
    const boundaryMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS;
    const old = [{ data: eidFrame(boundaryMs - 1000), rssiDbm: -52 }, neighbour];
    expect(decide(old, boundaryMs + 5_000).evidence.beacons.own?.authenticated).toBeGreaterThan(0);
    expect(decide(old, boundaryMs + 15_000).decision).toMatchObject({ decision: 'ring', reason: 'stale-identity' });
  });
});

describe('whoever has no key', () => {
  const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

  it('never silences, whatever is sent and however strong', () => {
    const anyEid = fc
      .uint8Array({ minLength: 8, maxLength: 8 })
      .map((eid) => encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -18, eid })));
    const anyBytes = fc.uint8Array({ maxLength: 31 }).map((bytes) => encodeHex(bytes));
    const known = fc.constantFrom(
      iBeaconFrame(nowMs, recognitionKey),
      neighbour.data,
      iBeaconFrame(nowMs, neighbourKey),
    );
    const packet = fc.record({ data: fc.oneof(anyEid, anyBytes, known), rssiDbm: fc.integer({ min: -127, max: 127 }) });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 12 }), (packets) => {
        expect(decide(packets).decision?.decision).toBe('ring');
      }),
      seed,
    );
  });
});
