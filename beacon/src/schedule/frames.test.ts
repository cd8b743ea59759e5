import { decodeAdvertisement, deriveEid, deriveRecognitionId, deriveTemporaryKey } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../identity/keys.js';
import { identityAt } from './frames.js';

const keys = deriveKeys(new Uint8Array(32).fill(3));
const settings = {
  organisationUuid: Uint8Array.from({ length: 16 }, (_, i) => i),
  exponentK: 3,
  clockOffsetS: 5,
  measuredPowerDbm: -59,
};

function framesOf(unixMs: number, measuredPowerDbm = -59) {
  return identityAt(unixMs, keys, { ...settings, measuredPowerDbm }).frames.map((data) => {
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
