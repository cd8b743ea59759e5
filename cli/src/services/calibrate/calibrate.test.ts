import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteProfile } from '@deskbeacon/proximity-core';
import { afterAll, describe, expect, it } from 'vitest';
import { drawCalibration } from '../../screens/calibrate-picture.js';
import { calibrateDesk } from './calibrate-desk.js';
import { readWalk } from './read-walk.js';

const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-walk-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const desks = ['d-1', 'd-2', 'd-3', 'd-4', 'corridor'];
const profile: SiteProfile = {
  deskbeacon: 'site-profile',
  version: 1,
  site: 's',
  organisationUuid: 'ab'.repeat(16),
  ownDesks: ['d-1'],
  beacons: desks.map((desk, i) => ({
    desk,
    exponentK: 9,
    clockOffsetS: i,
    measuredPowerDbm: -59,
    intervalMs: 100,
    recognitionKey: `${i}`.repeat(32),
    positionM: [1.6 * i, i === 4 ? 4 : 0] as const,
    ...(i === 0 ? { temporaryKeys: [{ epoch: 0, key: 'cd'.repeat(16) }] } : {}),
  })),
  policy: { ringAfterMs: 8000, deskPhoneUnknown: 'ring', clockToleranceS: 10 },
  model: { calibration: 'none' },
  ringAll: false,
};

interface Pose {
  readonly label: Readonly<Record<string, string>>;
  /** Level of each beacon at this place, dBm. */
  readonly levels: Readonly<Record<string, number>>;
}

let count = 0;
/** A folder of traces, one pose a file; levels differ a little from packet to packet, by the pose's number. */
function writeWalk(poses: readonly Pose[]): string {
  count += 1;
  const folder = join(directory, `walk-${count}`);
  mkdirSync(folder);
  poses.forEach(({ label, levels }, pose) => {
    const packets = Array.from({ length: 12 }, (_, i) =>
      Object.entries(levels).map(([desk, rssiDbm], j) => ({
        t: 50 + 100 * i + 7 * j,
        event: 'sighting',
        desk,
        frame: i % 2 === 0 ? 'eid' : 'ibeacon',
        rssiDbm: rssiDbm + ((pose * 5 + i * 3 + j) % 5) - 2,
        ...(desk === 'd-1' && i % 2 === 0 ? {} : { authenticated: false }),
      })),
    ).flat();
    const header = { deskbeacon: 'trace', version: 1, call: `c-${pose}`, desks: ['d-1'], label };
    const call = { t: 0, event: 'call', deadlineMs: 1500 };
    const lines = [
      header,
      call,
      { t: 1, event: 'scan-started', mode: 'low-latency' },
      ...packets,
      { t: 1500, event: 'end' },
    ];
    writeFileSync(
      join(folder, `${String(pose).padStart(3, '0')}.trace.jsonl`),
      lines.map((line) => JSON.stringify(line)).join('\n'),
    );
  });
  return folder;
}

const atDesk = (carriage: string): Pose => ({
  label: { truth: 'at-desk', class: `desk-${carriage}`, phone: 'p', walker: 'w' },
  levels: { 'd-1': -52, 'd-2': -70, 'd-3': -76, 'd-4': -80, corridor: -82 },
});
const neighbour: Pose = {
  label: { truth: 'away', class: 'neighbour' },
  levels: { 'd-1': -70, 'd-2': -52, 'd-3': -70, 'd-4': -76, corridor: -80 },
};
const corridor: Pose = {
  label: { truth: 'away', class: 'corridor' },
  levels: { 'd-1': -84, 'd-2': -80, 'd-3': -78, 'd-4': -72, corridor: -55 },
};
const walk = [atDesk('lying'), atDesk('hand'), atDesk('pocket'), neighbour, corridor, corridor, corridor];

describe('a walk that a phone recorded', () => {
  it('gives a model of the desk, a certificate, and a judgement of each pose', () => {
    const { poses, faults } = readWalk(writeWalk(walk));
    expect(faults).toEqual([]);
    expect(poses.map(({ place, carriage }) => [place, carriage])).toEqual([
      ['at-desk', 'lying'],
      ['at-desk', 'hand'],
      ['at-desk', 'pocket'],
      ['earshot', 'any'],
      ...[1, 2, 3].map(() => ['out-of-earshot', 'any']),
    ]);
    const { certificate, model, poses: judged, advice } = calibrateDesk(poses, { profile, desk: 'd-1' });
    expect(judged.map(({ wasSilenced }) => wasSilenced)).toEqual([true, true, true, false, false, false, false]);
    expect(certificate).toMatchObject({ verdict: 'looks-separable', poses: 3, silencedPoses: 0, silencedAtDesk: 1 });
    expect(Object.keys(model?.desks ?? {})).toEqual(['d-1']);
    expect(model?.desks['d-1']).toMatchObject({ poses: 3, links: { 'd-1': { gainDb: expect.any(Number) } } });
    expect(advice).toEqual([]);
  });

  it('says what to change where the desk is heard as loud behind the wall', () => {
    const loud = { ...corridor, levels: atDesk('lying').levels };
    const { certificate, advice } = calibrateDesk(readWalk(writeWalk([...walk, loud])).poses, { profile, desk: 'd-1' });
    expect(certificate).toMatchObject({ verdict: 'not-separable', silencedPoses: 1 });
    expect(advice.join(' ')).toMatch(/put an anchor there/);
  });

  it('says so where the own beacon is not heard at its desk', () => {
    const { 'd-1': _own, ...others } = atDesk('lying').levels;
    const deaf = [1, 2, 3].map(() => ({ ...atDesk('lying'), levels: others }));
    const { certificate, advice } = calibrateDesk(readWalk(writeWalk([...deaf, corridor])).poses, {
      profile,
      desk: 'd-1',
    });
    expect(certificate.verdict).toBe('not-separable');
    expect(advice.join(' ')).toMatch(/was not heard at its desk/);
  });

  it('counts the windows of one pose once', () => {
    const windows = Array.from({ length: 80 }, () => ({
      ...corridor,
      label: { ...corridor.label, pose: 'corridor-1' },
    }));
    const { certificate } = calibrateDesk(readWalk(writeWalk([...walk, ...windows])).poses, { profile, desk: 'd-1' });
    expect(certificate).toMatchObject({ poses: 4, verdict: 'looks-separable' });
  });

  it('leaves out a file that cannot be read, with its line, and keeps the others', () => {
    const folder = writeWalk(walk);
    writeFileSync(join(folder, 'x.trace.jsonl'), '{"deskbeacon":"trace","version":1,"call":"c"}\n');
    writeFileSync(join(folder, 'y.trace.jsonl'), '{"t":0,"event":"end"}\n');
    const { poses, faults } = readWalk(folder);
    expect(poses).toHaveLength(walk.length);
    expect(faults).toEqual([
      expect.stringMatching(/x\.trace\.jsonl:1: label\.truth/),
      expect.stringMatching(/y\.trace\.jsonl:1: an event before any header/),
    ]);
    expect(() => readWalk(join(directory, 'nowhere'))).toThrow(expect.objectContaining({ code: 'no-input' }));
    mkdirSync(join(directory, 'empty'));
    expect(() => readWalk(join(directory, 'empty'))).toThrow(expect.objectContaining({ code: 'bad-trace' }));
  });

  it.each([40, 80, 120])('is drawn in %i columns, without dB unless asked for', (columns) => {
    const calibrated = calibrateDesk(readWalk(writeWalk(walk)).poses, { profile, desk: 'd-1' });
    const lines = drawCalibration(calibrated, { columns, showDb: false });
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
    expect(lines.join('\n')).not.toContain('dB');
    expect(lines.find((line) => line.startsWith('at the desk'))).toMatch(/·█· 3\/3 quiet|·+[▪▮█]+·+ 3\/3 quiet/);
    expect(lines.find((line) => line.startsWith('elsewhere'))).toContain('0/3 quiet');
    expect(drawCalibration(calibrated, { columns, showDb: true }).join('\n')).toContain('dB');
  });
});
