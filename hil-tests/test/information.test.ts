import type { CallEvent } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { generateCall } from '../src/study/office-call.js';
import { outOfEarshotClasses, type StudyClass } from '../src/study/placement.js';
import { createRandomStream } from '../src/study/random-stream.js';
import { replayCall } from '../src/study/score.js';
import { findSetting, type Setting } from '../src/study/setting.js';

/** Knowing less brings a decision nearer to what was likely anyhow, and never to another one. Over calls of the study's office. */

const CALLS = 60;
const SEED = 21;

function decideBoth(setting: Setting, studyClass: StudyClass, keptShare: number) {
  return Array.from({ length: CALLS }, (_, index) => {
    const { header, events } = generateCall(setting, { seed: SEED, set: 'trial', studyClass, index });
    const random = createRandomStream(SEED, 'thinning', studyClass, index);
    const isKept = (event: CallEvent): boolean => event.event !== 'sighting' || random.uniform() < keptShare;
    return { whole: replayCall(header, events), thinned: replayCall(header, events.filter(isKept)) };
  });
}

const count = <T>(list: readonly T[], is: (one: T) => boolean): number => list.filter(is).length;

describe.each(['main', 'one-desk', 'grid-unplaced'])('a call of which packets are lost, %s', (name) => {
  const setting = findSetting(name) as Setting;

  it('rings more often at the desk, and is not taken for one from elsewhere', () => {
    const calls = decideBoth(setting, 'desk-lying', 0.3);
    const silent = (of: 'whole' | 'thinned') => count(calls, (call) => call[of].decision === 'silence');
    expect(silent('whole')).toBeGreaterThan(CALLS / 5);
    expect(silent('thinned')).toBeLessThanOrEqual(silent('whole'));
    expect(count(calls, ({ whole, thinned }) => whole.decision === 'silence' && thinned.reason === 'away')).toBe(0);
  });

  it('is not silenced out of earshot', () => {
    for (const studyClass of outOfEarshotClasses) {
      const calls = decideBoth(setting, studyClass, 0.3);
      const gained = count(calls, ({ whole, thinned }) => whole.decision === 'ring' && thinned.decision === 'silence');
      // One in sixty may fall either way by chance: the bound itself is 3 in 1000.
      expect(gained, studyClass).toBeLessThanOrEqual(1);
    }
  });
});

describe('a phone whose receiver is known', () => {
  const setting = findSetting('receiver-known') as Setting;
  const meanOf = (studyClass: StudyClass, isKnown: boolean): number => {
    const numbers = Array.from({ length: CALLS }, (_, index) => {
      const { header, events } = generateCall(setting, { seed: SEED, set: 'trial', studyClass, index });
      const { phone, ...unknown } = header;
      if (phone === undefined) throw new Error('the stratum tells the phone');
      return replayCall(isKnown ? header : unknown, events).at?.['1000']?.llr ?? 0;
    });
    return numbers.reduce((sum, llr) => sum + llr, 0) / CALLS;
  };

  it.each([
    ['desk-lying', 1],
    ['next-room', -1],
    ['room', -1],
  ] as const)('is further from even odds on average: %s', (studyClass, sign) => {
    expect(sign * meanOf(studyClass, true)).toBeGreaterThan(sign * meanOf(studyClass, false));
  });
});
