import { describe, expect, it } from 'vitest';
import type { Answering, AnsweringLeg } from './directory-source.js';
import { readAnswering } from './read-answering.js';

const leg = (target: string, kind: AnsweringLeg['kind'], more: Partial<AnsweringLeg> = {}): AnsweringLeg => ({
  target,
  kind,
  delayS: 0,
  confirm: false,
  registered: true,
  ...more,
});
const answering = (legs: readonly AnsweringLeg[], more: Partial<Answering> = {}): Answering => ({
  extension: '1001',
  rule: '*',
  legs,
  ringsForS: 25,
  doNotDisturb: false,
  ...more,
});
const read = (legs: readonly AnsweringLeg[], more: Partial<Answering> = {}) =>
  readAnswering('1001', answering(legs, more));
const desk = leg('1001', 'desk');
const app = leg('1001_mobile', 'soft');

describe('an extension', () => {
  it('that rings desk and mobile is told with both delays', () => {
    expect(read([desk, { ...app, delayS: 5 }])).toEqual([
      { level: 'ok', code: 'desk-rings', text: 'Desk phone 1001 rings at once.' },
      { level: 'ok', code: 'mobile-rings', text: 'Mobile app 1001_mobile rings after 5 s.' },
    ]);
  });

  it.each([
    ['is not known', undefined, 'unknown-extension'],
    ['has do not disturb on', answering([desk], { doNotDisturb: true }), 'do-not-disturb'],
    ['forwards everything', answering([desk], { forwardsAllTo: ['+49731'] }), 'forwards-all'],
    ['rings nothing', answering([]), 'nothing-rings'],
  ])('that %s has one fault and nothing else to say', (_, given, code) => {
    expect(readAnswering('1001', given).map((one) => [one.level, one.code])).toEqual([['fault', code]]);
  });

  it('with a rule for certain hours has the rule named', () => {
    expect(read([desk], { doNotDisturb: true, rule: 'closed' })[0]?.text).toBe(
      'Nothing rings for 1001: do not disturb is on by the rule "closed".',
    );
  });
});

describe('what is told of the devices', () => {
  const codes = (legs: readonly AnsweringLeg[], more: Partial<Answering> = {}) =>
    read(legs, more).map((one) => `${one.level} ${one.code}`);

  it('a desk phone that does not ring is a fault, for a silenced mobile would leave the call unheard', () => {
    expect(codes([app])).toEqual(['fault no-desk', 'ok mobile-rings']);
    expect(codes([{ ...desk, registered: false }, app])).toEqual(['fault desk-unregistered', 'ok mobile-rings']);
    expect(codes([{ ...desk, delayS: 25 }, app])).toEqual(['fault desk-too-late', 'ok mobile-rings']);
  });

  it('a desk phone that rings late is a warning', () => {
    expect(codes([{ ...desk, delayS: 3 }, app])).toEqual(['warning desk-late', 'ok mobile-rings']);
  });

  it('a device of unknown kind may be the desk phone', () => {
    expect(codes([leg('1001', 'unknown'), app])).toEqual([
      'warning desk-unclear',
      'ok device-rings',
      'ok mobile-rings',
    ]);
  });

  it('no mobile is a warning, and one that sleeps may be woken', () => {
    expect(codes([desk])).toEqual(['ok desk-rings', 'warning no-mobile']);
    expect(codes([desk, { ...app, registered: false }])).toEqual(['ok desk-rings', 'warning mobile-unregistered']);
  });

  it('a telephone system that gives up before a silenced mobile rings is a fault', () => {
    expect(codes([desk, { ...app, delayS: 10 }], { ringsForS: 19 })).toEqual(['ok desk-rings', 'ok mobile-rings']);
    expect(codes([desk, { ...app, delayS: 10 }], { ringsForS: 18 })).toEqual([
      'ok desk-rings',
      'ok mobile-rings',
      'fault gives-up-first',
    ]);
    expect(readAnswering('1001', answering([desk, app], { ringsForS: 4 }), 3000)).toHaveLength(2);
  });

  it('a system that does not say how long it rings is not judged by it', () => {
    const { ringsForS: _, ...silent } = answering([{ ...desk, delayS: 90 }, app]);
    expect(readAnswering('1001', silent).every(({ level }) => level !== 'fault')).toBe(true);
  });

  it('numbers outside and keys to press are warnings', () => {
    expect(codes([desk, { ...app, confirm: true }, leg('+49731', 'external', { delayS: 15 })])).toEqual([
      'ok desk-rings',
      'ok mobile-rings',
      'warning mobile-confirm',
      'warning other-number',
    ]);
  });

  it('each is one sentence', () => {
    const legs = [
      desk,
      { ...desk, delayS: 3 },
      { ...desk, registered: false },
      { ...desk, delayS: 99 },
      app,
      { ...app, confirm: true },
    ];
    const all = [
      ...read(legs),
      ...read([leg('1', 'unknown'), leg('2', 'external')]),
      ...read([]),
      ...read([app], { ringsForS: 5 }),
    ];
    for (const { text } of all) expect(text).toMatch(/^[A-Z][^.]*\.$/);
  });
});
