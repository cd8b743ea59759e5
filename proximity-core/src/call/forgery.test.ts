import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import { encodeEddystoneEid } from '../advertisement/eddystone-eid.js';
import { encodeIBeacon } from '../advertisement/ibeacon.js';
import { deriveEid, deriveTemporaryKey } from '../identity/eid.js';
import { deriveRecognitionId } from '../identity/recognition.js';
import { counterAt } from '../identity/window.js';
import type { SiteProfile } from '../profile/profile.js';
import type { CallEvent } from './events.js';
import { type CallState, createCall } from './state.js';
import { step } from './step.js';

const EXPONENT_K = 9;
const WINDOW_MS = 512_000;
/** In the middle of a window, so that no tolerance reaches a neighbouring one. */
const nowMs = Math.floor(Date.UTC(2026, 10, 24, 9) / WINDOW_MS) * WINDOW_MS + WINDOW_MS / 2;
const identityKey = Uint8Array.from({ length: 16 }, (_, i) => 7 * i + 1);
const recognitionKey = Uint8Array.from({ length: 16 }, (_, i) => 200 - i);
const neighbourKey = Uint8Array.from({ length: 16 }, (_, i) => 3 * i + 50);
const organisation = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const epochs = [-1, 0].map((step) => ((counterAt(nowMs, 0) >>> 16) + step) & 0xffff);

const profile: SiteProfile = {
  deskbeacon: 'site-profile',
  version: 1,
  site: 'test',
  organisationUuid: encodeHex(organisation),
  ownDesks: ['own'],
  beacons: [
    {
      desk: 'own',
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: encodeHex(recognitionKey),
      temporaryKeys: epochs.map((epoch) => ({ epoch, key: encodeHex(deriveTemporaryKey(identityKey, epoch)) })),
      positionM: [0, 0],
    },
    {
      desk: 'east',
      exponentK: EXPONENT_K,
      clockOffsetS: 0,
      measuredPowerDbm: -59,
      intervalMs: 100,
      recognitionKey: encodeHex(neighbourKey),
      positionM: [1.6, 0],
    },
  ],
  policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
  model: { calibration: 'none' },
  ringAll: false,
};

function eidFrame(atMs: number): string {
  const counterS = counterAt(atMs, 0);
  const eid = deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, EXPONENT_K);
  return encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -18, eid }));
}

function iBeaconFrame(atMs: number, key: Uint8Array): string {
  const id = deriveRecognitionId(key, counterAt(atMs, 0), EXPONENT_K);
  return encodeHex(encodeIBeacon({ proximityUuid: organisation, ...id, measuredPowerDbm: -59 }));
}

interface Heard {
  readonly data: string;
  readonly rssiDbm: number;
}

/** A call in which the given packets come in turn, one every 40 ms. */
function decide(packets: readonly Heard[], wallClockMs = nowMs, given: SiteProfile = profile): CallState {
  let state = createCall({ profile: given, wallClockMs });
  const feed = (event: CallEvent): void => {
    state = step(state, event).state;
  };
  feed({ t: 0, event: 'call', deadlineMs: 1500 });
  feed({ t: 2, event: 'scan-started', mode: 'low-latency' });
  for (let i = 0; 10 + 40 * i < 1500 && packets.length > 0; i += 1) {
    const { data, rssiDbm } = packets[i % packets.length] as Heard;
    feed({ t: 10 + 40 * i, event: 'advertisement', address: '12:34:56:78:9a:bc', rssiDbm: rssiDbm - (i % 3), data });
  }
  feed({ t: 1500, event: 'tick' });
  return state;
}

const neighbour: Heard = { data: iBeaconFrame(nowMs, neighbourKey), rssiDbm: -68 };

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
