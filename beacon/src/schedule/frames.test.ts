import {
  decodeAdvertisement,
  decryptTelemetry,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeHex,
} from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../identity/keys.js';
import { type FrameSet, usualFrames } from './frame-set.js';
import { type Identity, identityAt, nextChangeUnixMs, telemetryFrame } from './frames.js';

const keys = deriveKeys(new Uint8Array(32).fill(3));
const settings = {
  organisationUuid: Uint8Array.from({ length: 16 }, (_, i) => i),
  exponentK: 3,
  clockOffsetS: 5,
  measuredPowerDbm: -59,
};

function framesOf(unixMs: number, measuredPowerDbm = -59) {
  return identityAt(unixMs, keys, { ...settings, measuredPowerDbm }).frames.map(({ data }) => {
    const decoded = decodeAdvertisement(data);
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.frames[0];
  });
}

describe('the identity of a window', () => {
  it('carries organisation, major and minor, and the identifier of the same window', () => {
    const counterS = 1_795_000_000 + 5;
    const eid = deriveEid(deriveTemporaryKey(keys.identityKey, counterS >>> 16), counterS, 3);
    expect(framesOf(1_795_000_000_400)).toMatchObject([
      {
        kind: 'ibeacon',
        proximityUuid: settings.organisationUuid,
        measuredPowerDbm: -59,
        ...deriveRecognitionId(keys.recognitionKey, counterS, 3),
      },
      { kind: 'eddystone-eid', txPowerAt0mDbm: -18, eid },
    ]);
  });

  it('is the same throughout a window, and all of it changes at the boundary', () => {
    // Counter 8 begins at Unix second 3.
    const [before, first, last, after] = [2999, 3000, 10_999, 11_000].map((unixMs) =>
      identityAt(unixMs, keys, settings),
    );
    expect(first).toEqual(last);
    expect(first?.windowS).toBe(8);
    for (const other of [before, after]) {
      expect(other?.address).not.toEqual(first?.address);
      expect(other?.frames[0]).not.toEqual(first?.frames[0]);
      expect(other?.frames[1]).not.toEqual(first?.frames[1]);
    }
  });

  it('has every frame that is switched on, and those that identify the beacon for ever do not change', () => {
    const frames: FrameSet = {
      ibeacon: {},
      eid: { weight: 1 },
      ownFormat: { weight: 1, measuredPowerDbm: -62 },
      etlm: { everyMs: 10_000 },
      uid: { namespace: new Uint8Array(10).fill(7), instance: new Uint8Array(6).fill(8), pace: { everyMs: 1000 } },
      url: { url: 'https://example.com', pace: { everyMs: 1000 }, measuredPowerDbm: -30 },
      altbeacon: {
        companyId: 0x118,
        beaconId: new Uint8Array(20).fill(9),
        reserved: 5,
        pace: { weight: 1 },
        measuredPowerDbm: 3,
      },
    };
    const [first, next] = [1_795_000_000_400, 1_795_000_008_400].map((unixMs) =>
      identityAt(unixMs, keys, { ...settings, frames }),
    );
    const decoded = (first as Identity).frames.map(({ data }) => {
      const result = decodeAdvertisement(data);
      return result.ok ? result.frames[0] : undefined;
    });
    const eid = decoded[1]?.kind === 'eddystone-eid' ? decoded[1].eid : undefined;
    expect(decoded).toMatchObject([
      { kind: 'ibeacon', measuredPowerDbm: -59 },
      { kind: 'eddystone-eid', txPowerAt0mDbm: -18 },
      { kind: 'deskbeacon-eid', measuredPowerDbm: -62, eid },
      { kind: 'eddystone-uid', txPowerAt0mDbm: -18, namespace: frames.uid?.namespace, instance: frames.uid?.instance },
      { kind: 'eddystone-url', txPowerAt0mDbm: 11, url: 'https://example.com' },
      { kind: 'altbeacon', companyId: 0x118, measuredPowerDbm: 0, manufacturerReserved: 5 },
    ]);
    for (const [i, { kind, data }] of (first as Identity).frames.entries()) {
      const isStatic = ['uid', 'url', 'altbeacon'].includes(kind);
      expect(encodeHex(data) === encodeHex(next?.frames[i]?.data as Uint8Array), kind).toBe(isStatic);
    }
  });

  it('tells telemetry to whoever holds the identity key, in this window only', () => {
    const identity = identityAt(1_795_000_000_400, keys, settings);
    const telemetry = { temperatureC: 41.5, advertisements: 7, uptimeDs: 9 };
    const decoded = decodeAdvertisement(telemetryFrame(identity, keys, telemetry, 77));
    const frame = decoded.ok ? decoded.frames[0] : undefined;
    if (frame?.kind !== 'eddystone-etlm') throw new Error('no telemetry');
    const { identityKey } = keys;
    expect(decryptTelemetry(frame, { identityKey, windowS: identity.windowS })).toEqual({ ok: true, telemetry });
    expect(decryptTelemetry(frame, { identityKey, windowS: identity.windowS + 8 }).ok).toBe(false);
    expect(decryptTelemetry(frame, { identityKey: keys.recognitionKey, windowS: identity.windowS }).ok).toBe(false);
  });

  it('has addresses of its own for parts of a window, if asked for, none of them that of the window', () => {
    const frames: FrameSet = { ...usualFrames, addressSeconds: 2 };
    const usual = encodeHex(identityAt(3000, keys, settings).address);
    const addresses = [3000, 4000, 5000, 7000, 9000, 11_000].map((unixMs) =>
      encodeHex(identityAt(unixMs, keys, { ...settings, frames }).address),
    );
    // Counter 8 begins at Unix second 3; every two seconds of the counter there is another address.
    expect(addresses[0]).toBe(addresses[1]);
    expect(new Set([usual, ...addresses]).size).toBe(6);
    expect(nextChangeUnixMs(3000, { ...settings, frames })).toBe(5000);
    expect(nextChangeUnixMs(3000, settings)).toBe(11_000);
  });

  it('keeps the address of the identity where that does not last longer than the cadence of addresses', () => {
    const frames: FrameSet = { ...usualFrames, addressSeconds: 64 };
    expect(identityAt(3000, keys, { ...settings, frames })).toEqual(identityAt(3000, keys, settings));
  });

  it.each([
    [-100, -59],
    [-59, -18],
    [-21, 20],
    [0, 20],
    [20, 20],
  ])('states a power of %i dBm at 1 m as %i dBm at 0 m, within what Eddystone allows', (measuredPowerDbm, txPowerAt0mDbm) => {
    expect(framesOf(0, measuredPowerDbm)).toMatchObject([{ measuredPowerDbm }, { txPowerAt0mDbm }]);
  });
});
