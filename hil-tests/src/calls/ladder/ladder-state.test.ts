import { describe, expect, it } from 'vitest';
import { type LadderEvent, openLadderScreen, reduceLadder } from './ladder-state.js';
import { begin, news, plan, result, START_MS, said } from './testing/events.js';

const invite = said(0, 'caller', 'proxy', 'INVITE', '1 INVITE');
const after = (events: readonly LadderEvent[]) => events.reduce(reduceLadder, openLadderScreen(2));
const ended = (name: string): LadderEvent => ({ type: 'results', planned: plan(name), results: [result(name)] });

describe('what the screen of calls shows', () => {
  it('counts calls, and puts each away when the next one begins', () => {
    const state = after([begin('at-desk'), invite, ended('at-desk'), begin('pocket')]);
    expect(state).toMatchObject({ number: 2, of: 2, ladder: { planned: { call: 'pocket' }, rows: [] } });
    expect(state.past).toMatchObject([
      { number: 1, ladder: { planned: { call: 'at-desk' }, rows: [{ label: 'INVITE' }] } },
    ]);
    expect(state.results.map(({ call }) => call)).toEqual(['at-desk']);
  });

  it('runs with the clock from the INVITE to the results, and no longer', () => {
    const tick = (ms: number): LadderEvent => ({ type: 'tick', unixMs: START_MS + ms });
    expect(after([begin('at-desk'), tick(5)]).elapsedMs).toBeUndefined();
    expect(after([begin('at-desk'), invite, tick(2400)]).elapsedMs).toBe(2400);
    expect(after([begin('at-desk'), invite, tick(3000), ended('at-desk'), tick(9000)]).elapsedMs).toBe(3000);
    expect(after([begin('at-desk'), invite, tick(3000), ended('at-desk'), begin('pocket')]).elapsedMs).toBeUndefined();
  });

  it('is the same state where nothing changes, so that nothing is drawn', () => {
    const state = after([begin('at-desk'), invite]);
    expect(reduceLadder(state, news(3, '1001m', 'heard'))).toBe(state);
  });

  it('puts the last call away for the summary', () => {
    const state = after([begin('at-desk'), invite, ended('at-desk'), { type: 'summary', calls: [result('at-desk')] }]);
    expect(state).toMatchObject({ past: [{ number: 1 }], summary: [{ call: 'at-desk' }] });
    expect(state.ladder.planned).toBeUndefined();
  });
});
