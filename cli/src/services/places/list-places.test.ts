import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../registry/registry.js';
import { openSqlite } from '../../registry/sqlite-database.js';
import { listDesks, listExtensions } from './list-places.js';

const empty = new Uint8Array(0);

describe('lists of places and people', () => {
  it('say who rings where, which beacon stands there, and what its newest walk is worth', async () => {
    const registry = await createRegistry(openSqlite(':memory:'));
    await registry.change({ actor: 'ada', verb: 'test', atMs: 1 }, async (changing) => {
      const desk = { site: 's', isAnchor: false };
      await changing.insert('desks', { ...desk, id: 'd-1', name: 'Window', floor: '3', xM: 1.5, yM: -2 });
      await changing.insert('desks', { ...desk, id: 'd-2', name: 'Door' });
      await changing.insert('desks', { ...desk, id: 'd-3', name: 'Wall' });
      await changing.insert('desks', { ...desk, id: 'hall', name: 'Hall', isAnchor: true });
      const person = { site: 's', source: 'manual', sourceKey: 'x' };
      await changing.insert('extensions', { ...person, id: '0042', displayName: 'Ada', isEnabled: true });
      await changing.insert('extensions', { ...person, id: '0043', displayName: 'Bob', isEnabled: false });
      for (const seat of ['0042/d-1', '0042/d-2', '0043/d-1']) {
        const [extension = '', at = ''] = seat.split('/');
        await changing.insert('seats', { id: seat, extension, desk: at });
      }
      const settings = { exponentK: 9, intervalMs: 100, measuredPowerDbm: -59, clockOffsetS: 0 };
      const keys = { rootKey: empty, ownerKey: empty };
      const beacon = { ...settings, ...keys, name: 'b' };
      await changing.insert('beacons', { ...beacon, id: 'b-1', desk: 'd-1', lifecycle: 'retired' });
      await changing.insert('beacons', { ...beacon, id: 'b-2', desk: 'd-1', lifecycle: 'deployed' });
      await changing.insert('beacons', { ...beacon, id: 'b-3', desk: 'd-2', lifecycle: 'retired' });
      const walk = { model: {}, certificate: {} };
      await changing.insert('calibrations', { ...walk, id: 'a', desk: 'd-1', recordedAtMs: 2, isStale: false });
      await changing.insert('calibrations', { ...walk, id: 'b', desk: 'd-1', recordedAtMs: 1, isStale: true });
      await changing.insert('calibrations', { ...walk, id: 'c', desk: 'd-2', recordedAtMs: 1, isStale: true });
    });
    expect(await listDesks(registry, false)).toEqual([
      {
        desk: 'd-1',
        name: 'Window',
        floor: '3',
        at: [1.5, -2],
        extensions: ['0042', '0043'],
        beacon: 'b-2',
        calibration: 'current',
      },
      { desk: 'd-2', name: 'Door', extensions: ['0042'], calibration: 'stale' },
      { desk: 'd-3', name: 'Wall', extensions: [], calibration: 'none' },
    ]);
    expect(await listDesks(registry, true)).toEqual([
      { desk: 'hall', name: 'Hall', extensions: [], calibration: 'none' },
    ]);
    expect(await listExtensions(registry)).toEqual([
      { extension: '0042', displayName: 'Ada', desks: ['d-1', 'd-2'], source: 'manual', isEnabled: true },
      { extension: '0043', displayName: 'Bob', desks: ['d-1'], source: 'manual', isEnabled: false },
    ]);
  });
});
