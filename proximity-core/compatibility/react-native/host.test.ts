import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../build.js';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { type Heard, packetsOf, profileOf, unixMs } from '../office.js';
import { bundleApp } from './bundle.js';
import { type Played, play, type Scenario } from './play.js';

/** The host of docs/examples/react-native-host, bundled by Metro, in Hermes; the driver plays Android and react-native-ble-plx's native half. */

const PUSH_MS = 5000;
const DECIDE_MS = 1500;
const GRACE_MS = 250;

/** As ScanResultToJsObjectConverter.java makes it: base64, and Android's record padded with zeros to 62 octets. */
function device(data: Uint8Array, rssi: number): object {
  const record = new Uint8Array(62);
  record.set(data);
  const rawScanRecord = Buffer.from(record).toString('base64');
  return {
    id: '12:34:56:78:9A:BC',
    name: null,
    rssi,
    mtu: 23,
    manufacturerData: null,
    serviceData: null,
    rawScanRecord,
  };
}

const heard = (place: 'desk' | 'away', what: Heard = 'all'): NonNullable<Scenario['packets']> =>
  packetsOf(place, DECIDE_MS, what).map(({ t, data, rssiDbm }) => ({
    atMs: PUSH_MS + t,
    device: device(data, rssiDbm),
  }));

const push = { atMs: PUSH_MS, event: 'deskbeacon-call', news: { call: 'c1', atMs: PUSH_MS, deskPhone: 'alerting' } };
const at = (afterMs: number, event: string, news: object = {}): Scenario['events'][number] => ({
  atMs: PUSH_MS + afterMs,
  event,
  news: { call: 'c1', ...news },
});

const scenario: Scenario = {
  startMs: 4900,
  unixMs: unixMs - 100,
  untilMs: PUSH_MS + 20_000,
  events: [push],
  profile: profileOf(),
  capabilities: { canHoldRing: true, canRingLate: true, canEndElsewhere: true },
};

const did = ({ log }: Played, ...what: string[]): readonly string[] =>
  log.filter((one) => what.length === 0 || what.includes(one.did)).map((one) => one.did);
const instantOf = ({ log }: Played, what: string): number | undefined => {
  const found = log.find((one) => one.did === what);
  return found === undefined ? undefined : found.atMs - PUSH_MS;
};

describe.skipIf(mustSkip('React Native', whyNotInstalled('react-native')))('the React Native host on Hermes', () => {
  let bundle = '';
  beforeAll(async () => {
    await ensureBuilt();
    bundle = await bundleApp();
  }, 240_000);
  const run = async (given: Partial<Scenario>): Promise<Played> =>
    (await play(bundle, { ...scenario, ...given }))[0] as Played;

  it('is quiet at the desk, stops the scan with the decision, and rings after eight seconds', async () => {
    const played = await run({ packets: heard('desk') });
    expect(did(played)).toEqual(['ring-by', 'start-scan', 'stop-scan', 'ring-by', 'ring']);
    const [hold, , stop, silence, ring] = played.log;
    expect(hold?.byMs).toBe(PUSH_MS + DECIDE_MS + GRACE_MS);
    expect(silence?.atMs).toBe(stop?.atMs);
    expect(silence?.byMs).toBe((stop?.atMs as number) + 8000 + GRACE_MS);
    expect(ring?.atMs).toBe((stop?.atMs as number) + 8000);
    expect(played.isScanning).toBe(false);
  });

  it('asks react-native-ble-plx for every packet at low latency', async () => {
    const played = await run({ packets: heard('desk'), services: ['0000feaa-0000-1000-8000-00805f9b34fb'] });
    expect(played.log.find((one) => one.did === 'start-scan')).toMatchObject({
      services: ['0000feaa-0000-1000-8000-00805f9b34fb'],
      options: { allowDuplicates: true, scanMode: 2, callbackType: 1, legacyScan: true },
    });
  });

  it('rings when another desk is heard and the own one is not', async () => {
    const played = await run({ packets: heard('away') });
    expect(did(played)).toEqual(['ring-by', 'start-scan', 'stop-scan', 'ring']);
    expect(instantOf(played, 'ring')).toBeLessThanOrEqual(DECIDE_MS);
  });

  it('is quiet with the own format alone, where the platform keeps all else from the app', async () => {
    const capabilities = { ...scenario.capabilities, hearsOwnDesksOnly: true };
    const played = await run({ packets: heard('desk', 'own-format'), capabilities });
    expect(did(played).slice(0, 4)).toEqual(['ring-by', 'start-scan', 'stop-scan', 'ring-by']);
  });

  it('rings at once where there is no profile, and where the call is an emergency centre calling back', async () => {
    expect(did(await run({ profile: { deskbeacon: 'nonsense' } }))).toEqual(['ring']);
    const emergency = { ...push, news: { ...push.news, emergency: true } };
    expect(did(await run({ events: [emergency], packets: heard('desk') }))).toEqual(['ring']);
  });

  it('rings when the scan is refused, when starting it throws, and when it fails later', async () => {
    for (const faults of [['refuse-scan'], ['start-scan']] as const) {
      const played = await run({ faults, packets: heard('desk') });
      expect(did(played, 'ring')).toEqual(['ring']);
      expect(instantOf(played, 'ring')).toBe(0);
    }
    const error = JSON.stringify({ errorCode: 102, reason: 'switched off' });
    const played = await run({ packets: [...heard('desk').slice(0, 2), { atMs: PUSH_MS + 100, error }] });
    expect(did(played, 'ring')).toEqual(['ring']);
    expect(instantOf(played, 'ring')).toBe(100);
  });

  it('rings when the core throws: over a profile that nobody checked, and over a state that it did not write', async () => {
    const broken = await run({ profile: { ...profileOf(), beacons: null }, unchecked: true, packets: heard('desk') });
    expect(did(broken)).toEqual(['ring']);
    for (const phase of ['deciding', 'silent']) {
      const text = JSON.stringify({ state: { version: 1, phase }, atMs: PUSH_MS, bootUnixMs: unixMs - PUSH_MS });
      expect(did(await run({ events: [], saved: { c1: text } }))).toEqual(['ring']);
    }
  });

  it('rings in time when every report makes the library throw before it reaches the app', async () => {
    const packets = heard('desk').map(({ atMs }) => ({ atMs, error: 'not JSON', device: 5 as unknown as object }));
    const played = await run({ packets });
    expect(did(played, 'ring')).toEqual(['ring']);
    expect(instantOf(played, 'ring')).toBeLessThanOrEqual(DECIDE_MS);
  });

  it('rings when what has to be kept cannot be written', async () => {
    const played = await run({ faults: ['save'], packets: heard('desk') });
    expect(did(played, 'ring', 'stop-scan', 'start-scan')).toEqual(['start-scan', 'ring', 'stop-scan']);
  });

  it('rings although the scan cannot be stopped', async () => {
    const played = await run({ faults: ['stop-scan'], packets: heard('away') });
    expect(did(played, 'ring')).toEqual(['ring']);
  });

  it('is rung for by native code when no timer reaches JavaScript any more', async () => {
    const played = await run({ isDeaf: true, packets: [] });
    expect(did(played)).toEqual(['ring-by', 'start-scan', 'ring-by-itself']);
    expect(instantOf(played, 'ring-by-itself')).toBe(DECIDE_MS + GRACE_MS);
    const silent = await run({ isDeaf: true, packets: heard('desk') });
    expect(did(silent, 'ring', 'ring-by-itself')).toEqual(['ring-by-itself']);
  });

  it('goes on with a silent call after its process died, and rings eight seconds after the silence began', async () => {
    const first = await run({ packets: heard('desk'), untilMs: PUSH_MS + 3000 });
    const silentMs = instantOf(first, 'stop-scan') as number;
    const later = { events: [], startMs: PUSH_MS + 4000, unixMs: unixMs + 4000, saved: first.saved };
    const second = await run(later);
    expect(did(second)).toEqual(['ring']);
    expect(instantOf(second, 'ring')).toBe(silentMs + 8000);
    const answered = await run({ ...later, events: [at(5000, 'deskbeacon-answered', { by: 'desk' })] });
    expect(did(answered, 'ring', 'ring-by-itself')).toEqual([]);
    expect(answered.saved).toEqual({});
  });

  it('rings when the process died before the decision, when nothing can be read, and after the phone was started anew', async () => {
    const first = await run({ packets: [], untilMs: PUSH_MS + 300 });
    const later = { events: [], startMs: PUSH_MS + 700, unixMs: unixMs + 700 };
    expect(did(await run({ ...later, saved: first.saved }))).toEqual(['ring']);
    expect(did(await run({ ...later, saved: { c1: '{' } }))).toEqual(['ring']);
    expect(did(await run({ ...later, startMs: 10, saved: first.saved }))).toEqual(['ring']);
  });

  it('rings for nobody after somebody answered elsewhere, before the decision or after it, and keeps nothing', async () => {
    for (const afterMs of [200, 3000]) {
      const events = [push, at(afterMs, 'deskbeacon-answered', { by: 'desk' })];
      const played = await run({ events, packets: heard('desk') });
      expect(did(played, 'ring', 'ring-by-itself')).toEqual([]);
      expect(did(played).slice(-2)).toEqual(['end-elsewhere', 'over']);
      expect(played).toMatchObject({ isScanning: false, saved: {} });
    }
  });

  it('rings at once when it becomes known that the desk phone does not', async () => {
    const events = [push, at(3000, 'deskbeacon-told', { deskPhone: 'not-alerting' })];
    const played = await run({ events, packets: heard('desk') });
    expect(instantOf(played, 'ring')).toBe(3000);
  });

  it('decides at once when JavaScript was started after the time to decide', async () => {
    const late = { ...push, atMs: PUSH_MS + 4000 };
    const played = await run({ events: [late], packets: heard('desk') });
    expect(instantOf(played, 'ring')).toBe(4000);
    expect(played.isScanning).toBe(false);
  });

  describe('in shadow mode', () => {
    it('rings in every call, and counts what the owner says of it', async () => {
      const events = [
        push,
        at(4000, 'deskbeacon-answered', { by: 'this-phone' }),
        at(9000, 'owner-said', { wasAway: true }),
      ];
      const played = await run({ events, packets: heard('desk'), isShadow: true, isLogged: true });
      expect(did(played)).toEqual(['ring', 'start-scan', 'stop-scan', 'over']);
      expect(JSON.parse(played.out.stored['deskbeacon.shadow'] as string)).toMatchObject({
        desk: 'desk-0',
        shadow: { calls: 1, wouldHaveSilencedAway: 1 },
      });
      expect(JSON.parse(played.out.stored['deskbeacon.why'] as string)).toEqual([
        { reason: 'at-own-desk', isShadow: true },
      ]);
    });
  });

  describe('the list of reasons', () => {
    it('is not kept unless the user asked for it', async () => {
      expect((await run({ packets: heard('desk') })).out.stored).toEqual({});
    });

    it('holds codes and nothing else', async () => {
      const { out } = await run({ packets: heard('desk'), isLogged: true });
      expect(out.stored).toEqual({ 'deskbeacon.why': '[{"reason":"unanswered"},{"reason":"at-own-desk"}]' });
    });
  });
});
