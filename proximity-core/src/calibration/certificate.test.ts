import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certify, type DecidedPose } from './certificate.js';
import { boundErrorRate } from './clopper-pearson.js';

describe('the bound of Clopper and Pearson', () => {
  it.each([
    [0, 10, 0.2589],
    [0, 59, 0.0495],
    [0, 299, 0.00997],
    // One-sided 95 % limits, Hahn and Meeker, Statistical Intervals, table A.23.
    [1, 20, 0.2161],
    [2, 10, 0.5069],
    [5, 100, 0.1023],
  ])('for %i errors in %i trials is %f', (errors, trials, bound) => {
    expect(boundErrorRate(errors, trials)).toBeCloseTo(bound, 4);
  });

  it('without errors is 1 − 0.05^(1/n), for every n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (n) => {
        expect(boundErrorRate(0, n)).toBeCloseTo(1 - 0.05 ** (1 / n), 9);
      }),
    );
  });

  it('agrees with the binomial summed term by term, and grows with errors', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(59), (n, k) => {
        fc.pre(k < n);
        const p = boundErrorRate(k, n);
        const terms = Array.from({ length: k + 1 }, (_, i) => choose(n, i) * p ** i * (1 - p) ** (n - i));
        expect(terms.reduce((sum, term) => sum + term, 0)).toBeCloseTo(0.05, 6);
        expect(boundErrorRate(k + 1, n)).toBeGreaterThan(p);
      }),
    );
    expect(boundErrorRate(7, 7)).toBe(1);
  });

  it.each([
    [-1, 5],
    [6, 5],
    [0, 0],
    [0.5, 5],
    [0, 100_001],
  ])('refuses %f errors in %f trials', (errors, trials) => {
    expect(() => boundErrorRate(errors, trials)).toThrow(RangeError);
  });
});

const away = (i: number, wasSilenced = false): DecidedPose => ({
  pose: `away-${i}`,
  place: 'out-of-earshot',
  wasSilenced,
  phone: `p${i % 2}`,
  walker: `w${i % 3}`,
  floor: '3',
});
const atDesk = (i: number, wasSilenced = true): DecidedPose => ({ pose: `desk-${i}`, place: 'at-desk', wasSilenced });
const many = (n: number) => Array.from({ length: n }, (_, i) => away(i));

describe('a certificate', () => {
  it('is given from 59 poses on, with the bound they buy and who made them', () => {
    expect(certify([atDesk(1), ...many(58)])).toMatchObject({ verdict: 'looks-separable', poses: 58 });
    const { verdict, upperBound, phones, walkers, floors, sentences } = certify([atDesk(1), ...many(59)]);
    expect({ verdict, phones, walkers, floors }).toEqual({ verdict: 'certified', phones: 2, walkers: 3, floors: 1 });
    expect(upperBound).toBeLessThan(0.05);
    expect(sentences.join(' ')).toContain('at most 5 % of such poses');
  });

  it('says below that what it looks like and how many are missing', () => {
    const { sentences } = certify([atDesk(1), ...many(10)]);
    expect(sentences).toEqual([
      'Not certified, looks separable.',
      '0 of 10 poses out of earshot were silenced: with 95 % confidence at most 26 % of such poses would be.',
      '49 more without a silence would bound it at 5 %; 299 in all at 1 %.',
    ]);
  });

  it('counts the windows of one pose once, silenced if one of them was', () => {
    const windows = Array.from({ length: 100 }, (_, i) => ({ ...away(1), wasSilenced: i === 7 }));
    expect(certify([atDesk(1), ...windows])).toMatchObject({ poses: 1, silencedPoses: 1, verdict: 'not-separable' });
  });

  it('is refused for one silence out of earshot, and for a desk that is not silenced itself', () => {
    expect(certify([atDesk(1), ...many(200), away(200, true)]).verdict).toBe('not-separable');
    expect(certify([atDesk(1, false), ...many(200)]).verdict).toBe('not-separable');
  });

  it('takes no silence within earshot for an error, and tells of it', () => {
    const neighbour: DecidedPose = { pose: 'n', place: 'earshot', wasSilenced: true };
    expect(certify([atDesk(1), ...many(59), neighbour])).toMatchObject({ verdict: 'certified', silencedInEarshot: 1 });
  });

  it('says nothing without poses on both sides', () => {
    expect(certify([]).verdict).toBe('no-data');
    expect(certify(many(59)).verdict).toBe('no-data');
    expect(certify([atDesk(1)]).verdict).toBe('no-data');
  });

  it('says that floors are pooled, that one phone is one phone, and that a laptop has no pocket', () => {
    const floors = certify([atDesk(1), away(1), { ...away(2), floor: '4' }]).sentences.join(' ');
    expect(floors).toContain('2 floors are pooled');
    const alone = many(5).map((pose) => ({ ...pose, phone: 'laptop' }));
    const sentences = certify([{ ...atDesk(1), phone: 'laptop' }, ...alone]).sentences.join(' ');
    expect(sentences).toContain('One phone was carried');
    expect(sentences).toContain('cannot speak for pockets');
  });

  it('states what phones counted in shadow mode apart, and takes it for no pose', () => {
    const certificate = certify([atDesk(1), ...many(10)], { away: 299, awaySilenced: 0 });
    expect(certificate).toMatchObject({ verdict: 'looks-separable', poses: 10 });
    expect(certificate.shadow?.upperBound).toBeLessThan(0.01);
  });
});
