import { describe, expect, it } from 'vitest';
import { measureBound } from '../src/study/bound.js';
import { type Setting, settings } from '../src/study/setting.js';

/** Full figures: `npm run study -w hil-tests -- --bound`. */
describe('a stated bound, at desks and phones that it has not seen', () => {
  it('is kept better than that of a test that takes packets for independent', () => {
    const { ours, sequentialTest, thresholdNats } = measureBound(settings[0] as Setting, 3, 12, 20);
    expect(thresholdNats).toBeGreaterThan(0);
    expect(ours.falseSilence).toBeLessThan(0.05);
    expect(sequentialTest.falseSilence).toBeGreaterThan(ours.falseSilence);
    expect(sequentialTest.exceeding.share).toBeGreaterThan(ours.exceeding.share);
  });
});
