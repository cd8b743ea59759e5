import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BeaconError } from '../errors.js';
import { checkEveryMs, keepChecking, type SelfCheckOptions } from './self-check.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const silence = new BeaconError('hci-timeout', 'no answer to readBdAddr within 1000 ms');

function makeCheck(changes: Partial<SelfCheckOptions> = {}) {
  const end = new AbortController();
  const seen = { commands: 0, confirms: 0, passed: 0 };
  const controller = { isAnswering: true };
  const checking = keepChecking({
    commands: {
      issue: async () => {
        seen.commands += 1;
        if (!controller.isAnswering) throw silence;
        return new Uint8Array(6);
      },
    },
    advertiser: {
      confirm: async () => {
        seen.confirms += 1;
        return true;
      },
    },
    isOnAir: () => true,
    sinceConfirmedMs: () => 0,
    windowLeftMs: () => 60_000,
    everyMs: 15_000,
    onPassed: () => {
      seen.passed += 1;
    },
    signal: end.signal,
    ...changes,
  });
  const outcome = { error: undefined as unknown };
  checking.catch((error: unknown) => {
    outcome.error = error;
  });
  return { seen, controller, outcome, checking, end };
}

describe('the self-check', () => {
  it('asks the controller and switches advertising on once more, every 15 s, until the signal', async () => {
    const { seen, checking, end } = makeCheck();
    await vi.advanceTimersByTimeAsync(3_000 + 3 * 15_000);
    expect(seen).toEqual({ commands: 4, confirms: 4, passed: 4 });
    end.abort();
    await checking;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes over one that failed when the next, 3 s later, does not', async () => {
    const { seen, controller, outcome, end } = makeCheck();
    controller.isAnswering = false;
    await vi.advanceTimersByTimeAsync(3_000);
    controller.isAnswering = true;
    await vi.advanceTimersByTimeAsync(3_000);
    expect([seen.passed, outcome.error]).toEqual([1, undefined]);
    controller.isAnswering = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect([seen.passed, outcome.error]).toEqual([1, undefined]);
    end.abort();
  });

  it('fails with what failed twice in a row', async () => {
    const { seen, controller, outcome } = makeCheck();
    controller.isAnswering = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(outcome.error).toBe(silence);
    expect(seen.passed).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('switches nothing on near the end of a window, nor in a pairing window', async () => {
    const near = makeCheck({ windowLeftMs: () => 1_000 });
    const pairing = makeCheck({ isOnAir: () => false, sinceConfirmedMs: () => 9_000_000 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(near.seen).toEqual({ commands: 1, confirms: 0, passed: 1 });
    expect(pairing.seen).toEqual({ commands: 1, confirms: 0, passed: 1 });
    near.end.abort();
    pairing.end.abort();
  });

  it('fails when nothing has confirmed for a minute that it advertises', async () => {
    const { outcome } = makeCheck({ sinceConfirmedMs: () => 60_001 });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(outcome.error).toMatchObject({ code: 'hci-timeout', message: expect.stringMatching(/for 60 s/) });
  });

  it('is made three times within the time of a watchdog, not more often than each second', () => {
    expect(checkEveryMs(undefined)).toBe(15_000);
    expect(checkEveryMs('')).toBe(15_000);
    expect(checkEveryMs('90000000')).toBe(15_000);
    expect(checkEveryMs('30000000')).toBe(10_000);
    expect(checkEveryMs('100000')).toBe(1_000);
  });
});
