import { compileLookup, counterAt, decodeAdvertisement, encodeHex, windowStart } from '@deskbeacon/proximity-core';
import { describe, expect, it } from 'vitest';
import { deriveKeys } from '../identity/keys.js';
import { profileBeacon } from '../identity/profile-beacon.js';
import { identityAt } from '../schedule/frames.js';
import { createTelemetry } from '../schedule/telemetry.js';
import { keepOnAir } from './air-time.js';
import { type AirEvent, simulateAir } from './testing/simulated-air.js';

const seed = Number(process.env.SEED ?? 20261123);
const rootKey = new Uint8Array(32).fill(7);
const keys = deriveKeys(rootKey);
const organisationUuid = new Uint8Array(16).fill(1);
/** A whole second; the boundary lies in the middle of the scene. */
const BOUNDARY_UNIX_MS = 1_795_000_000_000;
const HALF_MS = 4_000;
const COUNTER_SIZE = 2 ** 32;

/** The beacon's whole schedule around an instant at which its counter has the given value. */
async function airAround(counterS: number, exponentK: number) {
  const clockOffsetS = (counterS - BOUNDARY_UNIX_MS / 1000 + 2 * COUNTER_SIZE) % COUNTER_SIZE;
  const settings = { organisationUuid, exponentK, clockOffsetS, measuredPowerDbm: -59, intervalMs: 100 };
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const air = simulateAir({ startUnixMs: BOUNDARY_UNIX_MS - HALF_MS, intervalMs: 100, random });
  const end = new AbortController();
  air.at(BOUNDARY_UNIX_MS + HALF_MS, () => {
    end.abort();
    air.sleeper.wake();
  });
  await keepOnAir({
    ...{ advertiser: air.advertiser, clock: air, keys, settings, sleeper: air.sleeper, signal: end.signal },
    telemetry: createTelemetry({
      monotonicMs: () => air.nowUnixMs(),
      temperatureC: () => undefined,
      isClockSynchronised: () => true,
    }),
    onIdentity: async () => {},
    takeRestart: () => false,
    log: () => {},
  });
  return { settings, events: air.events };
}

/** Which window of which desk a phone takes a packet for, at that instant, with a lease of two days from an hour before. */
function heardBy(event: AirEvent, settings: Awaited<ReturnType<typeof airAround>>['settings']): number | undefined {
  const nowUnixMs = BOUNDARY_UNIX_MS - 3_600_000;
  const beacon = profileBeacon({ ...settings, rootKey, desk: 'd-12', nowUnixMs, days: 2 });
  const lookup = compileLookup(
    {
      ...{ deskbeacon: 'site-profile', version: 1, site: '', organisationUuid: encodeHex(organisationUuid) },
      ...{ ownDesks: ['d-12'], beacons: [beacon], model: { calibration: 'none' }, ringAll: false },
      policy: { ringAfterMs: 0, deskPhoneUnknown: 'ring', clockToleranceS: 0 },
    } as Parameters<typeof compileLookup>[0],
    event.unixMs,
  );
  const decoded = decodeAdvertisement(Buffer.from(event.data, 'hex'));
  const frame = decoded.ok ? decoded.frames[0] : undefined;
  if (frame?.kind === 'eddystone-eid') {
    const eid = encodeHex(frame.eid);
    return lookup.eids[eid] === 'd-12' ? lookup.windowsS[eid] : undefined;
  }
  if (frame?.kind !== 'ibeacon') return undefined;
  const { major, minor } = frame;
  const id = encodeHex(Uint8Array.of(major >>> 8, major & 255, minor >>> 8, minor & 255));
  return lookup.recognitionIds[id] === 'd-12' ? lookup.windowsS[id] : undefined;
}

describe.each([
  ['the temporary key changes (2^16 s)', 27_000 * 65_536],
  ['the temporary key changes for the last time before the end', COUNTER_SIZE - 65_536],
  ['the sign of a 32-bit number changes (2^31 s)', 2 ** 31],
  ['the counter begins again (2^32 s)', 0],
])(`where %s (SEED=${seed})`, (_, counterS) => {
  it.each([
    0, 2, 6, 9, 15,
  ])('address and both frames change in one instant, and a phone follows, with K = %i', async (exponentK) => {
    const { settings, events } = await airAround(counterS, exponentK);
    expect(counterAt(BOUNDARY_UNIX_MS, settings.clockOffsetS)).toBe(counterS);
    const sides = [
      events.filter(({ unixMs }) => unixMs < BOUNDARY_UNIX_MS),
      events.filter(({ unixMs }) => unixMs >= BOUNDARY_UNIX_MS),
    ] as const;
    for (const [side, atUnixMs] of [
      [sides[0], BOUNDARY_UNIX_MS - 1],
      [sides[1], BOUNDARY_UNIX_MS],
    ] as const) {
      const { address, frames } = identityAt(atUnixMs, keys, settings);
      const near = side.filter(({ unixMs }) => Math.abs(unixMs - BOUNDARY_UNIX_MS) < 900);
      expect(new Set(near.map((event) => event.data))).toEqual(new Set(frames.map(({ data }) => encodeHex(data))));
      expect(new Set(near.map((event) => event.address))).toEqual(new Set([encodeHex(address)]));
    }
    const lastBefore = sides[0].at(-1)?.unixMs ?? 0;
    expect((sides[1][0]?.unixMs ?? 0) - lastBefore).toBeLessThan(220);
    for (const event of events) {
      const expected = windowStart(counterAt(event.unixMs, settings.clockOffsetS), exponentK);
      expect(heardBy(event, settings), `at ${event.unixMs - BOUNDARY_UNIX_MS}`).toBe(expected);
    }
  });
});
