import { describe, expect, it } from 'vitest';
import { type Attack, measureAttack, type Paired } from '../src/study/attack.js';
import { findSetting, type Setting, settings } from '../src/study/setting.js';

/** The same calls with and without a transmitter in the room. Full figures: `npm run study -w hil-tests -- --attack`. */

const CALLS = 40;
const main = settings[0] as Setting;
const measured = (attack: Attack, setting = main): readonly Paired[] => measureAttack(attack, setting, 11, CALLS);

describe('somebody with a transmitter and every recognition key', () => {
  it('gains no silence by weak frames in the name of every other desk', () => {
    for (const { studyClass, towardsSilence, onlyAfter, onlyBefore } of measured('weak-frames')) {
      // As many go the other way: what is told apart is told apart by chance.
      expect(towardsSilence?.low ?? 0, studyClass).toBeLessThan(0.5);
      expect(onlyAfter, studyClass).toBeLessThanOrEqual(onlyBefore + 2);
    }
  });

  it('gains no silence by weak frames of desks that no plan knows, not even where the own is the only one', () => {
    const alone = measured('weak-frames-of-strangers', findSetting('one-desk') as Setting);
    for (const { studyClass, onlyAfter } of alone) expect(onlyAfter, studyClass).toBe(0);
    expect(alone.reduce((sum, { aboveZero }) => sum + aboveZero.onlyAfter, 0)).toBe(0);
    expect(alone.reduce((sum, { aboveZero }) => sum + aboveZero.before, 0)).toBeGreaterThan(0);
  });

  it('only makes phones ring by spikes on other desks', () => {
    for (const attack of ['spikes-5', 'spikes-50'] as const) {
      const paired = measured(attack);
      for (const { studyClass, onlyAfter } of paired) expect(onlyAfter, `${attack}, ${studyClass}`).toBe(0);
      expect(paired.reduce((sum, { aboveZero }) => sum + aboveZero.onlyBefore, 0)).toBeGreaterThan(0);
    }
  });

  it('silences nobody with frames in the name of the own desk where none of it is proven', () => {
    for (const { studyClass, after } of measured('own-desk-only-forged')) expect(after, studyClass).toBe(0);
  });

  it('silences few more with frames in the name of the own desk where proven ones are heard too', () => {
    const paired = measured('own-desk-forged');
    for (const { studyClass, onlyBefore, onlyAfter, calls } of paired) {
      expect(onlyBefore, studyClass).toBeLessThanOrEqual(1);
      // 4 % in the next room and 9 % at the neighbour's desk, of 400 each: see docs/decision.md.
      expect(onlyAfter / calls, studyClass).toBeLessThan(studyClass === 'neighbour' ? 0.25 : 0.15);
    }
    // An attack that does nothing would show nothing.
    expect(paired.reduce((sum, { aboveZero }) => sum + aboveZero.onlyAfter, 0)).toBeGreaterThan(0);
  });
});
