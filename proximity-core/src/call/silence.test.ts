import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHex } from '../advertisement/bytes.js';
import type { CallAction, CallEvent, HostCapabilities } from './events.js';
import { type CallState, createCall } from './state.js';
import { step } from './step.js';
import {
  decide,
  eidFrame,
  iBeaconFrame,
  neighbour,
  nowMs,
  profile,
  recognitionKey,
  WINDOW_MS,
} from './testing/desk.js';

const site = { desksM: { own: [0, 0], east: [1.6, 0], west: [-1.6, 0], far: [6, 3] } } as const;

interface Played {
  readonly state: CallState;
  readonly actions: readonly CallAction[];
  readonly nextDeadlineMs?: number | undefined;
}

function play(state: CallState, events: readonly CallEvent[]): Played {
  let current = state;
  let nextDeadlineMs: number | undefined;
  const actions: CallAction[] = [];
  for (const event of events) {
    const next = step(current, event);
    current = next.state;
    nextDeadlineMs = next.nextDeadlineMs;
    actions.push(...next.actions);
  }
  return { state: current, actions, nextDeadlineMs };
}

/** One packet every 35 ms, of the own desk and its neighbours in turn. */
function packets(fromMs: number, untilMs: number, ownDbm: number, othersDbm: number): readonly CallEvent[] {
  const events: CallEvent[] = [];
  for (let t = fromMs; t < untilMs; t += 35) {
    const i = events.length;
    const desk = ['own', 'east', 'west'][i % 3] as string;
    const rssiDbm = (desk === 'own' ? ownDbm : othersDbm) + ((i * 7) % 5) - 2;
    events.push({ t, event: 'sighting', desk, rssiDbm, ...(desk === 'own' ? {} : { authenticated: false }) });
  }
  return events;
}

const begin: readonly CallEvent[] = [
  { t: 0, event: 'call', deadlineMs: 1500 },
  { t: 3, event: 'scan-started', mode: 'low-latency' },
];
const toSilence: readonly CallEvent[] = [...begin, ...packets(20, 1000, -52, -67), { t: 1000, event: 'tick' }];

function silent(host: HostCapabilities = {}): Played {
  const played = play(createCall({ desks: ['own'], host, traceSite: site }), toSilence);
  expect(played.state.phase).toBe('silent');
  return played;
}

const watching: HostCapabilities = { canWatch: true };

describe('a silent phone that watches', () => {
  it('goes on scanning, and one that may not stops with the decision', () => {
    expect(silent(watching).actions.map(({ action }) => action)).toEqual(['hold-ring', 'start-scan', 'silence']);
    expect(silent().actions.map(({ action }) => action)).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'silence']);
    expect(silent().state.watch).toBeUndefined();
  });

  it('asks to be woken a second after the silence and then four times a second', () => {
    const { state, nextDeadlineMs } = silent(watching);
    const firstMs = state.watch?.nextLookAtMs ?? 0;
    expect(nextDeadlineMs).toBe(firstMs);
    expect(play(state, [...packets(1000, firstMs, -52, -67), { t: firstMs, event: 'tick' }]).nextDeadlineMs).toBe(
      firstMs + 250,
    );
  });

  it('rings as having left once the own desk sounds like another room, and stops scanning', () => {
    const { state } = silent(watching);
    const { state: rung, actions } = play(state, packets(1000, 6000, -85, -60));
    expect(actions).toEqual([{ action: 'stop-scan' }, { action: 'ring', reason: 'left-desk' }]);
    expect(rung).toMatchObject({ phase: 'ringing', isScanning: false, rangLate: { reason: 'left-desk' } });
    expect(rung.rangLate?.atMs).toBeLessThan(4000);
    expect(rung.decision).toEqual(state.decision);
  });

  it('stays silent at the desk until nobody answered, and stops scanning then', () => {
    const { state } = silent(watching);
    const endMs = (state.decision?.decidedAtMs ?? 0) + 8000;
    const { actions } = play(state, [...packets(1000, endMs, -52, -67), { t: endMs, event: 'tick' }]);
    expect(actions).toEqual([{ action: 'stop-scan' }, { action: 'ring', reason: 'unanswered' }]);
  });

  it('rings when frames in the name of the own desk go on without proof', () => {
    const unproven = packets(1000, 8000, -45, -67).map((event) => ({ ...event, authenticated: false }));
    expect(play(silent(watching).state, unproven).state.rangLate?.reason).toBe('left-desk');
  });

  it.each<CallEvent['event']>(['answered', 'call-ended'])('stops scanning when it is over: %s', (event) => {
    const { state, actions } = play(silent(watching).state, [{ t: 1500, event, by: 'desk' } as CallEvent]);
    expect(actions).toEqual([{ action: 'stop-scan' }]);
    expect(state.watch).toBeUndefined();
  });

  it('stays silent and watches no more when the platform ends the scan', () => {
    for (const ended of [
      { t: 1400, event: 'scan-stopped' },
      { t: 1400, event: 'scan-failed', reason: 'internal' },
    ] as const) {
      const { state, actions } = play(silent(watching).state, [ended, { t: 5000, event: 'tick' }]);
      expect(actions).toEqual([]);
      expect(state).toMatchObject({ phase: 'silent', isScanning: false });
    }
  });

  it('is not begun by a host that cannot ring late or has ended its leg', () => {
    for (const host of [{ canRingLate: false }, { canHoldRing: false, canEndElsewhere: true }]) {
      const { state, actions } = play(createCall({ desks: ['own'], host: { ...watching, ...host }, traceSite: site }), [
        ...begin,
        ...packets(20, 1500, -40, -75),
        { t: 1500, event: 'tick' },
      ]);
      expect(state.phase).toBe('silent');
      expect(actions).toContainEqual({ action: 'stop-scan' });
    }
  });

  it('keeps a bounded state that survives as JSON, and takes looks as they fell due when woken late', () => {
    const { state } = silent(watching);
    const flood = Array.from(
      { length: 3000 },
      (_, i): CallEvent => ({ t: 1100, event: 'sighting', desk: `d-${i % 40}`, rssiDbm: -70 }),
    );
    expect(play(state, flood).state.watch?.recent.length).toBe(256);
    const events = packets(1000, 6000, -85, -60);
    let thawed = state;
    for (const event of events) thawed = JSON.parse(JSON.stringify(step(thawed, event).state)) as CallState;
    expect(thawed).toEqual(JSON.parse(JSON.stringify(play(state, events).state)));
  });

  it('rings at once for a frame of the own desk that cannot be right', () => {
    let state = createCall({ profile, wallClockMs: nowMs, host: watching });
    const heard = [
      { data: eidFrame(nowMs), rssiDbm: -52 },
      neighbour,
      { data: iBeaconFrame(nowMs, recognitionKey), rssiDbm: -52 },
    ];
    const feed = (event: CallEvent): void => {
      state = step(state, event).state;
    };
    for (const event of begin) feed(event);
    for (let i = 0; state.phase === 'deciding'; i += 1) {
      const { data, rssiDbm } = heard[i % 3] as (typeof heard)[number];
      feed({ t: 10 + 40 * i, event: 'advertisement', address: '', data, rssiDbm: rssiDbm - (i % 3) });
    }
    expect(state.phase).toBe('silent');
    feed({ t: 1600, event: 'advertisement', address: '', data: eidFrame(nowMs - 2 * WINDOW_MS), rssiDbm: -70 });
    expect(state.rangLate).toMatchObject({ reason: 'stale-identity', atMs: 1600 });
  });
});

describe('what is told of a call', () => {
  const news: readonly (readonly [string, CallEvent])[] = [
    ['emergency-call', { t: 0, event: 'call', emergency: true }],
    ['desk-phone-not-alerting', { t: 0, event: 'call', deskPhone: 'not-alerting' }],
    ['desk-phone-unknown', { t: 0, event: 'call', deskPhone: 'unknown' }],
    ['audio-elsewhere', { t: 0, event: 'audio-route', route: 'car' }],
    ['audio-elsewhere', { t: 0, event: 'audio-route', route: 'headset' }],
    ['audio-elsewhere', { t: 0, event: 'audio-route', route: 'watch' }],
  ];
  const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

  it.each(news)('rings for %s at every moment of deciding and of silence, whatever is heard', (reason, event) => {
    const call = createCall({ desks: ['own'], traceSite: site });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7000 }), fc.integer({ min: -70, max: -25 }), (t, ownDbm) => {
        const before = [...begin, ...packets(20, 1500, ownDbm, -80)].filter((heard) => heard.t < t);
        const waiting = play(call, [...before, { t, event: 'tick' }]);
        if (waiting.state.phase === 'ringing') return;
        const { state, actions } = play(waiting.state, [{ ...event, t }]);
        expect(state.phase).toBe('ringing');
        expect(actions.at(-1)).toEqual({ action: 'ring', reason });
        expect(state.rangLate?.reason ?? state.decision?.reason).toBe(reason);
      }),
      { numRuns: 60, ...seed },
    );
  });

  it.each(news)('silences nothing and rings once when the phone rings already: %s', (_reason, event) => {
    const ringing = play(createCall({ desks: ['own'], traceSite: site }), [...begin, { t: 1500, event: 'tick' }]).state;
    expect(play(ringing, [{ ...event, t: 2000 }]).actions).toEqual([]);
  });

  it('counts the audio route that was told before the call, the newest alone', () => {
    const call = createCall({ desks: ['own'], traceSite: site });
    const car: CallEvent = { t: 0, event: 'audio-route', route: 'car' };
    const phone: CallEvent = { t: 0, event: 'audio-route', route: 'phone' };
    expect(play(call, [car, ...begin]).state.decision).toMatchObject({ reason: 'audio-elsewhere' });
    expect(play(call, [car, phone, ...toSilence]).state.decision).toMatchObject({ decision: 'silence' });
  });

  it('changes nothing when the desk phone is said to alert, or the policy leaves it open', () => {
    const { state } = silent();
    expect(play(state, [{ t: 2000, event: 'call' }]).actions).toEqual([]);
    const open: CallState = {
      ...state,
      site: { ...state.site, policy: { ...state.site.policy, deskPhoneUnknown: 'decide' } },
    };
    expect(play(open, [{ t: 2000, event: 'call', deskPhone: 'unknown' }]).actions).toEqual([]);
  });

  it('rings for every call, and scans nothing, while its user has no desk in the app', () => {
    const call = createCall({ profile, wallClockMs: nowMs, desks: [] });
    const heard = { data: eidFrame(nowMs), rssiDbm: -45 };
    expect(play(call, begin).actions).toEqual([{ action: 'ring', reason: 'no-own-desk' }]);
    expect(decide([heard, neighbour], nowMs, profile, { desks: [] }).decision).toMatchObject({ reason: 'no-own-desk' });
    expect(play(createCall({}), begin).actions).toEqual([{ action: 'ring', reason: 'no-own-desk' }]);
  });

  it('rings for every call of a site that is switched so, and says so', () => {
    const all = decide([{ data: encodeHex(new Uint8Array(0)), rssiDbm: -50 }], nowMs, { ...profile, ringAll: true });
    expect(all.decision).toMatchObject({ decision: 'ring', reason: 'ring-all' });
  });
});

describe('a receiver in doubt', () => {
  const call = createCall({ desks: ['own'], traceSite: site });

  it.each([127, 0, -127, 5])('drops %i dBm of packets and of ranging cycles alike, and counts it', (rssiDbm) => {
    const cycles = [400, 1400].map((t) => ({ t, event: 'ranging', desk: 'own', rssiDbm, count: 8 }) as const);
    const events = [...begin, ...packets(20, 1500, -52, -67).map((event) => ({ ...event, rssiDbm })), ...cycles];
    const { state } = play(call, [...events.sort((a, b) => a.t - b.t), { t: 1500, event: 'tick' }]);
    expect(state.decision).toMatchObject({ decision: 'ring', reason: 'no-usable-level' });
    expect(state.evidence.dropped.sentinel).toBe(events.length - begin.length);
  });

  it('rings when all beacons together come at one level, though each comes too seldom to tell', () => {
    const own = [30, 160, 290].map((t) => ({ t, event: 'sighting', desk: 'own', rssiDbm: -40 }) as const);
    const others = (rssiDbm: (i: number) => number) =>
      Array.from(
        { length: 6 },
        (_, i) => ({ t: 40 + 30 * i, event: 'sighting', desk: `far-${i}`, rssiDbm: rssiDbm(i) }) as const,
      );
    const decided = (rssiDbm: (i: number) => number) =>
      play(call, [...begin, ...[...own, ...others(rssiDbm)].sort((a, b) => a.t - b.t), { t: 1500, event: 'tick' }])
        .state;
    expect(decided(() => -40).decision).toMatchObject({ decision: 'ring', reason: 'stuck-receiver' });
    expect(decided((i) => -80 - i).decision?.reason).not.toBe('stuck-receiver');
  });

  it('takes no ranging cycle for a stuck receiver, though one level stands for many packets', () => {
    const cycles = [1000, 1400].map((t) => ({ t, event: 'ranging', desk: 'own', rssiDbm: -50, count: 9 }) as const);
    const { evidence } = play(call, [...begin, ...cycles]).state;
    expect(evidence.beacons.own).toMatchObject({ packets: 8, cycles: 2, rangedPackets: 8, slots: 0, authenticated: 0 });
    expect(evidence.reported.count).toBe(0);
  });
});

describe('one proven frame beside a ranging cycle', () => {
  const events = (proven: boolean): readonly CallEvent[] => [
    ...begin,
    { t: 300, event: 'sighting', desk: 'own', rssiDbm: -42, authenticated: proven },
    { t: 1004, event: 'ranging', desk: 'own', rssiDbm: -42, count: 7 },
    { t: 1004, event: 'ranging', desk: 'east', rssiDbm: -72, count: 4 },
    { t: 1004, event: 'ranging', desk: 'west', rssiDbm: -71, count: 4 },
    { t: 1500, event: 'tick' },
  ];
  const decideWith = (host: HostCapabilities, proven = true) =>
    play(createCall({ desks: ['own'], host, traceSite: site }), events(proven)).state.decision;

  it('is enough for a host that says so, and for no other', () => {
    expect(decideWith({ countsRangingCycles: true })).toMatchObject({ decision: 'silence' });
    expect(decideWith({})).toMatchObject({ decision: 'ring', reason: 'too-few-packets' });
  });

  it('is nothing without the proof', () => {
    expect(decideWith({ countsRangingCycles: true }, false)).toMatchObject({
      decision: 'ring',
      reason: 'not-authenticated',
    });
  });
});
