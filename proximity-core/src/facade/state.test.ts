import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../call/events.js';
import { type CallState, createCall } from '../call/state.js';
import { step } from '../call/step.js';
import { nowMs, profile } from '../call/testing/desk.js';
import { proximityCore } from './facade.js';
import { ask, eventsAtDesk, stateOf, tell } from './testing/ask.js';

/** A state that a host kept: what goes on must be what stood there, and what is broken must not go on. */

const events = [
  ...eventsAtDesk(),
  { t: 3000, event: 'tick' },
  { t: 9000, event: 'tick' },
  { t: 9500, event: 'answered' },
];
const open = { profile, wallClockMs: nowMs, host: { canWatch: true } };

function typed(upTo: number): CallState {
  let state = createCall(open);
  for (const event of events.slice(0, upTo)) state = step(state, event as CallEvent).state;
  return state;
}

describe('the state of a call', () => {
  it('is after every event what the reducer of the package has, through text and back', () => {
    const call = proximityCore.openCall(JSON.stringify(open));
    let state = ask('createCall', open).state;
    for (let i = 0; i < events.length; i += 1) {
      const told = tell(call, events[i]);
      const { state: next, ...asked } = ask('step', { state, event: events[i] });
      state = next;
      expect({ ...asked, phase: (next as CallState).phase }).toEqual(told);
      expect(state).toEqual(JSON.parse(JSON.stringify(typed(i + 1))));
      expect(stateOf(call)).toEqual(state);
    }
  });

  it('goes on after the process died, at whatever event it did', () => {
    for (let i = 0; i <= events.length; i += 3) {
      const call = proximityCore.resumeCall(JSON.stringify({ state: typed(i) }));
      for (const event of events.slice(i)) expect(tell(call, event).ok).toBe(true);
      expect(stateOf(call)).toEqual(JSON.parse(JSON.stringify(typed(events.length))));
    }
  });

  it('is refused with any of its fields missing that a call cannot go on without, and with any of another kind', () => {
    const whole = JSON.parse(JSON.stringify(typed(20))) as Record<string, unknown>;
    const allowed = ['host {"x":1}', 'looks []'];
    for (const field of Object.keys(whole)) {
      for (const value of [null, 'x', -1, [], { x: 1 }]) {
        if (allowed.includes(`${field} ${JSON.stringify(value)}`)) continue;
        const answer = ask('step', { state: { ...whole, [field]: value }, event: { t: 900, event: 'tick' } });
        expect([field, value, answer]).toEqual([field, value, expect.objectContaining({ ok: false })]);
        expect(answer.error).toMatchObject({ code: 'bad-state', message: expect.stringContaining(`state.${field}`) });
      }
    }
  });

  it('is refused where it would never decide or never ring', () => {
    const deciding = typed(5);
    const silent = typed(35);
    expect([deciding.phase, silent.phase]).toEqual(['deciding', 'silent']);
    const { deadlineAtMs: _, ...endless } = deciding;
    const { ringsAtMs: __, ...mute } = silent;
    const { decision: ___, ...undecided } = silent;
    const looks = [250, 500, 1000, 1500].map((atMs) => ({ atMs, llr: 0, pDesk: 0, marginNats: 0 }));
    for (const state of [
      endless,
      { ...deciding, deadlineAtMs: 1e9 },
      { ...deciding, looks },
      { ...deciding, calledAtMs: 1e6, deadlineAtMs: 1e6 },
      mute,
      undecided,
      { ...silent, ringsAtMs: 1e9 },
      { ...silent, watch: { ...silent.watch, nextLookAtMs: 0 } },
    ]) {
      expect(ask('step', { state, event: { t: 1600, event: 'tick' } })).toMatchObject({ error: { code: 'bad-state' } });
    }
  });

  it('takes no event that a watched silence would have to look at a million times before', () => {
    const call = proximityCore.resumeCall(JSON.stringify({ state: typed(35) }));
    expect(tell(call, { t: 1e9, event: 'tick' })).toMatchObject({ error: { code: 'bad-event' } });
    expect(tell(call, { t: 60_000, event: 'tick' })).toMatchObject({ ok: true, phase: 'ringing' });
    expect(tell(call, { t: 1e9, event: 'tick' })).toMatchObject({ ok: true });
  });

  it('may be broken anywhere: an answer comes back, and it is JSON', () => {
    const whole = JSON.stringify({ state: typed(30), event: events[30] });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 3 }), fc.nat(3), (at, put, cut) => {
        const answer = proximityCore.step(whole.slice(0, at) + put + whole.slice(at + cut));
        expect(typeof (JSON.parse(answer) as { ok: unknown }).ok).toBe('boolean');
      }),
      { numRuns: 150 },
    );
  });

  it('is refused with places and levels that no square could be taken of', () => {
    const deciding = typed(20);
    const [desk = ''] = deciding.site.ownDesks;
    const positionsM = { ...deciding.site.positionsM, [desk]: [1.4e154, 0] };
    const evidence = { ...deciding.evidence, anonymousAmplitude: -1 };
    for (const state of [
      { ...deciding, site: { ...deciding.site, positionsM } },
      { ...deciding, site: { ...deciding.site, defaultPowerDbm: 1e300 } },
      { ...deciding, evidence },
    ]) {
      expect(ask('step', { state, event: { t: 1600, event: 'tick' } })).toMatchObject({ error: { code: 'bad-state' } });
    }
  });

  it('may hold any value anywhere: what it does to a call is an answer and no exception', () => {
    const whole = JSON.stringify(typed(30));
    const values = [...whole.matchAll(/(?<=[:[,])(?:-?\d[\d.e+-]*|"[^"]*"|true|false)(?=[,\]}])/g)].map(
      ({ index, 0: text }) => ({
        index,
        length: text.length,
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...values), fc.json({ maxDepth: 2 }), ({ index, length }, put) => {
        const state = JSON.parse(whole.slice(0, index) + put + whole.slice(index + length)) as object;
        const call = proximityCore.resumeCall(JSON.stringify({ state }));
        for (const event of events.slice(38)) {
          const { ok, error } = tell(call, event);
          expect(ok || (error as { code: string }).code).not.toBe('internal');
        }
      }),
      { numRuns: 400 },
    );
  });
});
