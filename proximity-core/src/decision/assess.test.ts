import { describe, expect, it } from 'vitest';
import { addSighting, beginScan, type Evidence, noEvidence } from '../evidence/evidence.js';
import { assess } from './assess.js';
import { siteOfTrace } from './site.js';

const desksM = { own: [0, 0], east: [1.6, 0], west: [-1.6, 0], behind: [0, 2.3] } as const;

/** Ten packets in a second from each beacon at these gains (dB relative to 1 m). */
function heard(gainsDb: Readonly<Record<string, number>>): Evidence {
  let evidence = beginScan(noEvidence, 0, 1);
  for (let i = 0; i < 10; i += 1) {
    for (const [desk, gainDb] of Object.entries(gainsDb)) {
      evidence = addSighting(evidence, {
        desk,
        atMs: i * 100,
        gainDb,
        isAuthenticated: desk === 'own',
        isOwn: desk === 'own',
      });
    }
  }
  return evidence;
}

const placed = siteOfTrace(['own'], { desksM });
const unplaced = siteOfTrace(['own'], undefined);
const llr = (gainsDb: Readonly<Record<string, number>>, site = placed): number =>
  assess(heard(gainsDb), site, ['own'], 1000).llr;

describe('the evidence of a second', () => {
  const atDesk = { own: 4, east: -8, west: -8, behind: -14 };
  const nextRoom = { own: -14, east: -15, west: -15, behind: 4 };

  it('speaks for the desk at the desk and against it in the next room', () => {
    expect(llr(atDesk)).toBeGreaterThan(3);
    expect(llr(nextRoom)).toBeLessThan(-2);
  });

  it('moves less when a pocket takes 8 dB from every beacon alike than when it takes them from the own desk alone', () => {
    const pocket = Object.fromEntries(Object.entries(atDesk).map(([desk, gain]) => [desk, gain - 8]));
    expect(llr(pocket)).toBeGreaterThan(2.5);
    expect(llr(atDesk) - llr(pocket)).toBeLessThan(llr(atDesk) - llr({ ...atDesk, own: -4 }));
  });

  it('falls when a neighbour is heard better, and rises when the own desk is', () => {
    expect(llr({ ...atDesk, east: -2 })).toBeLessThan(llr(atDesk));
    expect(llr({ ...nextRoom, own: -8 })).toBeGreaterThan(llr(nextRoom));
  });

  it('counts a neighbour by its strongest packet, so that weak frames in its name change next to nothing', () => {
    let forged = heard(nextRoom);
    for (let i = 0; i < 10; i += 1) {
      forged = addSighting(forged, { desk: 'behind', atMs: 1000, gainDb: -35, isAuthenticated: false, isOwn: false });
    }
    expect(assess(forged, placed, ['own'], 1000).llr - llr(nextRoom)).toBeLessThan(0.5);
  });

  it('works without a plan and with one desk alone, less surely', () => {
    expect(llr(atDesk, unplaced)).toBeGreaterThan(0);
    expect(llr(nextRoom, unplaced)).toBeLessThan(-1);
    const alone = llr({ own: 5 }, unplaced);
    expect(alone).toBeGreaterThan(0);
    expect(llr({ own: -18 }, unplaced)).toBeLessThan(alone - 2);
  });

  it('does not speak for a desk that is not heard, however much its neighbours sound like being there', () => {
    expect(llr({ east: -8, west: -8, behind: -14 })).toBeLessThan(2.5);
  });

  it('takes no beacon for absent where the record kept only the strongest', () => {
    const few = siteOfTrace(['own'], { desksM, othersAtMost: 3 });
    const weak = { own: -33, east: -35 };
    expect(assess(heard(weak), few, ['own'], 1000).llr).not.toBe(llr(weak));
    expect(assess(heard(atDesk), few, ['own'], 1000).llr).toBe(llr(atDesk));
  });

  it("weighs the neighbour's desk as the site asks, and what is out of earshot as ever", () => {
    const between = { own: -2, east: -2, west: -12, behind: -12 };
    const at = (neighbourWeight: number) => {
      const site = { ...placed, policy: { ...placed.policy, neighbourWeight } };
      return assess(heard(between), site, ['own'], 1000);
    };
    expect(at(1)).toEqual(assess(heard(between), placed, ['own'], 1000));
    expect(at(0).pDesk).toBeGreaterThan(at(1).pDesk);
    expect(at(1).pDesk).toBeGreaterThan(at(10).pDesk);
    expect(at(0).llr).toBe(at(10).llr);
  });

  it('is always finite', () => {
    for (const gainsDb of [{}, { own: 58 }, { own: -100, east: 58 }, { east: -100 }]) {
      const { llr: value, pDesk } = assess(heard(gainsDb), placed, ['own'], 1000);
      expect(Number.isFinite(value)).toBe(true);
      expect(pDesk).toBeGreaterThanOrEqual(0);
      expect(pDesk).toBeLessThanOrEqual(1);
    }
  });
});
