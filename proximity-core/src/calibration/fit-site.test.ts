import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../decision/assess.js';
import { siteOfTrace } from '../decision/site.js';
import { addSighting, beginScan, type Evidence, noEvidence } from '../evidence/evidence.js';
import { decodeProfile } from '../profile/decode-profile.js';
import { decodeSiteModel, type SiteModel } from '../profile/site-model.js';
import { fitSite } from './fit-site.js';
import { type WalkPose, walkPose } from './walk.js';

const desksM = { own: [0, 0], east: [1.6, 0], west: [-1.6, 0], behind: [0, 2.3] } as const;
const desks = Object.keys(desksM);

/** How desks truly hear each other here: east is shadowed from the own desk, and the own beacon is a weak one. */
const truth: Readonly<Record<string, number>> = { own: 1, east: -15, west: -4, behind: -7 };

/** Poses at the own desk; `shiftsDb` is what the walker's phone and pocket did in each. */
function posesOf(shiftsDb: readonly number[], wobbleDb = 0): readonly WalkPose[] {
  return shiftsDb.map((shiftDb, i) => ({
    desk: 'own',
    levelsDb: Object.fromEntries(
      desks.map((id, j) => [id, (truth[id] as number) + shiftDb + wobbleDb * (((i + j) % 3) - 1)]),
    ),
  }));
}

/** Level of a beacon against the mean of all: what no receiver can shift. */
function relativeDb(model: SiteModel, beacon: string): number {
  const links = model.desks.own?.links ?? {};
  const mean = desks.reduce((sum, id) => sum + (links[id]?.gainDb ?? Number.NaN), 0) / desks.length;
  return (links[beacon]?.gainDb ?? Number.NaN) - mean;
}

describe('a site fitted from a walk', () => {
  const trueMean = desks.reduce((sum, id) => sum + (truth[id] as number), 0) / desks.length;

  it('finds what the plan does not say, the surer the more poses', () => {
    const errors = [1, 3, 12].map((count) => {
      const model = fitSite(posesOf(Array(count).fill(-3)), desksM);
      return Math.max(...desks.map((id) => Math.abs(relativeDb(model, id) - ((truth[id] as number) - trueMean))));
    });
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors[2]).toBeLessThan(0.6);
    expect(errors[0]).toBeGreaterThan(2 * (errors[2] as number));
  });

  it('takes the walker’s receiver and pocket out, pose by pose', () => {
    const even = fitSite(posesOf([-3, -3, -3, -3]), desksM);
    fc.assert(
      fc.property(fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 4, maxLength: 4 }), (shifts) => {
        const model = fitSite(posesOf(shifts), desksM);
        for (const id of desks) expect(Math.abs(relativeDb(model, id) - relativeDb(even, id))).toBeLessThan(0.8);
      }),
      { numRuns: 50 },
    );
  });

  it('does not hand the walker’s receiver on: the gains of a loud and a deaf phone are nearly the same', () => {
    const own = (shiftDb: number): number =>
      fitSite(posesOf(Array(6).fill(shiftDb)), desksM).desks.own?.links.own?.gainDb ?? Number.NaN;
    expect(Math.abs(own(7) - own(-13))).toBeLessThan(5);
  });

  it('spreads wider where poses differ', () => {
    const sdDb = (wobbleDb: number): number =>
      fitSite(posesOf(Array(8).fill(-3), wobbleDb), desksM).desks.own?.links.west?.sdDb ?? Number.NaN;
    expect(sdDb(7)).toBeGreaterThan(sdDb(0) + 1);
  });

  it('leaves out a beacon that few poses heard', () => {
    const [first, ...rest] = posesOf([-3, -3, -3, -3]) as readonly [WalkPose, ...WalkPose[]];
    const model = fitSite([{ ...first, levelsDb: { ...first.levelsDb, stranger: -30 } }, ...rest], desksM);
    expect(model.desks.own?.links).not.toHaveProperty('stranger');
    expect(Object.keys(model.desks.own?.links ?? {}).sort()).toEqual([...desks].sort());
  });

  it('is plain JSON that a profile takes, whatever was walked', () => {
    const name = fc.constantFrom('own', 'east', 'constructor', '__proto__', 'd-1');
    const levels = fc.dictionary(name, fc.double({ min: -100, max: 60, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.record({ desk: name, levelsDb: levels }), { minLength: 1, maxLength: 12 }), (poses) => {
        const model = fitSite(poses, desksM);
        expect(decodeSiteModel(JSON.parse(JSON.stringify(model)))).toEqual({ ok: true, model });
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [[], 'poses: expected at least one'],
    [[{ desk: '', levelsDb: {} }], 'poses[0].desk'],
    [[{ desk: 'own', levelsDb: { own: Number.NaN } }], 'poses[0].levelsDb.own: expected -100..60 dB, got NaN'],
    [[{ desk: 'own', levelsDb: { own: 61 } }], 'poses[0].levelsDb.own'],
  ])('refuses %j', (poses: readonly WalkPose[], message) => {
    expect(() => fitSite(poses, desksM)).toThrow(RangeError);
    expect(() => fitSite(poses, desksM)).toThrow(message);
  });

  it('reads a recording as a call’s packets are read', () => {
    const site = siteOfTrace([], { powerAt1mDbm: -59 });
    const levels = [-50, -52, 127, -20, -51].map((rssiDbm, i) => ({
      t: 100 * i,
      event: 'sighting' as const,
      desk: 'east',
      rssiDbm,
    }));
    // 127 is no level, and −20 is clipped to 8 dB above the median of −50.5: (9 + 7 + 8 + 16.5) / 4.
    expect(walkPose({ desk: 'own', carriage: 'hand', events: levels }, site)).toEqual({
      desk: 'own',
      carriage: 'hand',
      levelsDb: { east: 10.125 },
    });
  });
});

describe('a decision with fingerprints', () => {
  function heard(gainsDb: Readonly<Record<string, number>>): Evidence {
    let evidence = beginScan(noEvidence, 0, 1);
    for (let i = 0; i < 10; i += 1) {
      for (const [desk, gainDb] of Object.entries(gainsDb)) {
        const isOwn = desk === 'own';
        evidence = addSighting(evidence, { desk, atMs: i * 100, gainDb, isAuthenticated: isOwn, isOwn });
      }
    }
    return evidence;
  }
  const model = fitSite(posesOf([-3, -6, -3, -9, 0, -3]), desksM);
  const bare = siteOfTrace(['own'], { desksM });
  const walked = siteOfTrace(['own'], { desksM, model });

  it('knows a desk that the plan takes for another', () => {
    const evidence = heard(Object.fromEntries(desks.map((id) => [id, (truth[id] as number) - 3])));
    const [before, after] = [bare, walked].map((site) => assess(evidence, site, ['own'], 1000));
    expect(after?.llr).toBeGreaterThan(before?.llr ?? 0);
    expect(after?.pDesk).toBeGreaterThan(before?.pDesk ?? 1);
  });

  it('takes a phone at a walked neighbour’s desk for one there', () => {
    const atEast = { own: -4, east: 2, west: -9, behind: -9 };
    const both = fitSite(
      [...posesOf([-3, -3, -3]), ...Array(6).fill({ desk: 'east', levelsDb: atEast })] as readonly WalkPose[],
      desksM,
    );
    const assessed = assess(heard(atEast), siteOfTrace(['own'], { desksM, model: both }), ['own'], 1000);
    expect(assessed.pDesk).toBeLessThan(0.3);
    expect(assessed.llr).toBeLessThan(assess(heard(atEast), bare, ['own'], 1000).llr + 1.5);
  });

  it('changes nothing where the model knows none of the desks', () => {
    const elsewhere: SiteModel = { version: 1, desks: { moon: { poses: 3, links: { moon: { gainDb: 5, sdDb: 3 } } } } };
    const evidence = heard({ own: 3, east: -9 });
    expect(assess(evidence, { ...bare, model: elsewhere }, ['own'], 1000)).toEqual(
      assess(evidence, bare, ['own'], 1000),
    );
  });
});

describe('a model in a profile', () => {
  const profile = {
    deskbeacon: 'site-profile',
    version: 1,
    site: 'test',
    organisationUuid: '00'.repeat(16),
    ownDesks: ['own'],
    beacons: [],
  };
  const link = (gainDb: unknown, sdDb: unknown): object => ({
    version: 1,
    desks: { own: { poses: 2, links: { own: { gainDb, sdDb } } } },
  });

  it('may be absent, and is kept where it is right', () => {
    expect(decodeProfile(profile)).toMatchObject({ ok: true, profile: { model: { calibration: 'none' } } });
    const decoded = decodeProfile({ ...profile, model: { calibration: 'current', fingerprints: link(3, 4) } });
    expect(decoded).toMatchObject({ ok: true, profile: { model: { fingerprints: link(3, 4) } } });
  });

  it.each([
    [{ version: 0, desks: {} }, 'version: expected 1'],
    [{ version: 1 }, 'desks: expected an object'],
    [{ version: 1, desks: { own: { poses: 0, links: {} } } }, 'desks.own.poses'],
    [{ version: 1, desks: { own: { poses: 1, links: [] } } }, 'desks.own.links'],
    [link(61, 3), 'desks.own.links.own.gainDb'],
    [link('3', 3), 'desks.own.links.own.gainDb'],
    [link(3, 0.5), 'desks.own.links.own.sdDb'],
  ])('is refused with its path: %j', (fingerprints, reason) => {
    const decoded = decodeProfile({ ...profile, model: { fingerprints } });
    expect(decoded).toMatchObject({ ok: false, reason: expect.stringContaining(`model.fingerprints.${reason}`) });
  });
});
