import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeHex } from '../advertisement/bytes.js';
import { nowMs, profile } from '../call/testing/desk.js';
import { decodeTraceLine } from '../trace/decode-trace.js';
import { explain } from '../trace/explain.js';
import { createReplay, finishReplay, type ReplayedCall, type ReplayStep, replayLine } from '../trace/replay.js';
import { proximityCore } from './facade.js';
import { parse } from './json-text.js';
import { ask, eventsAtDesk, tell } from './testing/ask.js';

/** Traces through the facade, against the functions of the package. */

/** The kept inputs of the trace target, as texts: broken ones among them. */
const corpus: readonly string[] = readFileSync(
  join(import.meta.dirname, '../../../hil-tests/corpora/trace/corpus.txt'),
  'utf8',
)
  .split('\n')
  .filter((line) => /^[0-9a-f]+$/.test(line))
  .map((line) => Buffer.from(decodeHex(line) as Uint8Array).toString('utf8'));

interface Typed {
  readonly calls: readonly ReplayedCall[];
  /** The lines that could be read and could stand where they stood. */
  readonly good: readonly string[];
  readonly isWhole: boolean;
}

function typed(lines: readonly string[]): Typed {
  const calls: ReplayedCall[] = [];
  const good: string[] = [];
  let replay = createReplay();
  const take = (taken: ReplayStep): boolean => {
    if (!taken.ok) return false;
    if (taken.finished !== undefined) calls.push(taken.finished);
    replay = taken.replay;
    return true;
  };
  for (const line of lines) {
    const decoded = decodeTraceLine(parse(line));
    if (decoded.ok && take(replayLine(replay, decoded.line))) good.push(line);
  }
  const isWhole = take(finishReplay(replay)) && good.length === lines.filter((line) => line !== '').length;
  return { calls, good, isWhole };
}

describe('a trace through the facade', () => {
  it('gives for every kept trace the decisions of the package, and refuses those that it refuses', () => {
    expect(corpus.length).toBeGreaterThan(40);
    let decided = 0;
    for (const text of corpus) {
      const lines = text.split('\n');
      const given = typed(lines);
      if (!given.isWhole) expect(ask('replay', { lines })).toMatchObject({ error: { code: 'bad-trace' } });
      const mended = typed(given.good);
      if (!mended.isWhole) continue;
      expect(JSON.stringify(ask('replay', { lines: given.good }).calls)).toBe(JSON.stringify(mended.calls));
      decided += mended.calls.length;
    }
    expect(decided).toBeGreaterThan(20);
  });

  it('resolves raw frames with a profile, and shows the evidence at chosen instants', () => {
    const header = { deskbeacon: 'trace', version: 1, call: 'c-1', wallClock: nowMs };
    const lines = [header, ...eventsAtDesk(), { t: 1500, event: 'end' }].map((line) => JSON.stringify(line));
    const answer = ask('replay', { lines, profile, atMs: [100, 1000] });
    expect(answer).toMatchObject({
      ok: true,
      calls: [{ call: 'c-1', reason: 'at-own-desk', at: { '100': {}, '1000': {} } }],
    });
    const [call] = answer.calls as readonly ReplayedCall[];
    expect(ask('explain', { call })).toEqual({ ok: true, text: explain(call as ReplayedCall) });
  });

  it('is decided as the same events are one by one', () => {
    const lines = eventsAtDesk();
    const call = proximityCore.openCall(JSON.stringify({ profile, wallClockMs: nowMs }));
    for (const event of lines) tell(call, event);
    const header = { deskbeacon: 'trace', version: 1, call: 'c-1', wallClock: nowMs };
    const replayed = ask('replay', { lines: [header, ...lines].map((line) => JSON.stringify(line)), profile });
    const { state } = JSON.parse(call.state()) as { state: { decision: Record<string, unknown> } };
    expect((replayed.calls as readonly ReplayedCall[])[0]).toMatchObject(state.decision);
  });

  it('says which line cannot be read or cannot stand there', () => {
    const refuse = (lines: unknown, message: string, code = 'bad-trace'): void =>
      expect(ask('replay', { lines })).toEqual({
        ok: false,
        error: { code, message: expect.stringContaining(message) },
      });
    refuse(['', '{"t":0,"event":"call"}'], 'line 2: expected a header');
    refuse(['nonsense'], 'line 1: expected a JSON object');
    refuse([7], 'line 1');
    refuse(['{"deskbeacon":"trace","version":1,"call":"c"}'], 'end of trace: call c');
    refuse('all', 'lines', 'bad-request');
    expect(ask('replay', { lines: [], atMs: ['now'] })).toMatchObject({ error: { code: 'bad-request' } });
    expect(ask('replay', { lines: [], profile: {} })).toMatchObject({ error: { code: 'bad-profile' } });
    expect(ask('replay', { lines: [] })).toEqual({ ok: true, calls: [] });
  });

  it('explains no call that is none', () => {
    for (const call of [undefined, {}, { call: 'c', decision: 'maybe' }, [], 'c']) {
      expect(ask('explain', { call })).toMatchObject({ error: { code: 'bad-call' } });
    }
  });
});
