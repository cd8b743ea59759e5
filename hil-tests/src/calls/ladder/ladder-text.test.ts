import { describe, expect, it } from 'vitest';
import { addEvent, emptyLadder, type Ladder, ladderOf } from './ladder.js';
import { headOf, runsOfRow, WIDTH } from './ladder-text.js';
import { isTold, type LaneStates, lanesOf, statesAfter } from './row.js';
import { begin, news, recorded, said } from './testing/events.js';

function linesOf({ planned, rows }: Ladder): readonly string[] {
  const states = statesAfter(rows);
  return rows.flatMap((row, i) =>
    isTold(row)
      ? [
          runsOfRow(row, states[i] as LaneStates, lanesOf(planned ?? {}))
            .map(({ text }) => text)
            .join(''),
        ]
      : [],
  );
}

describe('a ladder as text', () => {
  it('draws messages between lanes, what rings on its lane, and what it means at the right', () => {
    expect([headOf(lanesOf({})), ...linesOf(ladderOf(recorded('at-desk')))]).toEqual([
      '   ms caller       proxy         desk         app',
      '    2   │── INVITE ─▶│            │            ┊ a call comes in',
      '    4   │            │╌╌╌╌╌╌╌╌╌╌╌╌┼╌ MESSAGE ╌▶┊ push: wake up',
      '    4   │            │── INVITE ─▶│            ┊',
      '    8   │            │◀── 180 ────♪            │ the desk phone rings',
      '    8   │            │╌╌╌╌╌╌╌╌╌╌╌╌♪╌ MESSAGE ╌▶│ push: desk phone alerting',
      '    8   │◀── 180 ────│            ♪            │ the caller hears it ring',
      '   15   │            │◀───────────♪─ REGISTER ─│ awake, it joins the call',
      '   15   │            │────────────♪── INVITE ─▶│',
      '   45   │            │            ♪            ● scans',
      '   74   │            │◀───────────♪─── 180 ────│ its leg waits at 180',
      '  546   │            │            ♪            ● stays quiet: at-own-desk',
      '  547   │            │            ♪            ● its scan is off again',
      ' 2483   │            │◀── 200 ────│            │ answered at the desk',
      ' 2483   │◀── 200 ────│            │            │',
      ' 2486   │            │────────────┼── CANCEL ─▶│ answered elsewhere',
      ' 2496   │            │◀───────────┼─── 487 ────│',
      ' 2984   │─── BYE ───▶│            │            │ the call ends',
      ' 2985   │            │─── BYE ───▶│            │',
    ]);
  });

  it('has a lane of its own for a second app, and says whose every mark is', () => {
    const lanes = lanesOf({ second: {} });
    const ladder = [
      begin('two-mobiles'),
      said(0, 'caller', 'proxy', 'INVITE', '1 INVITE'),
      said(1, 'app 2', 'proxy', 'REGISTER', '1 REGISTER', { headers: ['To: <sip:1001n@127.0.0.1>'] }),
      news(5, '1001m', 'silence', { reason: 'at-own-desk' }),
      news(6, '1001n', 'ring', { reason: 'desk-phone-not-alerting' }),
      said(7, 'proxy', 'app 2', 'CANCEL', '1 CANCEL'),
    ].reduce(addEvent, emptyLadder);
    expect([headOf(lanes), ...linesOf(ladder)]).toEqual([
      '   ms caller    proxy      desk      app      app 2',
      '    1   │         │◀────────┼─────────┼REGISTER─│ awake, it joins the call',
      '    5   │         │         │         ●         │ app: stays quiet: at-own-desk',
      '    6   │         │         │         │         ♪ app 2: rings: desk-phone-not-…',
      '    7   │         │─────────┼─────────┼ CANCEL ▶♪ taken back',
    ]);
  });

  it('is never wider than 80 columns', () => {
    for (const name of ['at-desk', 'nobody-answers'])
      for (const line of linesOf(ladderOf(recorded(name)))) expect([...line].length).toBeLessThanOrEqual(WIDTH);
  });
});
