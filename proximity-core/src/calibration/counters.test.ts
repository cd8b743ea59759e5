import { describe, expect, it } from 'vitest';
import { certifyCalibration, type DecidedPose, extendCertificate } from './certify.js';
import { countCall, decodeDeskCounters, noCounters } from './counters.js';
import { deskResidual, noDrift, trackDrift } from './drift.js';
import { hear } from './testing/walked-desk.js';

describe('what a phone counts at a desk', () => {
  const none = noCounters('own');
  const silent = hear();
  const ringing = hear({ movedDb: -40 });

  it('is nothing where the outcome is not known for certain', () => {
    expect([silent, ringing].map(({ decision }) => decision?.decision)).toEqual(['silence', 'ring']);
    for (const outcome of [{}, { wasAway: false }, { answeredBy: 'this-phone' }, { answeredBy: 'elsewhere' }] as const)
      expect(countCall(none, silent, outcome)).toBe(none);
  });

  it('is a call away from the desk, and whether it would have been silenced', () => {
    const once = countCall(none, ringing, { wasAway: true });
    const twice = countCall(once, silent, { wasAway: true });
    expect(twice.shadow).toEqual({ calls: 2, wouldHaveSilencedAway: 1 });
    expect(twice.drift).toEqual(noDrift);
  });

  it('is how far a confirmed call was off the print', () => {
    const counted = countCall(none, silent, { answeredBy: 'desk' });
    expect(counted.drift).toEqual(trackDrift(noDrift, deskResidual(silent, 'desk')));
    expect(counted.drift.calls).toBe(1);
    expect(counted.shadow.calls).toBe(0);
  });

  it('stops at its bound', () => {
    const full = { ...none, shadow: { calls: 100_000, wouldHaveSilencedAway: 3 } };
    expect(countCall(full, silent, { wasAway: true })).toBe(full);
  });

  it('is written and read again, a few numbers and no more', () => {
    const counters = countCall(countCall(none, silent, { wasAway: true }), silent, { answeredBy: 'desk' });
    expect(decodeDeskCounters(JSON.parse(JSON.stringify(counters)))).toEqual({ ok: true, counters });
    const { louderSd, quieterSd } = counters.drift;
    expect(counters).toEqual({
      version: 1,
      desk: 'own',
      shadow: { calls: 1, wouldHaveSilencedAway: 1 },
      drift: { calls: 1, louderSd, quieterSd, isStale: false },
    });
    const withMore = decodeDeskCounters({ ...counters, seenAt: 1, shadow: { ...counters.shadow, where: 'kitchen' } });
    expect(withMore).toEqual({ ok: true, counters });
  });

  it.each([
    [null, 'expected an object'],
    [{}, 'version'],
    [{ ...none, version: 2 }, 'version'],
    [{ ...none, desk: '' }, 'desk'],
    [{ ...none, desk: 'x'.repeat(129) }, 'desk'],
    [{ ...none, shadow: undefined }, 'shadow:'],
    [{ ...none, shadow: { calls: -1, wouldHaveSilencedAway: 0 } }, 'shadow.calls'],
    [{ ...none, shadow: { calls: 1e9, wouldHaveSilencedAway: 0 } }, 'shadow.calls'],
    [{ ...none, shadow: { calls: 1, wouldHaveSilencedAway: 2 } }, 'at most shadow.calls'],
    [{ ...none, drift: 1 }, 'drift:'],
    [{ ...none, drift: { ...noDrift, calls: 0.5 } }, 'drift.calls'],
    [{ ...none, drift: { ...noDrift, louderSd: Number.NaN } }, 'louderSd'],
    [{ ...none, drift: { ...noDrift, quieterSd: -1 } }, 'quieterSd'],
    [{ ...none, drift: { ...noDrift, isStale: 'yes' } }, 'isStale'],
  ])('is refused as %j', (value, reason) => {
    expect(decodeDeskCounters(value)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });
});

describe('a certificate that phones add to', () => {
  const pose = (i: number): DecidedPose => ({
    pose: `p${i}`,
    place: i < 59 ? 'out-of-earshot' : 'at-desk',
    phone: 'a',
    walker: 'b',
    floor: '3',
    wasSilenced: i >= 59,
  });
  const poses = Array.from({ length: 62 }, (_, i) => pose(i));

  it('is the one that the walk would have had with these counters', () => {
    for (const shadow of [
      { calls: 0, wouldHaveSilencedAway: 0 },
      { calls: 300, wouldHaveSilencedAway: 2 },
      { calls: 100, wouldHaveSilencedAway: 40 },
    ])
      expect(extendCertificate(certifyCalibration(poses), shadow)).toEqual(certifyCalibration(poses, shadow));
  });

  it('is withdrawn by calls that contradict it, and given back when these are replaced', () => {
    const certified = certifyCalibration(poses);
    expect(certified.verdict).toBe('certified');
    const contradicted = extendCertificate(certified, { calls: 100, wouldHaveSilencedAway: 40 });
    expect(contradicted.verdict).toBe('not-separable');
    expect(extendCertificate(contradicted, { calls: 100, wouldHaveSilencedAway: 0 }).verdict).toBe('certified');
    expect(() => extendCertificate(certified, { calls: 1, wouldHaveSilencedAway: 2 })).toThrow(RangeError);
  });
});
