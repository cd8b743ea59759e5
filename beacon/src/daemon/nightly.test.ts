import { encodeIBeacon } from '@deskbeacon/proximity-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Listening } from '../radio/index.js';
import type { LogEntry } from './log.js';
import { createNightlyListener } from './nightly.js';

const HOUR_MS = 3_600_000;
const MIDNIGHT = 1_800_000_000_000 - (1_800_000_000_000 % (24 * HOUR_MS));
const organisationUuid = new Uint8Array(16).fill(0xa1);
const heard = {
  address: Uint8Array.of(1, 2, 3, 4, 5, 6),
  data: encodeIBeacon({ proximityUuid: organisationUuid, major: 1, minor: 2, measuredPowerDbm: -59 }),
  rssiDbm: -70,
};

/** A night on a clock that the test turns. */
function night(startUnixMs: number, windowMs: number, spread = 0.5) {
  vi.setSystemTime(startUnixMs);
  const pieces: { readonly forMs: number; readonly clearMs: number }[] = [];
  const boundaryUnixMs = (): number => Date.now() - (Date.now() % windowMs) + windowMs;
  const listener = createNightlyListener(
    {
      async listen({ forMs, onHeard }: Listening) {
        pieces.push({ forMs, clearMs: boundaryUnixMs() - Date.now() - forMs });
        onHeard(heard);
        await new Promise((resolve) => setTimeout(resolve, forMs));
      },
      nowUnixMs: Date.now,
      boundaryUnixMs,
      organisationUuid: () => organisationUuid,
      signal: new AbortController().signal,
      log: () => {},
    },
    spread,
  );
  return { listener, pieces };
}

/** @returns what the work gives, a minute later. */
async function within<T>(work: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(60_000);
  return work;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('listening at night', () => {
  it('happens once, at the minute of this beacon, and not before the first night', async () => {
    const { listener, pieces } = night(MIDNIGHT + 12 * HOUR_MS, 512_000);
    await listener.listenWhenDue();
    vi.setSystemTime(MIDNIGHT + 25.4 * HOUR_MS);
    await listener.listenWhenDue();
    expect(pieces.length).toBe(0);
    vi.setSystemTime(MIDNIGHT + 25.6 * HOUR_MS);
    await within(listener.listenWhenDue());
    await within(listener.listenWhenDue());
    expect(pieces.length).toBeGreaterThan(0);
    expect(listener.latest()?.neighbours).toMatchObject([{ major: 1, minor: 2, medianRssiDbm: -70 }]);
    const afterOne = pieces.length;
    vi.setSystemTime(MIDNIGHT + 49.6 * HOUR_MS);
    await within(listener.listenWhenDue());
    expect(pieces.length).toBeGreaterThan(afterOne);
  });

  it.each([
    512_000, 64_000, 16_000, 4_000,
  ])('takes ten seconds in all, none of them near an identity change (windows of %i ms)', async (windowMs) => {
    const { listener, pieces } = night(MIDNIGHT + 3, windowMs);
    const { forMs } = await within(listener.listenNow());
    expect(forMs).toBeCloseTo(10_000, 0);
    for (const { clearMs } of pieces) expect(clearMs).toBeGreaterThan(990);
  });

  it('gives up where identities change too often for any piece', async () => {
    const { listener, pieces } = night(MIDNIGHT, 1000);
    expect(await within(listener.listenNow())).toMatchObject({ forMs: 0, neighbours: [] });
    expect(pieces).toEqual([]);
  });

  it('is one listening, whoever else asks for it meanwhile', async () => {
    const { listener, pieces } = night(MIDNIGHT, 512_000);
    const [one, other] = await within(Promise.all([listener.listenNow(), listener.listenNow()]));
    expect(one).toBe(other);
    expect(pieces.length).toBe(1);
  });

  it('logs what went wrong, and tries again the next night', async () => {
    let unixMs = MIDNIGHT;
    const logged: LogEntry[] = [];
    let tries = 0;
    const listener = createNightlyListener(
      {
        listen: async () => {
          tries += 1;
          throw new Error('another program scans');
        },
        nowUnixMs: () => unixMs,
        boundaryUnixMs: () => unixMs + 100_000,
        organisationUuid: () => organisationUuid,
        signal: new AbortController().signal,
        log: (entry) => logged.push(entry),
      },
      0,
    );
    for (let hour = 0; hour < 48; hour += 1) {
      unixMs += HOUR_MS;
      await listener.listenWhenDue();
    }
    expect(tries).toBe(2);
    expect(logged.map(({ event }) => event)).toEqual(['not-listened', 'not-listened']);
  });
});
