import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Certificate, sayBound } from './certificate.js';
import { certifyCalibration, type DecidedPose, posesToCertify, type ShadowCounters } from './certify.js';
import { clopperPearsonUpper } from './clopper-pearson.js';

const base: DecidedPose = {
  pose: 'p',
  place: 'out-of-earshot',
  phone: 'pixel',
  walker: 'ada',
  floor: '2',
  carriage: 'pocket',
  wasSilenced: false,
};

function away(count: number, wrong = 0, more: Partial<DecidedPose> = {}): readonly DecidedPose[] {
  return Array.from({ length: count }, (_, i) => ({ ...base, pose: `a-${i}`, wasSilenced: i < wrong, ...more }));
}

function atDesk(count: number, quiet = count): readonly DecidedPose[] {
  return Array.from({ length: count }, (_, i) => ({
    ...base,
    place: 'at-desk',
    pose: `d-${i}`,
    wasSilenced: i < quiet,
  }));
}

/** With enough poses at the desk that the bound decides. */
function certify(poses: readonly DecidedPose[], shadow?: ShadowCounters): Certificate {
  return certifyCalibration([...poses, ...atDesk(6)], shadow);
}

describe('a certificate', () => {
  it.each([
    [10, 'looks-separable', '26 %'],
    [58, 'looks-separable', '5.1 %'],
    [59, 'certified', '5 %'],
    [299, 'certified', '1 %'],
  ])('of %i poses without an error is %s with a bound of %s', (count, verdict, bound) => {
    const certificate = certify(away(count));
    expect(certificate).toMatchObject({ poses: count, errors: 0, verdict });
    expect(certificate.upperBound).toBeCloseTo(1 - 0.05 ** (1 / count), 9);
    expect(certificate.sentences[0]).toContain(bound);
    expect(certificate.sentences[0]).toMatch(
      verdict === 'certified' ? /^Certified/ : /^Not certified, looks separable/,
    );
  });

  it('is of no data without a pose out of earshot, however many there are elsewhere', () => {
    const elsewhere = away(80, 0, { place: 'earshot' });
    expect(certifyCalibration([...elsewhere, ...atDesk(10)])).toMatchObject({
      verdict: 'no-data',
      poses: 0,
      upperBound: 1,
      earshot: { poses: 80, silenced: 0 },
    });
  });

  it('certifies nothing without a pose at the desk: a phone without keys would ring everywhere', () => {
    const certificate = certifyCalibration(away(300));
    expect(certificate).toMatchObject({ verdict: 'no-data', poses: 300, errors: 0 });
    expect(certificate.sentences[0]).toContain('no pose at the desk was decided');
    expect(certifyCalibration(away(300, 60)).verdict).toBe('not-separable');
  });

  it('counts windows of one pose once, and as silenced if any was', () => {
    const windows = Array.from({ length: 500 }, (_, i) => ({ ...base, wasSilenced: i === 333 }));
    expect(certify(windows)).toMatchObject({ poses: 1, errors: 1, upperBound: 1, silencedPoses: ['p'] });
    expect(certify(windows.slice(0, 300))).toMatchObject({
      poses: 1,
      errors: 0,
      verdict: 'looks-separable',
    });
  });

  it('counts a pose at the desk as quiet only if every window was', () => {
    const twice: readonly DecidedPose[] = [true, false].map((wasSilenced) => ({
      ...base,
      place: 'at-desk',
      wasSilenced,
    }));
    expect(certifyCalibration([...twice, ...away(60).slice(0, 60)]).atDesk).toEqual({ poses: 1, silenced: 0 });
  });

  it('keeps poses within earshot and at the desk out of the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 70 }),
        fc.integer({ min: 0, max: 20 }),
        fc.boolean(),
        (count, near, silenced) => {
          const others = away(near, silenced ? near : 0, { place: 'earshot' }).map((one) => ({
            ...one,
            pose: `e-${one.pose}`,
          }));
          const certificate = certifyCalibration([...away(count), ...others, ...atDesk(near)]);
          expect(certificate.upperBound).toBe(clopperPearsonUpper(0, count));
          expect(certificate.poses).toBe(count);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is not separable with an error that so few poses do not outweigh, and says which pose it was', () => {
    const few = certifyCalibration([...away(92, 1), ...atDesk(6)]);
    expect(few.verdict).toBe('not-separable');
    expect(few.sentences[0]).toContain('"a-0"');
    expect(certifyCalibration([...away(93, 1), ...atDesk(6)]).verdict).toBe('certified');
    expect(posesToCertify(1)).toBe(93);
    expect(certify(away(299, 40)).sentences[0]).toContain('and 37 more');
  });

  it('needs as many poses as Wilks’ table says', () => {
    expect([0, 1, 2, 3, 5].map(posesToCertify)).toEqual([59, 93, 124, 153, 208]);
    expect(() => posesToCertify(-1)).toThrow('errors');
  });

  it('is not separable where the phone rings at its own desk too', () => {
    const deaf = certifyCalibration([...away(100), ...atDesk(8, 4)]);
    expect(deaf.verdict).toBe('not-separable');
    expect(deaf.sentences[0]).toContain('rings at its own desk too, in 4 of 8 poses');
    expect(certifyCalibration([...away(100), ...atDesk(8, 5)]).verdict).toBe('certified');
  });

  it('pools floors and says so', () => {
    const floors = [...away(40), ...away(40, 0, { floor: '3' }).map((one) => ({ ...one, pose: `3-${one.pose}` }))];
    const certificate = certify(floors);
    expect(certificate).toMatchObject({ isPooled: true, floors: ['2', '3'], verdict: 'certified' });
    expect(certificate.sentences.join(' ')).toContain('Floors 2, 3 are pooled');
    expect(certify(away(80)).sentences.join(' ')).not.toContain('pooled');
  });

  it('says how many phones and walkers there were, and what it cannot speak for', () => {
    const text = (poses: readonly DecidedPose[]): string => certify(poses).sentences.join(' ');
    const two = away(60).map((one, i) => ({ ...one, phone: i % 2 === 0 ? 'pixel' : 'iphone' }));
    expect(text(two)).toContain('60 poses out of earshot, 2 phones, 1 walker;');
    expect(text(two)).not.toContain('cannot speak for');
    expect(text(away(60, 0, { carriage: 'hand' }))).toContain('cannot speak for pockets');
    expect(text(away(60, 0, { carriage: 'table', receiver: 'laptop' }))).toContain(
      'a laptop alone: this cannot speak for phones, nor for pockets',
    );
    expect(text(away(60))).toContain('One phone only');
  });

  it('states shadow calls apart: they never certify', () => {
    const certificate = certify(away(20), { calls: 5000, wouldHaveSilencedAway: 1 });
    expect(certificate).toMatchObject({ verdict: 'looks-separable', poses: 20, shadow: { calls: 5000, errors: 1 } });
    expect(certificate.upperBound).toBe(clopperPearsonUpper(0, 20));
    expect(certificate.sentences.join(' ')).toContain(
      '1 of 5000 calls taken away from the desk would have been silenced',
    );
  });

  it('is withdrawn by shadow calls that contradict it, and not by a single one', () => {
    const good = [...away(80), ...atDesk(5)];
    expect(certifyCalibration(good, { calls: 1, wouldHaveSilencedAway: 1 }).verdict).toBe('certified');
    expect(certifyCalibration(good, { calls: 40, wouldHaveSilencedAway: 1 }).verdict).toBe('certified');
    expect(certifyCalibration(good, { calls: 200, wouldHaveSilencedAway: 30 })).toMatchObject({
      verdict: 'not-separable',
    });
    expect(certifyCalibration(good, { calls: 0, wouldHaveSilencedAway: 0 }).verdict).toBe('certified');
  });

  it('rounds bounds up, never down', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-5, max: 1, noNaN: true }), (share) => {
        expect(Number.parseFloat(sayBound(share))).toBeGreaterThanOrEqual(100 * share - 1e-6);
        expect(Number.parseFloat(sayBound(share))).toBeLessThanOrEqual(100 * share * 1.1 + 0.01);
      }),
    );
  });

  it.each([
    [[{ ...base, pose: '' }], 'decisions[0].pose'],
    [[{ ...base, walker: 'x'.repeat(129) }], 'decisions[0].walker'],
    [[base, { ...base, place: 'at-desk' }], 'decisions[1].place: pose "p" was out-of-earshot before'],
    [[base, { ...base, phone: 'other' }], 'decisions[1].phone'],
  ])('refuses %j', (decisions, message) => {
    expect(() => certifyCalibration(decisions as readonly DecidedPose[])).toThrow(RangeError);
    expect(() => certifyCalibration(decisions as readonly DecidedPose[])).toThrow(message);
  });

  it('refuses counters that cannot be', () => {
    expect(() => certifyCalibration([], { calls: 3, wouldHaveSilencedAway: 4 })).toThrow(RangeError);
  });
});
