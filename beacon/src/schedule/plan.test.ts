import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dwellFor, planStep } from './plan.js';

const seed = Number(process.env.SEED ?? 20261123);
const moment = { nextBoundaryUnixMs: 8000, turnMs: 130, leadMs: 25 };
/** The next frame is due one dwell after the last. */
const planAfter = (frameSinceUnixMs: number, { turnMs, ...rest }: typeof moment = moment) =>
  planStep({ nextTurnUnixMs: frameSinceUnixMs + turnMs, turnMs, ...rest });

describe('the plan of the advertiser', () => {
  it('keeps each frame for interval, random delay and jitter: 130 ms at 100 ms', () => {
    expect(dwellFor(100)).toBe(130);
  });

  it('keeps each frame for at least 100 ms: at 20 ms for two events and more', () => {
    expect([20, 69, 70, 71].map(dwellFor)).toEqual([100, 100, 100, 101]);
  });

  it('keeps each frame for one event at least, at any interval and phase', () => {
    for (let intervalMs = 20; intervalMs <= 10_240; intervalMs += 1) {
      // The controller may take 5 ms more than asked for, and adds up to 10 ms (advDelay); what is left is for the host.
      expect(dwellFor(intervalMs) - (intervalMs + 5 + 10)).toBeGreaterThanOrEqual(15);
    }
  });

  it('changes the frame one dwell after the last change', () => {
    expect(planAfter(1000)).toEqual({ step: 'next-frame', atUnixMs: 1130 });
  });

  it('leaves out a change of data whose dwell would meet the pause', () => {
    expect(planAfter(7716)).toEqual({ step: 'change-identity', atUnixMs: 7975, boundaryUnixMs: 8000 });
    expect(planAfter(7715)).toEqual({ step: 'next-frame', atUnixMs: 7845 });
  });

  it('pauses earlier when the guard has grown', () => {
    expect(planAfter(7900, { ...moment, leadMs: 80 })).toMatchObject({ atUnixMs: 7920 });
  });

  it('never plans a change of data within a dwell before the pause or after it, at any phase', () => {
    for (let frameSinceUnixMs = 0; frameSinceUnixMs < 8000; frameSinceUnixMs += 1) {
      const { step, atUnixMs } = planAfter(frameSinceUnixMs);
      expect(atUnixMs).toBeLessThanOrEqual(step === 'next-frame' ? 7845 : 7975);
    }
  });

  it('goes straight for the pause where no frame is ever due', () => {
    expect(planStep({ ...moment, nextTurnUnixMs: Number.POSITIVE_INFINITY })).toMatchObject({
      step: 'change-identity',
    });
  });

  const anyMoment = fc
    .record({
      boundary: fc.integer({ min: 1, max: 2 ** 40 }),
      beforeMs: fc.integer({ min: -10_000, max: 40_000 }),
      intervalMs: fc.integer({ min: 20, max: 10_240 }),
      leadMs: fc.double({ min: 15, max: 80, noNaN: true }),
    })
    .map(({ boundary, beforeMs, intervalMs, leadMs }) => ({
      frameSinceUnixMs: boundary - beforeMs,
      nextBoundaryUnixMs: boundary,
      turnMs: dwellFor(intervalMs),
      leadMs,
    }));

  it(`keeps every change of data whole and clear of the pause, whatever the settings (SEED=${seed})`, () => {
    fc.assert(
      fc.property(anyMoment, (any) => {
        const plan = planAfter(any.frameSinceUnixMs, any);
        const pauseAt = any.nextBoundaryUnixMs - any.leadMs;
        if (plan.step === 'change-identity') {
          expect(plan).toMatchObject({ atUnixMs: pauseAt, boundaryUnixMs: any.nextBoundaryUnixMs });
          // Only where a whole dwell has no room: a change is never left out otherwise.
          expect(any.frameSinceUnixMs + 2 * any.turnMs).toBeGreaterThan(pauseAt);
        } else {
          expect(plan.atUnixMs - any.frameSinceUnixMs).toBe(any.turnMs);
          expect(plan.atUnixMs + any.turnMs).toBeLessThanOrEqual(pauseAt);
        }
      }),
      { seed, numRuns: 2000 },
    );
  });

  it(`leads to the pause in as many steps as dwells have room, and never runs on the spot (SEED=${seed})`, () => {
    fc.assert(
      fc.property(anyMoment, (any) => {
        let frameSinceUnixMs = any.frameSinceUnixMs;
        let steps = 0;
        for (;;) {
          const plan = planAfter(frameSinceUnixMs, any);
          if (plan.step === 'change-identity') break;
          expect(plan.atUnixMs).toBeGreaterThan(frameSinceUnixMs);
          frameSinceUnixMs = plan.atUnixMs;
          steps += 1;
        }
        expect(steps).toBeLessThanOrEqual(Math.max(0, any.nextBoundaryUnixMs - any.frameSinceUnixMs) / any.turnMs);
      }),
      { seed, numRuns: 500 },
    );
  });
});
