import { describe, expect, it } from 'vitest';
import { decodeTraceLine, type TraceLine } from './decode-trace.js';
import { explain } from './explain.js';
import { encodeTraceHeader } from './record.js';
import { createReplay, finishReplay, type ReplayedCall, type ReplayOptions, replayLine } from './replay.js';

const header = {
  deskbeacon: 'trace',
  version: 1,
  call: 'c-1',
  desks: ['d-12'],
  site: { desksM: { 'd-12': [0, 0], 'd-13': [1.6, 0] } },
};

function linesAtDesk(call: string, label?: object): readonly object[] {
  const lines: object[] = [
    { ...header, call, ...(label === undefined ? {} : { label }) },
    { t: 0, event: 'call', deadlineMs: 1500 },
    { t: 3, event: 'scan-started', mode: 'low-latency' },
  ];
  for (let t = 20; t < 1500; t += 50) {
    lines.push({
      t,
      event: 'sighting',
      desk: t % 100 === 20 ? 'd-12' : 'd-13',
      frame: 'eid',
      rssiDbm: t % 100 === 20 ? -52 - (t % 3) : -69,
    });
  }
  return [...lines, { t: 1500, event: 'end' }];
}

function replay(lines: readonly object[], options: ReplayOptions = {}): readonly ReplayedCall[] {
  const calls: ReplayedCall[] = [];
  let state = createReplay(options);
  const take = (step: ReturnType<typeof replayLine>): void => {
    if (!step.ok) throw new Error(step.reason);
    state = step.replay;
    if (step.finished !== undefined) calls.push(step.finished);
  };
  for (const line of lines) take(replayLine(state, decode(line)));
  take(finishReplay(state));
  return calls;
}

function decode(line: object): TraceLine {
  const decoded = decodeTraceLine(JSON.parse(JSON.stringify(line)));
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.line;
}

describe('a replayed trace', () => {
  it('decides each call of a file by itself, and the same way every time', () => {
    const lines = [...linesAtDesk('c-1'), ...linesAtDesk('c-2')];
    const [first, second] = replay(lines);
    expect(first).toMatchObject({ call: 'c-1', decision: 'silence', reason: 'at-own-desk', ringAfterMs: 8000 });
    expect({ ...second, call: 'c-1' }).toEqual(first);
    expect(JSON.stringify(replay(lines))).toBe(JSON.stringify(replay(lines)));
  });

  it('gives the same bytes without the label and under another name', () => {
    const labelled = replay(linesAtDesk('c-1', { truth: 'away', class: 'gone' }));
    const bare = replay(linesAtDesk('other'));
    expect(JSON.stringify({ ...bare[0], call: 'c-1' })).toBe(JSON.stringify(labelled[0]));
  });

  it('shows the evidence at chosen instants as if the call had not been decided', () => {
    const [call] = replay(linesAtDesk('c-1'), { atMs: [100, 250, 500, 1000, 5000] });
    expect(Object.keys(call?.at ?? {})).toEqual(['100', '250', '500', '1000', '5000']);
    expect(call?.at?.[String(call.decidedAtMs)]).toEqual({ pDesk: call?.pDesk, llr: call?.llr });
    expect(call?.at?.['1000']?.llr).toBeGreaterThan(0);
  });

  it('rings a call whose record breaks off before it was decided', () => {
    const [call] = replay(linesAtDesk('c-1').slice(0, 4));
    expect(call).toMatchObject({ decision: 'ring', reason: 'too-few-packets' });
  });

  it('refuses an unknown event, time that runs back, an event without a header, and a profile without a wall clock', () => {
    expect(decodeTraceLine({ t: 1, event: 'sneeze' })).toEqual({ ok: false, reason: 'event: unknown event "sneeze"' });
    expect(() => replay([header, { t: 5, event: 'call' }, { t: 4, event: 'tick' }])).toThrow('t: 4 is before 5');
    expect(() => replay([{ t: 5, event: 'call' }])).toThrow('header');
    expect(() => replay([header])).toThrow('expected an event "call"');
    expect(decodeTraceLine({ ...header, version: 2 })).toMatchObject({ ok: false });
    expect(decodeTraceLine([])).toMatchObject({ ok: false });
  });

  it('ignores unknown fields', () => {
    expect(decodeTraceLine({ t: 1, event: 'tick', mood: 'good' })).toEqual({
      ok: true,
      line: { kind: 'event', event: { t: 1, event: 'tick' } },
    });
  });

  it('explains itself in one sentence', () => {
    const [call] = replay(linesAtDesk('c-1'));
    expect(explain(call as ReplayedCall)).toMatch(/^Silent after \d\.\d\d s, for 8 s: The own desk is heard/);
  });

  it('carries what the host remembered in its header, and refuses what is no counter', () => {
    const recorded = encodeTraceHeader({ call: 'c-1', desks: ['d-12'], newestWindowsS: { 'd-12': 512 } });
    expect(decodeTraceLine(JSON.parse(recorded))).toMatchObject({
      line: { header: { newestWindowsS: { 'd-12': 512 } } },
    });
    for (const newestWindowsS of [{ 'd-12': -1 }, { 'd-12': 0.5 }, [1], 'all']) {
      expect(decodeTraceLine({ ...header, newestWindowsS })).toMatchObject({
        ok: false,
        reason: expect.stringContaining('newestWindowsS'),
      });
    }
  });
});
