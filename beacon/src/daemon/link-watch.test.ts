import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BeaconError } from '../errors.js';
import { makeSilentLink } from '../radio/testing/silent-link.js';
import { watchLink } from './link-watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What has become of a promise by now. */
async function outcomeOf(promise: Promise<never>): Promise<unknown> {
  return Promise.race(
    [promise.catch((error: unknown) => error), Promise.resolve('waiting')].map((p) => p.then((v) => v)),
  );
}

describe('the watch over the link', () => {
  it('gives an adapter that is down three seconds to come back', async () => {
    const { link } = makeSilentLink();
    let isUp = false;
    const watch = watchLink({ ...link, isUp: () => isUp });
    await vi.advanceTimersByTimeAsync(3000);
    isUp = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(1);
    expect(await outcomeOf(watch.failed)).toBe('waiting');
    watch.stop();
  });

  it('fails with radio-lost within four seconds of an adapter that stays down', async () => {
    const { link } = makeSilentLink();
    const watch = watchLink({ ...link, isUp: () => false });
    await vi.advanceTimersByTimeAsync(4000);
    await expect(watch.failed).rejects.toMatchObject({ code: 'radio-lost' });
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fails with the link's own error when that ends", async () => {
    const { link, hub } = makeSilentLink();
    const watch = watchLink(link);
    const error = new BeaconError('hci-timeout', 'no answer');
    hub.emitClosed(error);
    await expect(watch.failed).rejects.toBe(error);
    watch.stop();
  });

  it('fails with radio-shared when another process switches advertising off', async () => {
    const { link, hub } = makeSilentLink();
    const watch = watchLink(link);
    hub.emitSent(Uint8Array.of(1, 0x0a, 0x20, 1, 1), 0);
    hub.emitPacket(Uint8Array.of(1, 0x0a, 0x20, 1, 0), 0);
    await expect(watch.failed).rejects.toMatchObject({ code: 'radio-shared' });
    watch.stop();
  });

  it('minds no command of another process while nothing is advertised, and no other command', async () => {
    const { link, hub } = makeSilentLink();
    const watch = watchLink(link);
    hub.emitPacket(Uint8Array.of(1, 0x0a, 0x20, 1, 0), 0);
    hub.emitSent(Uint8Array.of(1, 0x0a, 0x20, 1, 1), 0);
    hub.emitPacket(Uint8Array.of(1, 0x0c, 0x20, 2, 1, 0), 0);
    hub.emitSent(Uint8Array.of(1, 0x0a, 0x20, 1, 0), 0);
    hub.emitPacket(Uint8Array.of(1, 0x0a, 0x20, 1, 0), 0);
    expect(await outcomeOf(watch.failed)).toBe('waiting');
    watch.stop();
  });
});
