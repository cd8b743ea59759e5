import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowMs, profile } from '../call/testing/desk.js';
import { compileLookup, nextLookupChangeMs } from '../profile/lookup.js';
import type { SiteProfile } from '../profile/profile.js';
import { proximityCore } from './facade.js';
import type { Prepared } from './prepare.js';
import { ask, stateOf } from './testing/ask.js';

const siteProfile: fc.Arbitrary<SiteProfile> = fc
  .record({
    beacons: fc.array(
      fc.record({ exponentK: fc.integer({ min: 0, max: 15 }), clockOffsetS: fc.integer({ min: 0, max: 0xffffffff }) }),
      { minLength: 1, maxLength: 3 },
    ),
    clockToleranceS: fc.integer({ min: 0, max: 600 }),
  })
  .map(({ beacons, clockToleranceS }) => ({
    ...profile,
    policy: { ...profile.policy, clockToleranceS },
    beacons: beacons.map((beacon, i) => ({
      ...(profile.beacons[i % 2] as SiteProfile['beacons'][number]),
      ...beacon,
      desk: ['own', 'east', 'hall'][i] as string,
    })),
  }));

function opened(request: object): unknown {
  return stateOf(proximityCore.openCall(JSON.stringify(request)));
}

describe('what is prepared of a profile', () => {
  it('is plain JSON, and the same as a call would derive', () => {
    const { prepared } = ask('prepare', { profile, wallClockMs: nowMs }) as unknown as { prepared: Prepared };
    expect(prepared.lookup).toEqual(compileLookup(profile, nowMs));
    expect(prepared.untilMs).toBe(nowMs + 246_000);
    expect(opened({ prepared, wallClockMs: nowMs })).toEqual(opened({ profile, wallClockMs: nowMs }));
  });

  it('makes the same call as the profile, at whatever time and for whatever desks', () => {
    const laterMs = fc.integer({ min: -2_000_000, max: 2_000_000 });
    const desks = fc.constantFrom(undefined, ['own'], ['east'], []);
    fc.assert(
      fc.property(siteProfile, laterMs, desks, (given, later, own) => {
        const { prepared } = ask('prepare', { profile: given, wallClockMs: nowMs });
        const rest = { wallClockMs: nowMs + later, ...(own === undefined ? {} : { desks: own }) };
        expect(opened({ prepared, ...rest })).toEqual(opened({ profile: given, ...rest }));
      }),
      { numRuns: 200 },
    );
  });

  it('serves to the very second in which an identity changes, and no longer', () => {
    fc.assert(
      fc.property(siteProfile, fc.integer({ min: 0, max: 4_000_000_000_000 }), (given, atMs) => {
        const untilMs = nextLookupChangeMs(given, atMs);
        const table = compileLookup(given, atMs);
        expect(untilMs).toBeGreaterThan(atMs);
        expect(compileLookup(given, untilMs - 1)).toEqual(table);
      }),
      { numRuns: 300 },
    );
    expect(compileLookup(profile, nextLookupChangeMs(profile, nowMs))).not.toEqual(compileLookup(profile, nowMs));
  });

  it('is used while it serves: the call takes the table over as it is', () => {
    const { prepared } = ask('prepare', { profile, wallClockMs: nowMs }) as unknown as { prepared: Prepared };
    const marked = { ...prepared, lookup: { ...prepared.lookup, eids: { abcd: 'own' } } };
    expect(opened({ prepared: marked, wallClockMs: prepared.untilMs - 1 })).toMatchObject({
      lookup: { eids: { abcd: 'own' } },
    });
    expect(opened({ prepared: marked, wallClockMs: prepared.untilMs })).not.toMatchObject({
      lookup: { eids: { abcd: 'own' } },
    });
  });

  it('is refused where it is not what was prepared', () => {
    const { prepared } = ask('prepare', { profile, wallClockMs: nowMs }) as unknown as { prepared: Prepared };
    for (const broken of [
      {},
      [],
      { ...prepared, version: 2 },
      { ...prepared, profile: {} },
      { ...prepared, lookup: { ...prepared.lookup, eids: { abcd: 7 } } },
      { ...prepared, untilMs: 'noon' },
    ]) {
      expect(ask('createCall', { prepared: broken, wallClockMs: nowMs })).toMatchObject({
        error: { code: 'bad-prepared' },
      });
    }
    expect(ask('prepare', { profile: {}, wallClockMs: nowMs })).toMatchObject({ error: { code: 'bad-profile' } });
    expect(ask('prepare', { profile })).toMatchObject({ error: { code: 'bad-request' } });
  });
});
