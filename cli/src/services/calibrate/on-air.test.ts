import { describe, expect, it } from 'vitest';
import { calibrateDesk } from './calibrate-desk.js';
import { decideRecording, profileFor } from './decide-recording.js';
import { levelsOf } from './levels-of.js';
import type { Recording } from './recording.js';
import { onAir, withKeys } from './testing/on-air.js';
import { officeProfile, record, walkOffice } from './testing/simulated-walk.js';

/** Five seconds before identities change, so that recordings of ten seconds lie across the change. */
const WINDOW_MS = 512_000;
const boundaryMs = Math.floor(Date.UTC(2026, 10, 24, 9) / WINDOW_MS) * WINDOW_MS;
const startMs = boundaryMs - 5_000;

describe('a walk that was recorded as it is on the air', () => {
  const bare = officeProfile();
  const profile = withKeys(bare, 'd-1', startMs);
  const sighted = walkOffice(3);
  const heard = sighted.map((recording) => onAir(recording, bare, 'd-1', startMs));

  it('comes to what its sightings come to, pose by pose', () => {
    const verdicts = ({ poses }: ReturnType<typeof calibrateDesk>): readonly unknown[] =>
      poses.map(({ label, wasSilenced }) => [label.pose, wasSilenced]);
    const result = calibrateDesk({ desk: 'd-1', recordings: heard, profile });
    expect(result.unfit).toEqual([]);
    expect(verdicts(result)).toEqual(verdicts(calibrateDesk({ desk: 'd-1', recordings: sighted, profile })));
    expect(result.model?.desks).toHaveProperty('d-2.poses', 4);
  });

  it('is plotted as its sightings are, strangers and packets without a level left out', () => {
    const [recording, sighting] = [heard[0], sighted[0]] as [Recording, Recording];
    const strangers: Recording['events'] = [
      { t: 2000, event: 'advertisement', address: '', rssiDbm: -50, data: '0201061aff4c000215' },
      { t: 2000, event: 'advertisement', address: '', rssiDbm: -50, data: 'no hexadecimal' },
      { t: 2000, event: 'sighting', desk: 'd-2', rssiDbm: 127 },
      { t: 2000, event: 'sighting', desk: null, rssiDbm: -70 },
    ];
    const own = profileFor('d-1', profile, undefined);
    const levels = levelsOf({ ...recording, events: [...recording.events, ...strangers] }, own);
    expect(levels).toEqual(levelsOf(sighting, own));
    expect(new Set(levels.map(({ desk }) => desk))).toEqual(new Set(['d-1', 'd-2', 'd-3', 'd-4']));
    const loudest = Math.max(...levels.filter(({ desk }) => desk !== 'd-1').map(({ levelDb }) => levelDb));
    expect(loudest).toBeGreaterThanOrEqual(decideRecording(recording, own)[0]?.strongestOtherDb ?? Number.NaN);
  });

  it('is plotted against the power of each kind of frame, where the profile tells them apart', () => {
    const own = profileFor('d-1', profile, undefined);
    const apart = {
      ...own,
      beacons: own.beacons.map((beacon) =>
        beacon.desk === 'd-1' ? { ...beacon, framePowersDbm: { eid: -50, ibeacon: -40 } } : beacon,
      ),
    };
    const events: Recording['events'] = [
      { t: 10, event: 'sighting', desk: 'd-1', rssiDbm: -60, frame: 'eid' },
      { t: 20, event: 'sighting', desk: 'd-1', rssiDbm: -60, frame: 'ibeacon' },
      { t: 30, event: 'ranging', desk: 'd-1', rssiDbm: -60 },
    ];
    const levels = levelsOf({ ...(sighted[0] as Recording), events }, apart);
    expect(levels.map(({ levelDb }) => levelDb)).toEqual([-10, -20, -20]);
  });

  it('goes on across a change of identities', () => {
    const label = { pose: 'long', place: 'at-desk' as const, carriage: 'table' };
    const long = record({ label, atM: [0, -0.4], seed: 4243, durationMs: 10_000 });
    const recordings = [...heard, ...long.map((recording) => onAir(recording, bare, 'd-1', startMs))];
    const { poses } = calibrateDesk({ desk: 'd-1', recordings, profile });
    expect(poses.find(({ label: { pose } }) => pose === 'long')).toMatchObject({ windows: 6, silenced: 6 });
  });

  it('says that keys are missing, and certifies nothing by the rings of phones without them', () => {
    const many = walkOffice(3, 300).map((recording) => onAir(recording, bare, 'd-1', startMs));
    const { unfit, certificate, advice } = calibrateDesk({ desk: 'd-1', recordings: many, profile: bare });
    expect(unfit.filter(({ reason }) => reason === 'not-authenticated').length).toBeGreaterThan(8);
    // Far enough away even such a phone is sure of it: these poses count, and must not certify.
    expect(certificate.poses).toBeGreaterThan(59);
    expect(certificate).toMatchObject({ errors: 0, verdict: 'no-data' });
    expect(advice.map(({ code }) => code)).toContain('keys-missing');
  });
});
