import { describe, expect, it } from 'vitest';
import { drawKeys, profileOf } from './office-keys.js';
import { needsProfile, readTrace, sortDropped, traceLimits, trackTrace } from './read-trace.js';

const header = '{"deskbeacon":"trace","version":1,"call":"c-1","desks":["own"]}';
const called = '{"t":0,"event":"call","deadlineMs":1000}';
const sighting = (t: number, rssiDbm: number, desk = 'own'): string =>
  JSON.stringify({ t, event: 'sighting', desk, rssiDbm, frame: 'eid' });
const heard = Array.from({ length: 9 }, (_, i) => sighting(20 + 100 * i, -52 - (i % 3)));
const trace = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const whole = trace(header, called, '{"t":5,"event":"scan-started"}', ...heard, '{"t":1000,"event":"end"}');

describe('a dropped trace', () => {
  it('gives its calls, each event with its line in the file', () => {
    const { calls, faults } = readTrace(`\n${whole}${whole.replace('c-1', 'c-2')}`);
    expect(faults).toEqual([]);
    expect(calls.map(({ name, firstLine }) => [name, firstLine])).toEqual([
      ['c-1', 2],
      ['c-2', 15],
    ]);
    expect(calls[1]?.events[0]).toEqual({ line: 16, event: { t: 0, event: 'call', deadlineMs: 1000 } });
  });

  it('names every wrong line and what was expected there, and keeps the calls before', () => {
    const { calls, faults } = readTrace(whole + trace(header, '{"t":1', '{"t":1,"event":"sneeze"}'));
    expect(calls.map(({ name }) => name)).toEqual(['c-1']);
    expect(faults).toEqual([
      { line: 15, text: '{"t":1', problem: 'not JSON: expected one object a line' },
      { line: 16, text: '{"t":1,"event":"sneeze"}', problem: 'event: unknown event "sneeze"' },
    ]);
  });

  it.each([
    ['is empty', '', 'expected a trace: a header line, then one event a line'],
    ['begins without a header', trace(called), 'expected a header before the first event'],
    ['goes back in time', trace(header, called, sighting(50, -60), sighting(40, -60)), 't: 40 is before 50'],
    ['holds a call that never came in', trace(header), 'call c-1: expected an event "call"'],
  ])('is refused when it %s', (_what, text, problem) => {
    const result = readTrace(text);
    expect(result.calls).toEqual([]);
    expect(result.faults[0]?.problem).toBe(problem);
  });

  it('is bounded: characters, events of a call, faults', () => {
    expect(readTrace('x'.repeat(traceLimits.characters + 1)).faults[0]?.problem).toMatch(/expected at most/);
    expect(readTrace('x\n'.repeat(100)).faults).toHaveLength(traceLimits.faults);
    const long = Array.from({ length: traceLimits.eventsOfCall }, () => '{"t":1,"event":"tick"}');
    expect(readTrace(trace(header, called, ...long)).faults[0]?.problem).toMatch(/events in a call/);
  });

  it('says whether its packets mean anything without a profile', () => {
    const raw = '{"t":9,"event":"advertisement","address":"","rssiDbm":-60,"data":"00"}';
    const withRaw = readTrace(trace(header, called, raw)).calls[0];
    expect(withRaw !== undefined && needsProfile(withRaw)).toBe(true);
    const parsed = readTrace(whole).calls[0];
    expect(parsed !== undefined && needsProfile(parsed)).toBe(false);
  });
});

describe('a call that is followed', () => {
  const [call] = readTrace(whole).calls;
  if (call === undefined) throw new Error('the trace holds no call');
  const track = trackTrace(call);
  const { call: decided } = track.finish();

  it('shows the evidence grow, up to the decision and no further', () => {
    expect(decided).toMatchObject({ decision: 'silence', reason: 'at-own-desk' });
    const times = track.curve.map(({ atMs }) => atMs);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBeLessThanOrEqual(decided.decidedAtMs);
    expect(times.at(-1)).toBeGreaterThan(decided.decidedAtMs - 30);
    expect(times.every((atMs, i) => i === 0 || atMs > (times[i - 1] ?? 0))).toBe(true);
    // Below the line before anything is heard, above it when silence is decided.
    expect(track.curve[0]?.marginNats).toBeLessThan(0);
    expect(track.state().looks.at(-1)?.marginNats).toBeGreaterThanOrEqual(0);
  });

  it('passes through the very looks that the rule took', () => {
    for (const look of track.state().looks) {
      const shown = track.curve.find(({ atMs }) => atMs === look.atMs);
      if (shown !== undefined) expect(shown).toEqual(look);
    }
  });

  it('says of each packet whose it was, or why it did not count', () => {
    expect(track.packets).toHaveLength(9);
    expect(track.packets.every(({ desk }) => desk === 'own')).toBe(true);
    const text = trace(header, called, sighting(10, 127), sighting(20, -60, 'other'), '{"t":30,"event":"end"}');
    const [odd] = readTrace(text).calls;
    if (odd === undefined) throw new Error('the trace holds no call');
    expect(trackTrace(odd).packets).toEqual([
      { event: 1, atMs: 10, rssiDbm: 127, dropped: 'sentinel' },
      { event: 2, atMs: 20, rssiDbm: -60, desk: 'other' },
    ]);
  });
});

describe('a dropped file', () => {
  const profile = profileOf(drawKeys(1));

  it('is told by what is in it', () => {
    expect(sortDropped(JSON.stringify(profile, undefined, 2))).toEqual({ kind: 'profile', profile });
    expect(sortDropped(whole).kind).toBe('trace');
  });

  it('is never quoted when it is a profile, for it holds keys', () => {
    const wrong = JSON.stringify({ ...profile, organisationUuid: 'deadbeef' });
    for (const text of [wrong, wrong.slice(0, -9), 'eyJhbGciOiJFUzI1NiJ9.eyJkZXNrYmVhY29uIjoxfQ.c2ln']) {
      const dropped = sortDropped(text);
      expect(dropped.kind).toBe('bad-profile');
      expect(JSON.stringify(dropped)).not.toMatch(/deadbeef|eyJ/);
    }
  });
});
