import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../build.js';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { profileOf, unixMs } from '../office.js';
import { bundleApp } from './bundle.js';
import { play } from './play.js';

/**
 * How long a cold Hermes takes from the first line of the bundle until the app scans for a call. The bound is wide, for machines of
 * tests are shared; docs/examples/react-native-host/README.md has what was measured.
 */

const TIMES = 15;
/** A phone's JavaScript shall be ready before the first look of the reducer, 250 ms after the call. */
const LIMIT_MS = 250;

describe.skipIf(mustSkip('React Native', whyNotInstalled('react-native')))('a cold start on Hermes', () => {
  let bundle = '';
  beforeAll(async () => {
    await ensureBuilt();
    bundle = await bundleApp();
  }, 240_000);

  it.each([
    3, 50,
  ])('is ready to scan with a site of %i beacons before the reducer looks for the first time', async (beacons) => {
    const scenario = {
      startMs: 0,
      unixMs,
      untilMs: 100,
      events: [{ atMs: 0, event: 'deskbeacon-call', news: { call: 'c1', atMs: 0, deskPhone: 'alerting' } }],
      profile: profileOf(beacons),
      capabilities: { canHoldRing: true, canRingLate: true },
    };
    const played = await play(bundle, scenario, TIMES);
    for (const name of ['imported', 'listening', 'scanning']) {
      const ms = played.map(({ ready }) => ready[name] as number).sort((a, b) => a - b);
      const [least, middle, most] = [ms[0], ms[(TIMES - 1) / 2] as number, ms[TIMES - 1]];
      console.log(`${beacons} beacons, ${name}: median ${middle} ms, ${least} to ${most} ms, n = ${TIMES}`);
      expect(middle).toBeLessThan(LIMIT_MS);
    }
  });
});
