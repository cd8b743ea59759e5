import { describe, expect, it } from 'vitest';
import { ladderOf } from './ladder.js';
import { bandsOf, placeRows } from './ladder-bands.js';
import { drawLadder } from './ladder-svg.js';
import { begin, recorded, said } from './testing/events.js';

describe('a ladder as SVG', () => {
  it('says what it shows to who cannot see it, and is for a light page and a dark one', () => {
    const svg = drawLadder(recorded('at-desk'));
    expect(svg).toContain('aria-label="Ladder of the call at-desk: in the hand at the own desk; answered at the desk"');
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    expect(svg).not.toContain('<script');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('draws every message, those of the protocol pale', () => {
    const svg = drawLadder(recorded('at-desk'));
    const { rows } = ladderOf(recorded('at-desk'));
    const minor = rows.filter((row) => row.kind === 'arrow' && row.isMinor);
    expect(minor.length).toBeGreaterThan(5);
    expect(svg.match(/<g opacity/g)?.length).toBe(minor.length);
    for (const label of ['INVITE', '407', 'REGISTER', 'CANCEL', '487', 'BYE'])
      expect(svg).toContain(`>${label}</text>`);
  });

  it('draws what is heard as bars, and a long time as a pause', () => {
    const { rows, pauses } = placeRows(ladderOf(recorded('nobody-answers')).rows, 0);
    expect(pauses.map(({ ms }) => Math.round(ms / 1000))).toEqual([8, 2]);
    const bands = bandsOf(rows, 2000);
    expect(bands.map(({ lane, state }) => `${lane} ${state}`)).toEqual([
      'desk ringing',
      'app scanning',
      'app quiet',
      'app ringing',
    ]);
    const [, scanning, quiet, ringing] = bands;
    expect(scanning?.toY).toBe(quiet?.fromY);
    expect(quiet?.toY).toBe(ringing?.fromY);
  });

  it('lets who still rings at the end ring to the end of the drawing', () => {
    const events = [
      begin('at-desk'),
      said(0, 'caller', 'proxy', 'INVITE', '1 INVITE'),
      said(5, 'desk', 'proxy', 'SIP/2.0 180 Ringing', '1 INVITE'),
    ];
    expect(bandsOf(placeRows(ladderOf(events).rows, 0).rows, 500)).toMatchObject([{ lane: 'desk', toY: 500 }]);
  });

  it('takes texts as texts', () => {
    const [call, ...rest] = recorded('at-desk');
    if (call?.type !== 'call') throw new Error('a capture begins with its call');
    const svg = drawLadder([{ ...call, planned: { ...call.planned, text: '<b>&"' } }, ...rest]);
    expect(svg).toContain('&lt;b&gt;&amp;&quot;');
    expect(svg).not.toContain('<b>');
  });
});
