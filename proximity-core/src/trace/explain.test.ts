import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../call/events.js';
import {
  eidFrame,
  iBeaconFrame,
  neighbourKey,
  nowMs,
  profile,
  recognitionKey,
  WINDOW_MS,
} from '../call/testing/desk.js';
import { parameters } from '../decision/parameters.js';
import { type Reason, reasons } from '../decision/reasons.js';
import type { SiteProfile } from '../profile/profile.js';
import { decodeTraceLine } from './decode-trace.js';
import { explain } from './explain.js';
import { createReplay, finishReplay, type ReplayedCall, replayLine } from './replay.js';

interface Recorded {
  readonly header?: object;
  readonly events: readonly object[];
  readonly profile?: SiteProfile;
}

const desksM = { own: [0, 0], east: [1.6, 0], west: [-1.6, 0] };
const call: CallEvent = { t: 0, event: 'call' };
const begin: readonly object[] = [call, { t: 3, event: 'scan-started', mode: 'low-latency' }];
const end = { t: 1500, event: 'end' };

function packets(untilMs: number, ownDbm: number | undefined, othersDbm: number, fromMs = 20): readonly object[] {
  const events: object[] = [];
  for (let t = fromMs, i = 0; t < untilMs; t += 35, i += 1) {
    const desk = ['own', 'east', 'west'][i % 3] as string;
    if (desk === 'own' && ownDbm === undefined) continue;
    const rssiDbm = (desk === 'own' ? (ownDbm as number) : othersDbm) + ((i * 7) % 5) - 2;
    events.push({ t, event: 'sighting', desk, rssiDbm });
  }
  return events;
}

/** Raw frames in turn, one every 40 ms, resolved with a profile that knows the keys. */
function frames(...data: readonly string[]): readonly object[] {
  return Array.from({ length: 36 }, (_, i) => ({
    t: 10 + 40 * i,
    event: 'advertisement',
    rssiDbm: -52 - (i % 3),
    data: data[i % data.length],
  }));
}

const atDesk = packets(1500, -52, -67);
const unproven = atDesk.map((event) => ({ ...event, authenticated: false }));
const boundaryMs = Math.floor(nowMs / WINDOW_MS) * WINDOW_MS + 2000;

function failed(reason: string): Recorded {
  return { events: [...begin, { t: 90, event: 'scan-failed', reason }, end] };
}

const recorded: Readonly<Record<Reason, Recorded>> = {
  'at-own-desk': { events: [...begin, ...atDesk, end] },
  unanswered: { events: [...begin, ...atDesk, { t: 9999, event: 'end' }] },
  'left-desk': {
    header: { host: { canWatch: true } },
    events: [...begin, ...packets(1000, -52, -67), ...packets(7000, -85, -60, 1000), { t: 7000, event: 'end' }],
  },
  away: { events: [...begin, ...packets(1500, -85, -60), end] },
  unsure: { events: [...begin, ...packets(1500, -64, -62), end] },
  'own-desk-not-heard': { events: [...begin, ...packets(1500, undefined, -60), end] },
  'nothing-heard': { events: [...begin, end] },
  'no-usable-level': { events: [...begin, { t: 100, event: 'sighting', desk: 'own', rssiDbm: 127 }, end] },
  'too-few-packets': { events: [...begin, { t: 100, event: 'sighting', desk: 'own', rssiDbm: -50 }, end] },
  'not-authenticated': { events: [...begin, ...unproven, end] },
  'stale-identity': { profile, events: [...begin, ...frames(eidFrame(nowMs - 3_600_000)), end] },
  'replayed-identity': {
    profile,
    header: { wallClock: boundaryMs },
    events: [...begin, ...frames(eidFrame(boundaryMs), eidFrame(boundaryMs - 5000)), end],
  },
  'clock-too-far-off': { profile, events: [...begin, ...frames(eidFrame(nowMs + 3_600_000)), end] },
  'power-mismatch': { profile, events: [...begin, ...frames(eidFrame(nowMs, 4)), end] },
  'stuck-receiver': { events: [...begin, ...atDesk.map((event) => ({ ...event, rssiDbm: -60 })), end] },
  'scan-not-started': { events: [call, end] },
  'scan-throttled': failed('too-frequent'),
  'scan-failed': failed('internal'),
  'bluetooth-off': failed('bluetooth-off'),
  'bluetooth-unauthorized': failed('unauthorized'),
  'bluetooth-unsupported': failed('unsupported'),
  'no-own-desk': { header: { desks: [] }, events: [call, end] },
  'host-cannot-silence': { header: { host: { canHoldRing: false } }, events: [call, end] },
  'calibration-stale': { profile: { ...profile, model: { calibration: 'stale' } }, events: [call, end] },
  'desk-phone-not-alerting': { events: [{ ...call, deskPhone: 'not-alerting' }, end] },
  'desk-phone-unknown': { events: [{ ...call, deskPhone: 'unknown' }, end] },
  'emergency-call': { events: [{ ...call, emergency: true }, end] },
  'audio-elsewhere': { events: [{ t: 0, event: 'audio-route', route: 'car' }, call, end] },
  'ring-all': { profile: { ...profile, ringAll: true }, events: [call, end] },
};

function replay({ header, events, profile: given }: Recorded): ReplayedCall {
  const first = {
    deskbeacon: 'trace',
    version: 1,
    call: 'c-1',
    desks: ['own'],
    ...(given === undefined ? { site: { desksM } } : { wallClock: nowMs }),
    ...header,
  };
  let state = createReplay(given === undefined ? {} : { profile: given });
  for (const line of [first, ...events]) {
    const decoded = decodeTraceLine(JSON.parse(JSON.stringify(line)));
    if (!decoded.ok) throw new Error(decoded.reason);
    const next = replayLine(state, decoded.line);
    if (!next.ok) throw new Error(next.reason);
    state = next.replay;
  }
  const done = finishReplay(state);
  if (!done.ok || done.finished === undefined) throw new Error('expected one call');
  return done.finished;
}

describe('the explanation', () => {
  it.each(Object.keys(recorded) as Reason[])('of a real trace names its reason in one sentence: %s', (reason) => {
    const decided = replay(recorded[reason]);
    expect(decided.rangLate?.reason ?? decided.reason).toBe(reason);
    const text = explain(decided);
    expect(text).toContain(reasons[reason].slice(0, -1));
    expect(text).toMatch(/^(?:Silent|Rings) after \d+\.\d\d s[^.]*.*\.$/);
    // One sentence: a full stop followed by a space would begin another.
    expect(text).not.toMatch(/\. |\n/);
    expect(text).toMatch(/own desk (?:not heard|"own" \d+ times at -?\d+\.\d dB)/);
    expect(text).toMatch(/-?\d+\.\d nats for the desk of \d\.\d needed/);
    expect(text).toContain(` of ${parameters.silenceNats} needed`);
    expect(explain(replay(recorded[reason]))).toBe(text);
  });

  it('gives the level of the own desk, the strongest other, and what was dropped', () => {
    const sentinel = { t: 1480, event: 'sighting', desk: 'own', rssiDbm: 127 };
    const text = explain(replay({ events: [...begin, ...packets(1400, -85, -60), end] }));
    expect(text).toContain('own desk "own" ');
    expect(text).toMatch(/strongest other "(?:east|west)" \d+ times at 1\.0 dB/);
    const doubtful = explain(replay({ events: [...begin, { ...sentinel, t: 100 }, { ...sentinel, t: 110 }, end] }));
    expect(doubtful).toContain('dropped 2 sentinel');
    expect(doubtful).toContain('own desk not heard, no other desk heard');
  });

  it('says when and why a silence ended', () => {
    expect(explain(replay(recorded.unanswered))).toMatch(
      /^Silent after \d\.\d\d s, for 8 s: .*; rang at \d\.\d\d s: Nobody answered within the time the silence was to last\.$/,
    );
  });

  it('is the same whether frames come raw or resolved', () => {
    const raw = frames(eidFrame(nowMs), iBeaconFrame(nowMs, recognitionKey), iBeaconFrame(nowMs, neighbourKey));
    const text = explain(replay({ profile, events: [...begin, ...raw, end] }));
    const desks = ['own', 'own', 'east'];
    const resolved = raw.map((event, i) => ({
      ...event,
      event: 'sighting',
      desk: desks[i % 3],
      ...(i % 3 === 0 ? {} : { authenticated: false }),
    }));
    const header = { site: { desksM: { own: [0, 0], east: [1.6, 0] } } };
    expect(explain(replay({ header, events: [...begin, ...resolved, end] }))).toBe(text);
  });
});
