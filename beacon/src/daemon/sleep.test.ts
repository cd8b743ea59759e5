import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSleeper } from './sleep.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a wait of the daemon', () => {
  it('ends when its clock says so, not before', async () => {
    const sleeper = createSleeper(new AbortController().signal);
    let end = 0;
    void sleeper.until(Date.now() + 2500, Date.now).then(() => {
      end = Date.now();
    });
    const start = Date.now();
    await vi.advanceTimersByTimeAsync(2499);
    expect(end).toBe(0);
    await vi.advanceTimersByTimeAsync(2);
    expect(end - start).toBe(2500);
  });

  it('notices within a second that the clock was set forwards', async () => {
    const sleeper = createSleeper(new AbortController().signal);
    let aheadMs = 0;
    let isOver = false;
    void sleeper
      .until(Date.now() + 500_000, () => Date.now() + aheadMs)
      .then(() => {
        isOver = true;
      });
    await vi.advanceTimersByTimeAsync(10);
    aheadMs = 600_000;
    await vi.advanceTimersByTimeAsync(1000);
    expect(isOver).toBe(true);
  });

  it('ends at once when it is woken, also by what came before it', async () => {
    const sleeper = createSleeper(new AbortController().signal);
    const first = sleeper.until(Date.now() + 9000, Date.now);
    sleeper.wake();
    await first;
    sleeper.wake();
    await sleeper.until(Date.now() + 9000, Date.now);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the signal aborts, and none begins after that', async () => {
    const controller = new AbortController();
    const sleeper = createSleeper(controller.signal);
    const first = sleeper.until(Date.now() + 9000, Date.now);
    controller.abort();
    await first;
    await sleeper.until(Date.now() + 9000, Date.now);
    expect(vi.getTimerCount()).toBe(0);
  });
});
