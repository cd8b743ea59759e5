import { describe, expect, it } from 'vitest';
import { measureWatch } from '../src/study/watch.js';

describe('watching on after silence, in the office of the study', () => {
  const report = measureWatch(7, 24);

  it('watches most phones in the hand at the desk', () => {
    expect(report.silenced).toBeGreaterThan(8);
    expect(report.watchedS).toBeGreaterThan(report.silenced * 20);
  });

  it('seldom rings for a phone that stays', () => {
    // e^5 = 148 looks of a second each is what the threshold promises; twelve phones cannot show more than the order.
    expect(report.falseAlarms).toBeLessThan(report.watchedS / 40);
    expect(report.alarmWithinSilence).toBeLessThanOrEqual(0.25);
  });

  it('rings soon for one that left', () => {
    expect(report.rangWithin30S / report.left).toBeGreaterThan(0.6);
    expect(report.delayP50Ms ?? Number.POSITIVE_INFINITY).toBeLessThan(4000);
  });

  it('gives the same figures for the same seed', () => {
    expect(measureWatch(7, 4)).toEqual(measureWatch(7, 4));
    expect(measureWatch(8, 4)).not.toEqual(measureWatch(7, 4));
  });
});
