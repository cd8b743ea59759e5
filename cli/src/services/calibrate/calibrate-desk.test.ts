import { decodeSiteModel } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../errors/cli-error.js';
import { calibrateDesk } from './calibrate-desk.js';
import { decideRecording, profileFor } from './decide-recording.js';
import { fitPoses, groupPoses } from './fit-walk.js';
import type { Recording } from './recording.js';
import { officeProfile, record, walkOffice } from './testing/simulated-walk.js';

/** One office, not a property of offices: in a quarter of sixty such the phone rings in half of the poses at its own desk. */
const seed = 3;
const profile = officeProfile();

function codes(recordings: readonly Recording[], given = profile): readonly string[] {
  return calibrateDesk({ desk: 'd-1', recordings, profile: given }).advice.map(({ code }) => code);
}

describe('a desk calibrated from a walk', () => {
  const recordings = walkOffice(seed);
  const result = calibrateDesk({ desk: 'd-1', recordings, profile });

  it('decides every pose, with a model that a profile takes', () => {
    expect(result.poses).toHaveLength(25);
    expect(result.unfit).toEqual([]);
    expect(result.model?.desks).toHaveProperty('d-1.poses', 9);
    expect(result.model?.desks).toHaveProperty('d-2.poses', 4);
    expect(decodeSiteModel(JSON.parse(JSON.stringify(result.model)))).toEqual({ ok: true, model: result.model });
  });

  it('finds the desk separable from a meeting room and a corridor, and does not call twelve poses a proof', () => {
    expect(result.certificate).toMatchObject({ poses: 12, errors: 0, verdict: 'looks-separable', floors: ['2'] });
    expect(result.certificate.upperBound).toBeCloseTo(1 - 0.05 ** (1 / 12), 9);
    expect(result.certificate.atDesk.silenced).toBeGreaterThan(4);
    expect(result.advice.map(({ code }) => code)).toContain('walk-more');
    expect(result.advice.find(({ code }) => code === 'walk-more')?.text).toContain('47 more poses');
  });

  it('certifies with sixty poses', () => {
    const { certificate, advice } = calibrateDesk({ desk: 'd-1', recordings: walkOffice(seed, 60), profile });
    expect(certificate).toMatchObject({ poses: 60, verdict: 'certified' });
    expect(advice.map(({ code }) => code)).not.toContain('walk-more');
  });

  it('decides each pose with a model that never saw it', () => {
    const own = profileFor('d-1', profile, undefined);
    const walked = groupPoses(recordings, own);
    const marginsOf = (withOwn: boolean): readonly number[] =>
      walked.map((pose) => {
        const model = fitPoses(withOwn ? walked : walked.filter((other) => other !== pose), own);
        const [window] = decideRecording(pose.recordings[0], profileFor('d-1', profile, model));
        return window?.marginNats ?? Number.NaN;
      });
    const margins = result.poses.map(({ marginNats }) => marginNats);
    expect(margins).toEqual(marginsOf(false));
    expect(margins).not.toEqual(marginsOf(true));
  });

  it('decides a pose by the others: one that lies about its place does not pull the model over', () => {
    const liar = record({
      label: { pose: 'liar', place: 'out-of-earshot', carriage: 'table' },
      atM: [0.1, -0.4],
      seed: seed + 500,
    });
    const { poses, certificate, advice } = calibrateDesk({
      desk: 'd-1',
      recordings: [...recordings, ...liar],
      profile,
    });
    expect(poses.find(({ label }) => label.pose === 'liar')).toMatchObject({
      wasSilenced: true,
      reason: 'at-own-desk',
    });
    expect(certificate).toMatchObject({ errors: 1, verdict: 'not-separable', silencedPoses: ['liar'] });
    expect(advice[0]).toMatchObject({ code: 'away-sounds-near' });
    expect(advice[0]?.text).toContain('"liar" sounds like this desk');
  });

  it('counts ten seconds at one place as one pose with six windows', () => {
    const long = record({
      label: { pose: 'long', place: 'out-of-earshot', carriage: 'pocket' },
      atM: [0, 6],
      seed: seed + 600,
      durationMs: 10_000,
    });
    const { poses, certificate } = calibrateDesk({ desk: 'd-1', recordings: [...recordings, ...long], profile });
    expect(poses.find(({ label }) => label.pose === 'long')?.windows).toBe(6);
    expect(certificate.poses).toBe(13);
  });

  it('keeps poses in which nothing was heard out of the certificate: a car park buys no bound', () => {
    const far = Array.from({ length: 60 }, (_, i) =>
      record({ label: { pose: `car ${i}`, place: 'out-of-earshot' }, atM: [4000, 9], seed: seed + 700 + i }),
    ).flat();
    const withCarPark = calibrateDesk({ desk: 'd-1', recordings: [...recordings, ...far], profile });
    expect(withCarPark.unfit).toHaveLength(60);
    expect(withCarPark.unfit[0]).toEqual({ pose: 'car 0', reason: 'nothing-heard' });
    expect(withCarPark.certificate.poses).toBe(12);
    expect(withCarPark.advice.map(({ code }) => code)).toContain('poses-unfit');
  });

  it('says what to change where the own beacon is off, where it is hidden, and where it is alone', () => {
    const others = ['d-2', 'd-3', 'd-4'];
    expect(codes(walkOffice(seed, 12, { desks: others }))[0]).toBe('own-beacon-silent');
    expect(codes(walkOffice(seed, 12, { ownLossDb: 22 }))).toContain('desk-sounds-far');
    const alone = officeProfile(['d-1']);
    expect(codes(walkOffice(seed, 12, { desks: ['d-1'] }), alone)).toContain('few-beacons');
    expect(codes(walkOffice(seed, 12, { label: { carriage: 'hand' } }))).toContain('no-pocket-poses');
    expect(codes(recordings.filter(({ label }) => label.place !== 'at-desk'))).toContain('no-desk-poses');
  });

  it('never takes over what a recording says of its call, its user or its outcome', () => {
    const rings = recordings.map((recording) => ({
      ...recording,
      events: [
        { t: 0, event: 'audio-route', route: 'headset' } as const,
        { t: 0, event: 'call', deadlineMs: 10, emergency: true } as const,
        ...recording.events,
      ],
    }));
    const { poses } = calibrateDesk({ desk: 'd-1', recordings: rings, profile: { ...profile, ringAll: true } });
    expect(poses).toEqual(result.poses);
  });

  it('refuses a walk of another desk, an unknown desk, and recordings of one pose that disagree', () => {
    const failure = (options: Parameters<typeof calibrateDesk>[0]): string => {
      try {
        calibrateDesk(options);
      } catch (error) {
        if (error instanceof CliError && error.code === 'bad-walk') return error.message;
        throw error;
      }
      throw new Error('expected a failure');
    };
    expect(failure({ desk: 'd-9', recordings, profile })).toContain('"d-9"');
    expect(failure({ desk: 'd-1', recordings, profile: officeProfile(['d-2']) })).toContain('no beacon');
    const [first] = recordings as readonly [Recording];
    const other = { ...first, source: 'b.trace.jsonl', label: { ...first.label, phone: 'iphone' } };
    expect(failure({ desk: 'd-1', recordings: [first, other], profile })).toContain(
      'b.trace.jsonl: pose "desk 1" has phone iphone here and pixel-8 in',
    );
  });
});
