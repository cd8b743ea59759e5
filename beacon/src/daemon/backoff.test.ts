import { describe, expect, it } from 'vitest';
import { createBackoff } from './backoff.js';

const draw = (random: number, count: number): readonly number[] => {
  const backoff = createBackoff(() => random);
  return Array.from({ length: count }, () => backoff.next());
};

describe('the wait before the radio is tried again', () => {
  it('doubles from half a second to thirty seconds and stays there', () => {
    expect(draw(1, 9)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('is drawn from the last fifth of its step', () => {
    expect(draw(0, 8)).toEqual([400, 800, 1600, 3200, 6400, 12_800, 24_000, 24_000]);
  });

  it('is the shortest again after a minute on the air, and not after less', () => {
    const backoff = createBackoff(() => 1);
    for (let i = 0; i < 4; i += 1) backoff.next();
    backoff.noteOnAir(59_999);
    expect(backoff.next()).toBe(8000);
    backoff.noteOnAir(60_000);
    expect(backoff.next()).toBe(500);
  });

  it('is the shortest again when what stood in the way is gone', () => {
    const backoff = createBackoff(() => 1);
    for (let i = 0; i < 4; i += 1) backoff.next();
    backoff.reset();
    expect([backoff.next(), backoff.next()]).toEqual([500, 1000]);
  });
});
