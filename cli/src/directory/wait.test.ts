import { expect, it } from 'vitest';
import { LateError, wait, within } from './wait.js';

const never = new Promise<never>(() => undefined);

it('work that is done in time gives its result, and its own fault', async () => {
  const { signal } = new AbortController();
  expect(await within(Promise.resolve(1), 1000, signal)).toBe(1);
  await expect(within(Promise.reject(new Error('own')), 1000, signal)).rejects.toThrow('own');
});

it('work that is late ends at its limit', async () => {
  await expect(within(never, 10, new AbortController().signal)).rejects.toBeInstanceOf(LateError);
});

it('an abort ends work and waits at once, with the reason of the signal', async () => {
  const control = new AbortController();
  const both = [within(never, 60_000, control.signal), wait(60_000, control.signal)];
  control.abort(new Error('stopped'));
  for (const one of both) await expect(one).rejects.toThrow('stopped');
  await expect(within(Promise.resolve(1), 10, control.signal)).rejects.toThrow('stopped');
});
