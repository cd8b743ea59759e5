import { describe, expect, it } from 'vitest';
import { dwellFor, planStep } from './plan.js';

const moment = { frameSinceUnixMs: 1000, nextBoundaryUnixMs: 8000, dwellMs: 130, leadMs: 25 };

describe('the plan of the advertiser', () => {
  it('keeps each frame for interval, random delay and jitter: 130 ms at 100 ms', () => {
    expect(dwellFor(100)).toBe(130);
  });

  it('alternates one dwell after the last change', () => {
    expect(planStep(moment)).toEqual({ step: 'alternate', atUnixMs: 1130 });
  });

  it('leaves out a change of data that would meet the pause', () => {
    const late = { ...moment, frameSinceUnixMs: 7830 };
    expect(planStep(late)).toEqual({ step: 'change-identity', atUnixMs: 7975, boundaryUnixMs: 8000 });
    expect(planStep({ ...moment, frameSinceUnixMs: 7825 })).toEqual({ step: 'alternate', atUnixMs: 7955 });
  });

  it('pauses earlier when the guard has grown', () => {
    expect(planStep({ ...moment, frameSinceUnixMs: 7900, leadMs: 80 })).toMatchObject({ atUnixMs: 7920 });
  });

  it('never plans a change of data within 20 ms before the pause or after it, at any phase', () => {
    for (let frameSinceUnixMs = 0; frameSinceUnixMs < 8000; frameSinceUnixMs += 1) {
      const { step, atUnixMs } = planStep({ ...moment, frameSinceUnixMs });
      expect(atUnixMs).toBeLessThanOrEqual(step === 'alternate' ? 7955 : 7975);
    }
  });
});
