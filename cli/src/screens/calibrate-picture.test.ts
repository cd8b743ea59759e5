import { certifyCalibration } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import type { CalibrateDeskResult } from '../services/calibrate/calibrate-desk.js';
import { decidedPose, type PoseResult } from '../services/calibrate/pose-result.js';
import { drawCalibration } from './calibrate-picture.js';

function pose(i: number, place: PoseResult['label']['place'], ownDb: number | undefined): PoseResult {
  const wasSilenced = place === 'at-desk';
  return {
    label: { pose: `${place}-${i}`, place, desk: 'd-1', phone: 'p', walker: 'w', floor: '3' },
    windows: 1,
    silenced: wasSilenced ? 1 : 0,
    wasSilenced,
    reason: wasSilenced ? 'at-own-desk' : 'away',
    marginNats: 0,
    ...(ownDb === undefined ? {} : { ownDb }),
    strongestOtherDb: -10,
  };
}

const poses = [
  ...[1, 2, 3].map((i) => pose(i, 'at-desk', 5)),
  pose(1, 'earshot', -10),
  ...[1, 2].map((i) => pose(i, 'out-of-earshot', -30)),
  pose(3, 'out-of-earshot', undefined),
];
const calibrated: CalibrateDeskResult = {
  desk: 'd-1',
  poses,
  unfit: [{ pose: 'x', reason: 'scan-failed' as PoseResult['reason'] }],
  certificate: certifyCalibration(poses.map(decidedPose)),
  advice: [{ code: 'walk-more', text: 'Walk more, and further, and at other times of the day than you did.' }],
};

describe('the picture of a calibrated desk', () => {
  it.each([40, 60, 80, 120])('keeps to %i columns', (columns) => {
    for (const showDb of [false, true])
      for (const line of drawCalibration(calibrated, { columns, showDb }))
        expect([...line].length).toBeLessThanOrEqual(columns);
  });

  it('shows the desk against the rest, and no dB unless asked for', () => {
    const lines = drawCalibration(calibrated, { columns: 80, showDb: false });
    const find = (start: string): string => lines.find((line) => line.startsWith(start)) ?? '';
    expect(find('at the desk')).toMatch(/·+█·+ 3\/3 quiet/);
    expect(find('next to it')).toMatch(/·+▪·+ 0\/1 quiet/);
    expect(find('elsewhere')).toMatch(/ {5}▪·+▮·+ 0\/3 quiet/);
    expect(find('at the desk').indexOf('█')).toBeGreaterThan(find('next to it').indexOf('▪'));
    expect(find('poses that count')).toContain('7 of 8');
    expect(lines.join('\n')).not.toContain(' dB');
    expect(drawCalibration(calibrated, { columns: 80, showDb: true }).join('\n')).toContain('mid 15 dB');
  });

  it('says what it proves first, and what to change last', () => {
    const lines = drawCalibration(calibrated, { columns: 80, showDb: false });
    expect(lines[0]).toBe(calibrated.certificate.sentences[0]?.slice(0, lines[0]?.length));
    expect(lines.at(-1)).toContain('Walk more');
  });
});
