import { describe, expect, it } from 'vitest';
import type { ScannedBeacon } from '../scan-site.js';
import { judgeDesk } from './survey.js';

const heard = (desk: string, medianDbm?: number, isProven = true): ScannedBeacon => ({
  beacon: `b-${desk}`,
  desk,
  packets: 20,
  isProven,
  isOutOfTime: false,
  ...(medianDbm === undefined ? {} : { medianDbm }),
});

describe('what is heard at a desk', () => {
  it.each([
    ['right', [heard('own', -60), heard('other', -70)]],
    ['right', [heard('own'), heard('other')]],
    ['not-heard', []],
    ['not-heard', [heard('other', -60)]],
    ['not-proven', [heard('own', -60, false)]],
    ['not-loudest', [heard('other', -59), heard('own', -60)]],
    ['weak', [heard('own', -76)]],
  ] as const)('is %s', (verdict, beacons) => {
    expect(judgeDesk(beacons, ['home', 'own']).verdict).toBe(verdict);
  });
});
