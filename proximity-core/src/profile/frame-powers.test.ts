import { describe, expect, it } from 'vitest';
import { nowMs, profile } from '../call/testing/desk.js';
import { framePowerDbm, siteOfProfile } from '../decision/site.js';
import { decodeProfile } from './decode-profile.js';
import { compileLookup } from './lookup.js';

function withFramePowers(framePowersDbm: unknown): unknown {
  return JSON.parse(
    JSON.stringify({ ...profile, beacons: profile.beacons.map((beacon) => ({ ...beacon, framePowersDbm })) }),
  );
}

describe('powers per kind of frame', () => {
  it('are read from a profile and stand before the one power of the beacon', () => {
    const decoded = decodeProfile(withFramePowers({ eid: -71 }));
    if (!decoded.ok) throw new Error(decoded.reason);
    const site = siteOfProfile(decoded.profile);
    expect(framePowerDbm(site, 'own', 'eid')).toBe(-71);
    expect(framePowerDbm(site, 'own', 'ibeacon')).toBe(-59);
    expect(framePowerDbm(site, 'own', undefined)).toBe(-59);
    expect(framePowerDbm(site, null, 'eid')).toBe(-59);
  });

  it('give our own format the power of the EID unless they name it', () => {
    const powerOf = (powers: unknown): number => {
      const decoded = decodeProfile(withFramePowers(powers));
      if (!decoded.ok) throw new Error(decoded.reason);
      return framePowerDbm(siteOfProfile(decoded.profile), 'own', 'deskbeacon-eid');
    };
    expect(powerOf({ eid: -71 })).toBe(-71);
    expect(powerOf({ ibeacon: -71 })).toBe(-59);
    expect(powerOf({ eid: -71, 'deskbeacon-eid': -66 })).toBe(-66);
  });

  it.each([
    { eid: 21 },
    { ibeacon: -101 },
    { eid: 'loud' },
    { 'deskbeacon-eid': 21 },
  ])('are refused out of range, with their path: %o', (powers) => {
    expect(decodeProfile(withFramePowers(powers))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(
        /^beacons\[0\]\.framePowersDbm\.(deskbeacon-eid|eid|ibeacon): expected an integer -100\.\.20/,
      ),
    });
  });
});

describe('the table of identities', () => {
  it('knows own EIDs as far ahead as back, and says of each acceptable identity to which window it belongs', () => {
    const lookup = compileLookup(profile, nowMs);
    expect(Object.keys(lookup.futureEids).length).toBe(Object.keys(lookup.staleEids).length);
    expect(Object.keys(lookup.futureEids).length).toBe(Math.ceil(7200 / 512));
    const accepted = [...Object.keys(lookup.eids), ...Object.keys(lookup.recognitionIds)].sort();
    expect(Object.keys(lookup.windowsS).sort()).toEqual(accepted);
    const all = [...Object.keys(lookup.futureEids), ...Object.keys(lookup.staleEids), ...Object.keys(lookup.eids)];
    expect(new Set(all).size).toBe(all.length);
  });
});
