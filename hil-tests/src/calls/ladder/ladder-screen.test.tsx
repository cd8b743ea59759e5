import { render } from 'ink-testing-library';
import { describe, expect, it } from 'vitest';
import { LadderScreen } from './ladder-screen.js';
import { type LadderEvent, type LadderScreenState, openLadderScreen, reduceLadder } from './ladder-state.js';
import { begin, news, plan, recorded, result, START_MS, said } from './testing/events.js';

const ROWS = 24;

function stateAfter(events: readonly LadderEvent[], of = 19): LadderScreenState {
  return events.reduce(reduceLadder, openLadderScreen(of));
}

function frameOf(state: LadderScreenState, rows = ROWS): string {
  const { lastFrame, unmount } = render(<LadderScreen state={state} rows={rows} />);
  const frame = lastFrame() ?? '';
  unmount();
  for (const line of frame.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
  return frame;
}

const invite = said(0, 'caller', 'proxy', 'INVITE', '1 INVITE', { headers: ['Proxy-Authorization: x'] });
const rings = said(8, 'desk', 'proxy', 'SIP/2.0 180 Ringing', '1 INVITE');
const ended = (name: string, more = {}): LadderEvent => ({
  type: 'results',
  planned: plan(name),
  results: [result(name, more)],
});

describe('the screen of npm run demo:call, at 80 columns', () => {
  it('says what it waits for before there is a call', () => {
    expect(frameOf(stateAfter([]))).toBe(
      'Deskbeacon: a proxy, desk phones, apps and an office on the virtual air start …',
    );
  });

  it('shows which call it is, what happens in it, its ladder and for how long it goes on', () => {
    const frame = frameOf(stateAfter([begin('at-desk'), invite, rings, { type: 'tick', unixMs: START_MS + 1234 }]));
    expect(frame).toMatch(
      /^Deskbeacon · call 1 of 19 · at-desk +1\.2 s\nin the hand at the own desk; answered at the desk\n/,
    );
    expect(frame).toContain('    0   │── INVITE ─▶│            │            ┊ a call comes in');
    expect(frame).toContain('    8   │            │◀── 180 ────♪            ┊ the desk phone rings');
    expect(frame).toContain('left out: 100, ACK, 401, 407, other 200s');
  });

  it('says who is heard now, and which app is quiet', () => {
    const quiet = [begin('at-desk'), invite, rings, news(500, '1001m', 'silence', { reason: 'at-own-desk' })];
    expect(frameOf(stateAfter([begin('at-desk'), invite]))).toContain('nothing rings');
    expect(frameOf(stateAfter(quiet))).toContain('♪ desk rings · app quiet');
    const late = [...quiet, news(8500, '1001m', 'ring', { reason: 'unanswered' })];
    expect(frameOf(stateAfter(late))).toContain('♪ desk and app ring\n');
  });

  it('shows the newest rows that fit, and says how many came before, on terminals of any height', () => {
    const state = stateAfter([
      ...recorded('nobody-answers').slice(0, -1),
      ended('at-desk'),
      ended('pocket'),
      ended('gone'),
    ]);
    for (const rows of [24, 26, 60]) {
      const frame = frameOf(state, rows);
      expect(frame.split('\n').length).toBeLessThan(rows);
      expect(frame).toContain('10532   │◀── 487 ────│');
    }
    expect(frameOf(state)).toMatch(/\n {4}⋮ {3}\d rows before\n/);
    expect(frameOf(state, 60)).not.toContain('before');
    expect(frameOf(state, 60)).toContain('a call comes in');
  });

  it('shows a line for each of the last calls, and in words what was not as expected', () => {
    const frame = frameOf(
      stateAfter([
        begin('gone'),
        invite,
        ended('at-desk'),
        ended('nobody-answers', { mobileAlertedAtMs: 8546, answeredBy: null }),
        ended('gone', { ok: false, findings: ['it decided silence, not ring'] }),
      ]),
    );
    expect(frame).toContain('✓ at-desk            silence 546 ms (at-own-desk) · answered: desk\n');
    expect(frame).toContain('✓ nobody-answers     silence 546 ms (at-own-desk) · rings 8546 ms · no answer\n');
    expect(frame).toContain('✗ gone               it decided silence, not ring\n');
  });

  it('has both results of a call with two apps', () => {
    const results = [result('two-mobiles'), result('two-mobiles', { call: 'two-mobiles-second', decision: 'ring' })];
    const frame = frameOf(
      stateAfter([begin('two-mobiles'), invite, { type: 'results', planned: plan('two-mobiles'), results }], 1),
    );
    expect(frame).toContain('app 2');
    expect(frame).toContain('✓ two-mobiles        ');
    expect(frame).toContain('✓ two-mobiles-second ');
  });

  it('leaves the whole ladder of a call that is over above it', () => {
    const frame = frameOf(stateAfter([...recorded('nobody-answers'), begin('hangs-up')]));
    expect(frame).toContain('call 1 of 19 · nobody-answers');
    expect(frame).toContain('a call comes in');
    expect(frame).not.toContain('rows before');
    expect(frame).toContain('call 2 of 19 · hangs-up');
  });

  it('sums up at the end, with as many results as fit', () => {
    const calls = Array.from({ length: 30 }, (_, i) => result('at-desk', { call: `call-${i}` }));
    const all = calls.map((one): LadderEvent => ({ type: 'results', planned: plan('at-desk'), results: [one] }));
    const frame = frameOf(stateAfter([...all, { type: 'summary', calls }]));
    expect(frame.split('\n').length).toBeLessThan(ROWS);
    expect(frame).toContain('✓ call-29 ');
    expect(frame.endsWith('30 of 30 calls as expected; double rings in a pocket: 0')).toBe(true);
  });

  it('says that it ends', () => {
    expect(frameOf(stateAfter([begin('at-desk'), invite, { type: 'ending' }]))).toMatch(/\nending …$/);
    expect(frameOf(stateAfter([{ type: 'ending' }]))).toBe('Deskbeacon: ending …');
  });
});
