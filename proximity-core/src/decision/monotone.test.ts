import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addSighting, beginScan, type Evidence, noEvidence } from '../evidence/evidence.js';
import { assess } from './assess.js';
import type { Assessment } from './odds.js';
import { parameters } from './parameters.js';
import { type Site, siteOfTrace } from './site.js';

/** One beacon's packets: when, after the scan's start, and how loud, dB relative to 1 m. */
interface Sent {
  readonly packets: readonly { readonly atMs: number; readonly gainDb: number }[];
}

const OTHERS = ['a', 'b', 'c', 'd', 'e'] as const;

/** The believable range, a dB left free at its edge: −94 to −44 dBm from a beacon of −59 dBm at 1 m. */
const gain = fc.integer({ min: -35, max: 14 });
const sent: fc.Arbitrary<Sent> = fc.record({
  packets: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 999 }), gainDb: gain }), {
    minLength: 1,
    maxLength: 10,
  }),
});
const metres = fc.integer({ min: -1500, max: 1500 }).map((centimetres) => centimetres / 100);
const place = fc.tuple(metres, metres);

/** With a plan, with half of one, and without any. */
const site: fc.Arbitrary<Site> = fc
  .record({
    own: fc.option(place, { nil: undefined }),
    others: fc.dictionary(fc.constantFrom(...OTHERS), place, { maxKeys: 5 }),
    phone: fc.option(fc.record({ offsetDb: fc.integer({ min: -15, max: 15 }), sdDb: fc.integer({ min: 2, max: 6 }) }), {
      nil: undefined,
    }),
  })
  .map(({ own, others, phone }) => ({
    ...siteOfTrace(['own'], { desksM: { ...others, ...(own === undefined ? {} : { own }) } }),
    ...(phone === undefined ? {} : { phone }),
  }));
const heard = fc.record({
  own: sent,
  others: fc.dictionary(fc.constantFrom(...OTHERS), sent, { maxKeys: 5 }),
  anonymous: fc.array(gain, { maxLength: 4 }),
});
type Heard = typeof heard extends fc.Arbitrary<infer T> ? T : never;

const other = fc.constantFrom(...OTHERS);
const instant = fc.integer({ min: 200, max: 1000 });
const ROUNDING = 2e-6;

describe('one beacon alone a decibel louder', () => {
  it('never speaks against the desk when it is the own', () => {
    fc.assert(
      fc.property(site, heard, instant, (where, what, atMs) => {
        const before = assessed(where, what, atMs);
        const after = assessed(where, { ...what, own: louder(what.own) }, atMs);
        expect(after.llr).toBeGreaterThanOrEqual(before.llr - ROUNDING);
        expect(after.pDesk).toBeGreaterThanOrEqual(before.pDesk - ROUNDING);
      }),
      { numRuns: 400 },
    );
  });

  it('never speaks for the desk when it is another, where no plan is known', () => {
    fc.assert(
      fc.property(heard, other, instant, (what, name, atMs) => {
        const { before, after } = withLouder(siteOfTrace(['own'], undefined), what, name, atMs);
        expect(after.llr).toBeLessThanOrEqual(before.llr + ROUNDING);
        expect(after.pDesk).toBeLessThanOrEqual(before.pDesk + ROUNDING);
      }),
      { numRuns: 400 },
    );
  });

  /**
   * With a plan there is an exception, and a bound. One neighbour a decibel louder makes the phone's common offset likelier to be
   * high; then the other neighbours ought to be louder too, elsewhere more than at the desk. Where they are not, that may speak for
   * the desk by more than the louder neighbour speaks against it. In 24 000 wild draws it did in 0.7 %, by 0.056 nats at most.
   */
  it('speaks for the desk by a twentieth of what silence needs at most when it is another, where a plan is known', () => {
    fc.assert(
      fc.property(site, heard, other, instant, (where, what, name, atMs) => {
        const { before, after } = withLouder(where, what, name, atMs);
        expect(after.llr).toBeLessThanOrEqual(before.llr + parameters.silenceNats / 20);
        expect(after.pDesk).toBeLessThanOrEqual(before.pDesk + 0.02);
      }),
      { numRuns: 400 },
    );
  });
});

function withLouder(
  where: Site,
  what: Heard,
  name: string,
  atMs: number,
): { readonly before: Assessment; readonly after: Assessment } {
  const beacon = what.others[name];
  fc.pre(beacon !== undefined);
  return {
    before: assessed(where, what, atMs),
    after: assessed(where, { ...what, others: { ...what.others, [name]: louder(beacon as Sent) } }, atMs),
  };
}

function louder({ packets }: Sent): Sent {
  return { packets: packets.map(({ atMs, gainDb }) => ({ atMs, gainDb: gainDb + 1 })) };
}

function assessed(where: Site, { own, others, anonymous }: Heard, atMs: number): Assessment {
  let evidence: Evidence = beginScan(noEvidence, 0, 1);
  const add = (desk: string | null, at: number, gainDb: number): void => {
    const isOwn = desk === 'own';
    evidence = addSighting(evidence, { desk, atMs: at, gainDb, isAuthenticated: isOwn, isOwn });
  };
  for (const { atMs: at, gainDb } of own.packets) add('own', at, gainDb);
  for (const [desk, { packets }] of Object.entries(others))
    for (const { atMs: at, gainDb } of packets) add(desk, at, gainDb);
  for (const gainDb of anonymous) add(null, 0, gainDb);
  return assess(evidence, where, ['own'], atMs);
}
