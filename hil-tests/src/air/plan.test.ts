import { describe, expect, it } from 'vitest';
import { computeDistanceM, computeWallLossDb, type Wall } from './plan.js';

const wall: Wall = { x1M: 2, y1M: -5, x2M: 2, y2M: 5, lossDb: 6 };

describe('computeWallLossDb', () => {
  it('adds the losses of the walls between two points', () => {
    const second = { ...wall, x1M: 3, x2M: 3, lossDb: 10 };
    expect(computeWallLossDb({ xM: 0, yM: 0 }, { xM: 4, yM: 1 }, [wall, second])).toBe(16);
    expect(computeWallLossDb({ xM: 2.5, yM: 0 }, { xM: 4, yM: 1 }, [wall, second])).toBe(10);
  });

  it('finds no loss on one side, past the end, and along the wall', () => {
    expect(computeWallLossDb({ xM: 0, yM: 0 }, { xM: 1.9, yM: 4 }, [wall])).toBe(0);
    expect(computeWallLossDb({ xM: 0, yM: 6 }, { xM: 4, yM: 6 }, [wall])).toBe(0);
    expect(computeWallLossDb({ xM: 2, yM: -1 }, { xM: 2, yM: 1 }, [wall])).toBe(0);
  });

  it('is the same in both directions', () => {
    const a = { xM: -3, yM: 2 };
    const b = { xM: 5, yM: -2 };
    expect(computeWallLossDb(a, b, [wall])).toBe(computeWallLossDb(b, a, [wall]));
    expect(computeDistanceM(a, b)).toBe(computeDistanceM(b, a));
  });
});
