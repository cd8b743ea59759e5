import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../build.js';
import { mustSkip, whyNotInstalled } from '../must-skip.js';
import { bundleApp } from './bundle.js';
import { type Played, play } from './play.js';

/** The component of docs/examples/react-native-host, rendered by react-test-renderer in Hermes, and what it leaves in storage. */

type Step = readonly [event: 'note' | 'switch' | 'again' | 'look', news?: object];

describe.skipIf(mustSkip('React Native', whyNotInstalled('react-native')))('“why?” in the app', () => {
  let bundle = '';
  beforeAll(async () => {
    await ensureBuilt();
    bundle = await bundleApp();
  }, 240_000);

  /** Each step happens 100 ms after the one before. */
  const run = async (steps: readonly Step[]): Promise<Played['out']> => {
    const events = steps.map(([event, news = {}], place) => ({ atMs: 100 * (place + 1), event, news }));
    const [played] = await play(bundle, { screen: 'why', startMs: 0, unixMs: 0, untilMs: 1e6, events });
    return (played as Played).out;
  };

  it('is off at first, keeps nothing and shows nothing', async () => {
    const { seen } = await run([['note', { reason: 'at-own-desk' }], ['again'], ['look']]);
    expect(seen).toEqual([
      {
        isOn: false,
        texts: ['Remember why the last 20 calls rang or stayed quiet. Only the reason is kept, only on this phone.'],
        stored: {},
      },
    ]);
  });

  it('says in a sentence why each call rang or stayed quiet, newest first, once it is switched on', async () => {
    const { seen } = await run([
      ['switch', { isOn: true }],
      ['look'],
      ['note', { reason: 'own-desk-not-heard' }],
      ['note', { reason: 'at-own-desk' }],
      ['note', { reason: 'at-own-desk', isShadow: true }],
      ['note', { reason: 'host-failed' }],
      ['again'],
      ['look'],
    ]);
    expect(seen?.[0]).toMatchObject({ isOn: true, stored: { 'deskbeacon.why': '[]' } });
    expect(seen?.[0]?.texts.slice(1)).toEqual(['No call yet.']);
    expect(seen?.[1]?.texts.slice(1)).toEqual([
      'Rang: The app had a fault, and rang to be safe.',
      'Would have stayed quiet: The own desk is heard as only a phone at that desk hears it.',
      'Stayed quiet: The own desk is heard as only a phone at that desk hears it.',
      'Rang: Other desks were heard and the own desk was not.',
    ]);
  });

  it('keeps the last twenty codes and nothing beside them', async () => {
    const reasons = Array.from({ length: 23 }, (_, i) => (i === 0 ? 'away' : i === 22 ? 'unsure' : 'at-own-desk'));
    const notes = reasons.map((reason): Step => ['note', { reason }]);
    const { stored } = await run([['switch', { isOn: true }], ...notes]);
    const kept = JSON.parse(stored['deskbeacon.why'] as string) as readonly object[];
    expect(kept).toHaveLength(20);
    expect(kept[0]).toEqual({ reason: 'unsure' });
    expect(new Set(kept.flatMap((one) => Object.keys(one)))).toEqual(new Set(['reason']));
    expect(Object.keys(stored)).toEqual(['deskbeacon.why']);
  });

  it('forgets all of it when it is switched off', async () => {
    const { seen, stored } = await run([
      ['switch', { isOn: true }],
      ['note', { reason: 'away' }],
      ['switch', { isOn: false }],
      ['note', { reason: 'away' }],
      ['look'],
    ]);
    expect(seen?.[0]).toMatchObject({ isOn: false });
    expect(stored).toEqual({});
  });
});
