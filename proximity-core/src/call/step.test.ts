import { describe, expect, it } from 'vitest';
import type { CallEvent, HostCapabilities, ScanFailure } from './events.js';
import { type CallState, createCall } from './state.js';
import { type Step, step } from './step.js';

const site = {
  powerAt1mDbm: -59,
  intervalMs: 100,
  desksM: { own: [0, 0], east: [1.6, 0], west: [-1.6, 0], far: [6, 3] },
} as const;

function newCall(host: HostCapabilities = {}, desks: readonly string[] = ['own']): CallState {
  return createCall({ desks, host, traceSite: site });
}

/** Feeds events and returns every action with the final step. */
function run(state: CallState, events: readonly CallEvent[]): { last: Step; actions: readonly string[] } {
  let last: Step = { state, actions: [] };
  const actions: string[] = [];
  for (const event of events) {
    last = step(last.state, event);
    for (const action of last.actions) actions.push(action.action);
  }
  return { last, actions };
}

/** Packets as a phone in the hand at the own desk hears them: own at −52 dBm, the neighbours around −67. */
function packetsAtDesk(untilMs: number): readonly CallEvent[] {
  const events: CallEvent[] = [];
  for (let t = 20; t < untilMs; t += 35) {
    const i = events.length;
    const desk = ['own', 'east', 'west'][i % 3] as string;
    const rssiDbm = (desk === 'own' ? -52 : -67) + ((i * 7) % 5) - 2;
    events.push({ t, event: 'sighting', desk, rssiDbm, frame: i % 2 === 0 ? 'eid' : 'ibeacon' });
  }
  return events;
}

const begin: readonly CallEvent[] = [
  { t: 0, event: 'call', deadlineMs: 1500 },
  { t: 3, event: 'scan-started', mode: 'low-latency' },
];

describe('an incoming call', () => {
  it('holds the ring and starts to scan when it comes in, and asks to be woken for the first look', () => {
    const first = step(newCall(), { t: 0, event: 'call' });
    expect(first.actions).toEqual([{ action: 'hold-ring' }, { action: 'start-scan', mode: 'low-latency' }]);
    expect(first.nextDeadlineMs).toBe(250);
  });

  it('falls silent for eight seconds when the own desk is heard as only a phone at that desk hears it', () => {
    const { last, actions } = run(newCall(), [...begin, ...packetsAtDesk(1000), { t: 1000, event: 'tick' }]);
    expect(last.state.decision).toMatchObject({ decision: 'silence', reason: 'at-own-desk', ringAfterMs: 8000 });
    expect(actions).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'silence']);
    expect(last.nextDeadlineMs).toBe((last.state.decision?.decidedAtMs ?? 0) + 8000);
  });

  it('rings after all when nobody has answered, and exactly once', () => {
    const silent = run(newCall(), [...begin, ...packetsAtDesk(1000), { t: 1000, event: 'tick' }]).last.state;
    const { actions } = run(silent, [
      { t: 9500, event: 'tick' },
      { t: 20_000, event: 'tick' },
    ]);
    expect(actions).toEqual(['ring']);
  });

  it('stays quiet for good when somebody answered at the desk', () => {
    const silent = run(newCall({ canEndElsewhere: true }), [
      ...begin,
      ...packetsAtDesk(1000),
      { t: 1000, event: 'tick' },
    ]).last.state;
    const { actions, last } = run(silent, [
      { t: 2000, event: 'answered', by: 'desk' },
      { t: 20_000, event: 'tick' },
    ]);
    expect(actions).toEqual(['end-elsewhere']);
    expect(last.state.phase).toBe('over');
  });

  it('rings at the deadline when nothing at all was heard', () => {
    const { last, actions } = run(newCall(), [...begin, { t: 1500, event: 'tick' }]);
    expect(last.state.decision).toMatchObject({ decision: 'ring', reason: 'nothing-heard', decidedAtMs: 1500 });
    expect(actions).toEqual(['hold-ring', 'start-scan', 'stop-scan', 'ring']);
  });

  it('rings when other desks were heard and the own was not', () => {
    const others = packetsAtDesk(1500).filter((event) => event.event === 'sighting' && event.desk !== 'own');
    const { last } = run(newCall(), [...begin, ...others, { t: 1500, event: 'tick' }]);
    expect(last.state.decision).toMatchObject({ decision: 'ring', reason: 'own-desk-not-heard' });
  });

  it('rings when every frame of the own desk is unproven, however strong', () => {
    const unproven = packetsAtDesk(1500).map((event) => ({ ...event, authenticated: false }));
    const { last } = run(newCall(), [...begin, ...unproven, { t: 1500, event: 'tick' }]);
    expect(last.state.decision).toMatchObject({ decision: 'ring', reason: 'not-authenticated' });
  });

  it('rings on a single packet of the own desk, and on several within one slot', () => {
    const others = packetsAtDesk(1500).filter((event) => event.event === 'sighting' && event.desk !== 'own');
    for (const own of [[400], [401, 420, 455]]) {
      const packets = own.map((t) => ({ t, event: 'sighting', desk: 'own', rssiDbm: -45 }) as const);
      const events = [...others, ...packets].sort((a, b) => a.t - b.t);
      const { last } = run(newCall(), [...begin, ...events, { t: 1500, event: 'tick' }]);
      expect(last.state.decision).toMatchObject({ decision: 'ring', reason: 'too-few-packets' });
    }
  });

  it.each([127, 0, -127, 5])('drops and counts a level of %i dBm, and rings where there is no other', (rssiDbm) => {
    const events = packetsAtDesk(1500).map((event) => ({ ...event, rssiDbm }));
    const { last } = run(newCall(), [...begin, ...events, { t: 1500, event: 'tick' }]);
    expect(last.state.decision).toMatchObject({ decision: 'ring', reason: 'no-usable-level' });
    expect(last.state.evidence).toMatchObject({ used: 0, dropped: { sentinel: events.length } });
  });

  it('rings when the receiver gives one level for every packet', () => {
    const events = packetsAtDesk(1500).map((event) =>
      event.event === 'sighting' && event.desk === 'own' ? { ...event, rssiDbm: -40 } : event,
    );
    const { last } = run(newCall(), [...begin, ...events, { t: 1500, event: 'tick' }]);
    expect(last.state.decision?.decision === 'ring' || (last.state.decision?.decidedAtMs ?? 0) < 900).toBe(true);
    const late = run(newCall({ canRingLate: true }), [
      ...begin,
      ...events.filter(({ t }) => t > 1000),
      { t: 1500, event: 'tick' },
    ]);
    expect(late.last.state.decision?.decidedAtMs).toBeDefined();
  });

  it.each<[ScanFailure, string]>([
    ['too-frequent', 'scan-throttled'],
    ['bluetooth-off', 'bluetooth-off'],
    ['unauthorized', 'bluetooth-unauthorized'],
    ['unsupported', 'bluetooth-unsupported'],
    ['internal', 'scan-failed'],
  ])('rings at once when the scan fails as %s, and says %s', (reason, code) => {
    const { last, actions } = run(newCall(), [
      ...begin,
      ...packetsAtDesk(100),
      { t: 120, event: 'scan-failed', reason },
    ]);
    expect(last.state.decision).toMatchObject({ decision: 'ring', reason: code, decidedAtMs: 120 });
    expect(actions.at(-1)).toBe('ring');
  });

  it.each<[string, CallEvent, HostCapabilities, readonly string[]]>([
    ['emergency-call', { t: 0, event: 'call', emergency: true }, {}, ['own']],
    ['desk-phone-not-alerting', { t: 0, event: 'call', deskPhone: 'not-alerting' }, {}, ['own']],
    ['desk-phone-unknown', { t: 0, event: 'call', deskPhone: 'unknown' }, {}, ['own']],
    ['no-own-desk', { t: 0, event: 'call' }, {}, []],
    ['host-cannot-silence', { t: 0, event: 'call' }, { canHoldRing: false }, ['own']],
    ['host-cannot-silence', { t: 0, event: 'call' }, { mustReportAtOnce: true }, ['own']],
  ])('rings at once and scans nothing: %s', (reason, event, host, desks) => {
    const { actions, state } = step(newCall(host, desks), event);
    expect(actions).toEqual([{ action: 'ring', reason }]);
    expect(state.decision).toMatchObject({ decision: 'ring', reason });
  });

  it('rings when audio goes to a watch', () => {
    const { last } = run(newCall(), [
      ...begin,
      ...packetsAtDesk(200),
      { t: 210, event: 'audio-route', route: 'watch' },
    ]);
    expect(last.state.decision).toMatchObject({ decision: 'ring', reason: 'audio-elsewhere' });
  });

  it('ends its leg elsewhere where the platform has rung already', () => {
    const host = { canHoldRing: false, canEndElsewhere: true, mustReportAtOnce: true };
    const { actions } = run(newCall(host), [...begin, ...packetsAtDesk(1000), { t: 1000, event: 'tick' }]);
    expect(actions).toEqual(['start-scan', 'stop-scan', 'end-elsewhere']);
  });

  it('decides the same when the host wakes late, for a look counts only what came before it', () => {
    const events = packetsAtDesk(1500);
    const punctual = run(newCall(), [...begin, ...withTicks(events), { t: 1500, event: 'tick' }]).last.state;
    const late = run(newCall(), [...begin, ...events, { t: 4000, event: 'tick' }]).last.state;
    expect(late.decision).toEqual(punctual.decision);
    expect(late.looks).toEqual(punctual.looks);
  });

  it('goes on from its state as JSON after the process died in the middle', () => {
    const events = [...begin, ...packetsAtDesk(1000), { t: 1000, event: 'tick' } as const];
    const whole = run(newCall(), events).last.state;
    let state = newCall();
    for (const event of events) state = JSON.parse(JSON.stringify(step(state, event).state)) as CallState;
    expect(state).toEqual(JSON.parse(JSON.stringify(whole)));
  });

  it('changes no state that it was given', () => {
    const state = Object.freeze(newCall());
    const next = step(state, { t: 0, event: 'call' }).state;
    expect(next).not.toBe(state);
    expect(state.phase).toBe('waiting');
  });

  it('takes a clock that steps back or is no number as standing still', () => {
    const { last } = run(newCall(), [
      ...begin,
      { t: 700, event: 'tick' },
      { t: 5, event: 'tick' },
      { t: Number.NaN, event: 'tick' },
    ]);
    expect(last.state.nowMs).toBe(700);
  });

  it('is inert after it is over', () => {
    const over = run(newCall(), [...begin, { t: 50, event: 'call-ended' }]).last;
    expect(over.actions).toEqual([{ action: 'stop-scan' }]);
    const { actions, last } = run(over.state, [
      ...packetsAtDesk(900),
      { t: 1500, event: 'tick' },
      { t: 9999, event: 'answered', by: 'desk' },
    ]);
    expect(actions).toEqual([]);
    expect(last.nextDeadlineMs).toBeUndefined();
  });
});

function withTicks(events: readonly CallEvent[]): readonly CallEvent[] {
  const ticks = [250, 500, 1000].map((t) => ({ t, event: 'tick' }) as const);
  return [...events, ...ticks].sort((a, b) => a.t - b.t);
}
