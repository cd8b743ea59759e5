import { expect, it } from 'vitest';
import { createAllowance } from './allowance.js';

it('an allowance is so many within so long, counted back from now', () => {
  let nowMs = 0;
  const allowance = createAllowance(3, 60_000, () => nowMs);
  const taken: boolean[] = [];
  for (nowMs of [0, 10_000, 20_000, 30_000, 59_999, 60_000, 60_001, 70_000]) taken.push(allowance.take());
  expect(taken).toEqual([true, true, true, false, false, true, false, true]);
});
