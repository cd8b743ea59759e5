import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../registry/registry.js';
import { openSqlite } from '../../registry/sqlite-database.js';
import { chooseExponent } from './choose-exponent.js';

const none = new Uint8Array(0);

async function begin(settings: object) {
  const registry = await createRegistry(openSqlite(':memory:'));
  const session = { registry, by: (verb: string) => ({ actor: 'ada', verb, atMs: 5 }) };
  const row = {
    id: 'abcd',
    desk: 'd-12',
    step: 'claiming',
    settings: { intervalMs: 100, measuredPowerDbm: -59, clockOffsetS: 7, ...settings },
    ...{ setupCode: none, rootKey: none, ownerKey: none, startedAtMs: 5 },
  };
  await registry.change(session.by('pair'), (changing) => changing.insert('pairings', row));
  const stored = () => registry.read((reading) => reading.get('pairings', 'abcd'));
  return { session, stored, pairing: { ...row, revision: 1 } };
}

describe('the exponent K of a new beacon', () => {
  it.each([
    [true, 6],
    [false, 9],
  ])('with a clock proven right %s is %i, and is written down before the beacon is told', async (isProven, exponentK) => {
    const { session, stored, pairing } = await begin({});
    const chosen = await chooseExponent(session, pairing, isProven);
    expect(chosen.settings).toEqual({ intervalMs: 100, measuredPowerDbm: -59, clockOffsetS: 7, exponentK });
    expect(await stored()).toEqual(chosen);
  });

  it('stays when the pairing is resumed under another clock', async () => {
    const { session, stored, pairing } = await begin({});
    const chosen = await chooseExponent(session, pairing, false);
    expect(await chooseExponent(session, chosen, true)).toEqual(chosen);
    expect(await stored()).toEqual(chosen);
  });

  it('is what was asked for, whatever the clock', async () => {
    const { session, pairing } = await begin({ exponentK: 11 });
    for (const isProven of [true, false]) expect(await chooseExponent(session, pairing, isProven)).toBe(pairing);
  });
});
