import { describe, expect, it } from 'vitest';
import type { BuildingEvent } from '../events.js';
import { addEvent, emptyLadder, type Ladder, ladderOf } from './ladder.js';
import { isTold, type Row, statesAfter } from './row.js';
import { begin, news, plan, recorded, result, START_MS, said } from './testing/events.js';

const challenged = said(0, 'caller', 'proxy', 'INVITE', '1 INVITE');
const called = said(2, 'caller', 'proxy', 'INVITE', '2 INVITE', {
  headers: ['Proxy-Authorization: Digest (left out)'],
});

function after(events: readonly BuildingEvent[], from: Ladder = emptyLadder): Ladder {
  return events.reduce(addEvent, from);
}

function told({ rows }: Ladder): readonly string[] {
  return rows.filter(isTold).map(shown);
}

function shown(row: Row): string {
  return row.kind === 'arrow' ? `${row.from}→${row.to} ${row.label}` : `${row.lane}: ${row.means}`;
}

/** The app of a token registers from where it then speaks. */
function registers(atMs: number, from: 'app' | 'app 2', user: string): BuildingEvent {
  const headers = [`To: <sip:${user}@127.0.0.1>`, `Contact: <sip:x@127.0.0.1;pn-prid=token-${user}>`];
  return said(atMs, from, 'proxy', 'REGISTER', '9 REGISTER', { headers });
}

function pushed(atMs: number, user: string, deskPhone?: string): BuildingEvent {
  const body = JSON.stringify({ call: 'c-1', ...(deskPhone === undefined ? {} : { deskPhone }) });
  return said(atMs, 'proxy', 'push', `MESSAGE sip:token-${user}@127.0.0.1 SIP/2.0`, `${atMs} MESSAGE`, { body });
}

describe('the ladder of a call that was recorded', () => {
  it('tells it from the INVITE to the BYE, each message once and in its order', () => {
    expect(told(ladderOf(recorded('at-desk')))).toEqual([
      'caller→proxy INVITE',
      'proxy→app MESSAGE',
      'proxy→desk INVITE',
      'desk→proxy 180',
      'proxy→app MESSAGE',
      'proxy→caller 180',
      'app→proxy REGISTER',
      'proxy→app INVITE',
      'app: scans',
      'app→proxy 180',
      'app: stays quiet: at-own-desk',
      'app: its scan is off again',
      'desk→proxy 200',
      'proxy→caller 200',
      'proxy→app CANCEL',
      'app→proxy 487',
      'caller→proxy BYE',
      'proxy→desk BYE',
    ]);
  });

  it('says who is heard: the desk phone alone for eight seconds, then both, then nobody', () => {
    const { rows } = ladderOf(recorded('nobody-answers'));
    const states = statesAfter(rows);
    const heard = rows.map(({ atMs }, i) => ({ atMs, desk: states[i]?.desk, app: states[i]?.app }));
    const before = (ms: number) => heard.filter(({ atMs }) => atMs < ms).at(-1);
    expect(before(8000)).toMatchObject({ desk: 'ringing', app: 'quiet' });
    expect(before(10_000)).toMatchObject({ desk: 'ringing', app: 'ringing' });
    expect(heard.at(-1)).toMatchObject({ desk: 'awake', app: 'awake' });
  });

  it('never goes back in time', () => {
    for (const name of ['at-desk', 'nobody-answers']) {
      const times = ladderOf(recorded(name)).rows.map(({ atMs }) => atMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBe(0);
    }
  });
});

describe('a ladder', () => {
  it('begins with the first INVITE of the caller, and is over with the results', () => {
    const ladder = after([
      begin('at-desk'),
      news(-5, '1001m', 'scan-started'),
      said(-1, 'desk', 'proxy', 'REGISTER', '1 REGISTER'),
      challenged,
      called,
      { type: 'results', planned: plan('at-desk'), results: [result('at-desk')] },
      said(900, 'desk', 'proxy', 'SIP/2.0 180 Ringing', '2 INVITE'),
    ]);
    expect(ladder).toMatchObject({ isOver: true, start: { unixMs: START_MS } });
    expect(ladder.rows.map(shown)).toEqual(['caller→proxy INVITE', 'caller→proxy INVITE']);
    expect(told(ladder)).toEqual(['caller→proxy INVITE']);
  });

  it('puts an answer before its ACK, whichever was reported first, and not later than it', () => {
    const ladder = after([
      begin('at-desk'),
      called,
      said(500, 'caller', 'proxy', 'ACK', '2 ACK', { branch: 'z9-own' }),
      said(501, 'proxy', 'caller', 'SIP/2.0 200 OK', '2 INVITE'),
    ]);
    expect(ladder.rows.map((row) => `${row.atMs} ${shown(row)}`).slice(1)).toEqual([
      '498 proxy→caller 200',
      '498 caller→proxy ACK',
    ]);
  });

  it('leaves an answer where it was when another leg was refused and acknowledged before', () => {
    const tag = (name: string) => ({ headers: [`To: <sip:1001@127.0.0.1>;tag=${name}`] });
    const ladder = after([
      begin('declined-at-desk'),
      called,
      said(1000, 'desk', 'proxy', 'SIP/2.0 486 Busy Here', '2 INVITE', tag('desk')),
      said(1001, 'proxy', 'desk', 'ACK', '2 ACK', tag('desk')),
      said(2600, 'app', 'proxy', 'SIP/2.0 200 OK', '2 INVITE', tag('app')),
    ]);
    expect(ladder.rows.map((row) => `${row.atMs} ${shown(row)}`).slice(1)).toEqual([
      '998 desk→proxy 486',
      '999 proxy→desk ACK',
      '2598 app→proxy 200',
    ]);
  });

  it('puts what an app did where its own clock says', () => {
    const ladder = after([
      begin('at-desk'),
      called,
      said(90, 'proxy', 'desk', 'INVITE', '2 INVITE'),
      news(40, '1001m', 'scan-started'),
    ]);
    expect(told(ladder)).toEqual(['caller→proxy INVITE', 'app: scans', 'proxy→desk INVITE']);
  });

  it('leaves out what was sent or reported again', () => {
    expect(after([begin('at-desk'), called, called, called])).toMatchObject({
      repeated: 2,
      rows: [{ label: 'INVITE' }],
    });
  });

  it('tells pushes and messages of two apps apart, also where one was pushed before it registered', () => {
    const events = [
      begin('two-mobiles'),
      called,
      pushed(3, '1001m'),
      pushed(4, '1001n', 'alerting'),
      registers(9, 'app', '1001m'),
      registers(10, 'app 2', '1001n'),
      said(12, 'proxy', 'app 2', 'INVITE', '2 INVITE'),
      news(50, '1001n', 'ring', { reason: 'unsure' }),
    ];
    expect(told(ladderOf(events))).toEqual([
      'caller→proxy INVITE',
      'proxy→app MESSAGE',
      'proxy→app 2 MESSAGE',
      'app→proxy REGISTER',
      'app 2→proxy REGISTER',
      'proxy→app 2 INVITE',
      'app 2: rings: unsure',
    ]);
  });

  it('ignores apps of other extensions and other calls, and messages of no call', () => {
    const ladder = after([
      begin('two-extensions'),
      called,
      news(5, '1001m', 'asleep', { call: undefined }),
      registers(6, 'app', '1001m'),
      news(7, '1002m', 'scan-started', { call: 'another' }),
      said(8, 'proxy', 'desk', 'no SIP at all', '1 X'),
      news(9, '1002m', 'heard'),
    ]);
    expect(ladder.rows.map(shown)).toEqual(['caller→proxy INVITE']);
  });

  it('lets a desk ring until the last of its phones is taken back', () => {
    const { rows } = after([
      begin('home-and-away'),
      called,
      said(5, 'desk', 'proxy', 'SIP/2.0 180 Ringing', '2 INVITE'),
      said(6, 'desk 2', 'proxy', 'SIP/2.0 180 Ringing', '2 INVITE'),
      said(7, 'proxy', 'desk', 'CANCEL', '2 CANCEL'),
      said(8, 'proxy', 'desk 2', 'CANCEL', '2 CANCEL'),
    ]);
    expect(statesAfter(rows).map(({ desk }) => desk)).toEqual(['awake', 'ringing', 'ringing', 'ringing', 'awake']);
  });

  it('lets an app ring until it takes the call, ends it here or loses it', () => {
    const rings = [begin('corridor'), called, news(20, '1001m', 'ring', { reason: 'away' })];
    const last = (event: BuildingEvent) => statesAfter(after([...rings, event]).rows).at(-1)?.app;
    expect(statesAfter(after(rings).rows).at(-1)?.app).toBe('ringing');
    expect(last(news(30, '1001m', 'over', { because: 'cancelled' }))).toBe('awake');
    expect(last(news(30, '1001m', 'ended-here'))).toBe('awake');
    expect(last(said(30, 'app', 'proxy', 'SIP/2.0 200 OK', '2 INVITE'))).toBe('awake');
    expect(last(said(30, 'app', 'proxy', 'SIP/2.0 180 Ringing', '2 INVITE'))).toBe('ringing');
  });

  it.each([
    ['SIP/2.0 480 Temporarily Unavailable', 'desk', 'refused at the desk'],
    ['SIP/2.0 603 Decline', 'desk', 'declined at the desk'],
    ['SIP/2.0 603 Decline', 'app', 'declined for everybody'],
    ['SIP/2.0 200 OK', 'app', 'answered on the mobile'],
    ['SIP/2.0 487 Request Terminated', 'app', ''],
  ] as const)('says what %s from the %s means', (line, from, means) => {
    const { rows } = after([begin('at-desk'), called, said(9, from, 'proxy', line, '2 INVITE')]);
    expect(rows.at(-1)).toMatchObject({ means });
  });

  it('says what the caller’s INVITE and CANCEL mean, and whether a CANCEL is an answer elsewhere', () => {
    const headers = ['Proxy-Authorization: Digest (left out)', 'Priority: psap-callback'];
    const means = (event: BuildingEvent) => after([begin('emergency'), called, event]).rows.at(-1)?.means;
    expect(means(said(3, 'caller', 'proxy', 'INVITE', '3 INVITE', { headers }))).toBe('an emergency centre calls back');
    expect(means(said(3, 'caller', 'proxy', 'CANCEL', '2 CANCEL'))).toBe('the caller hangs up');
    expect(means(said(3, 'proxy', 'app', 'CANCEL', '2 CANCEL'))).toBe('taken back');
    const reason = { headers: ['Reason: SIP;cause=200;text="Call completed elsewhere"'] };
    expect(means(said(3, 'proxy', 'app', 'CANCEL', '2 CANCEL', reason))).toBe('answered elsewhere');
  });
});
