import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { within } from './within.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a wait with a limit', () => {
  it('ends with the work and leaves no timer', async () => {
    await within(1000, Promise.resolve('done'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects as the work does and leaves no timer', async () => {
    await expect(within(1000, Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at the limit, and what the work throws after that is no fault', async () => {
    let fail = (): void => {};
    const work = new Promise<void>((_, reject) => {
      fail = () => reject(new Error('too late'));
    });
    const waited = within(1000, work);
    await vi.advanceTimersByTimeAsync(1000);
    await waited;
    fail();
    await vi.advanceTimersByTimeAsync(1);
  });
});
