import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../registry/registry.js';
import { openSqlite } from '../../registry/sqlite-database.js';
import type { Lifecycle } from '../../registry/tables.js';
import type { Session } from '../open-session.js';
import { purgeAudit } from '../read-audit.js';
import { addDesk, addExtension } from './add-place.js';
import { removeDesk, removeExtension } from './remove-place.js';
import { seatExtension, unseatExtension } from './seat-extension.js';

const NOW_MS = 1_800_000_000_000;
const empty = new Uint8Array(0);

async function openSession(): Promise<Session> {
  const registry = await createRegistry(openSqlite(':memory:'));
  const by = (verb: string) => ({ actor: 'ada', verb, atMs: NOW_MS });
  const site = { id: 's', name: 'S', organisationUuid: '', policy: {}, isRingAll: false, publicKey: {} };
  await registry.change(by('init'), (changing) => changing.insert('sites', { ...site, signingKey: empty }));
  const session: Session = { registry, by, nowMs: () => NOW_MS, ring: () => Promise.reject(new Error('no key')) };
  await addDesk(session, { id: 'd-1', name: 'd-1', isAnchor: false });
  await addDesk(session, { id: 'hall', name: 'hall', isAnchor: true });
  await addExtension(session, { extension: '1001', displayName: 'Ada', desk: 'd-1' });
  return session;
}

function stand(session: Session, lifecycle: Lifecycle): Promise<void> {
  const settings = { exponentK: 9, intervalMs: 100, measuredPowerDbm: -59, clockOffsetS: 0 };
  const beacon = { id: 'b-1', desk: 'd-1', name: 'b', lifecycle, ...settings, rootKey: empty, ownerKey: empty };
  return session.registry.change(session.by('pair'), (changing) => changing.insert('beacons', beacon));
}

async function lease(session: Session, untilMs: number): Promise<void> {
  const row = { id: `l-${untilMs}`, extension: '1001', fromMs: 0, untilMs };
  await session.registry.change(session.by('profile export'), (changing) => changing.insert('leases', row));
}

async function rows(session: Session): Promise<readonly string[]> {
  return session.registry.read(async (reading) => {
    const ids: string[] = [];
    for (const table of ['desks', 'extensions', 'seats', 'calibrations', 'beacons', 'leases'] as const)
      for (const { id } of await reading.list(table)) ids.push(`${table}/${id}`);
    return ids;
  });
}

describe('taking a desk out', () => {
  it('takes its seats, calibrations and retired beacons along, and nothing else', async () => {
    const session = await openSession();
    await stand(session, 'retired');
    const calibration = { id: 'c', desk: 'd-1', recordedAtMs: 1, model: {}, certificate: {}, isStale: false };
    await session.registry.change(session.by('calibrate'), (changing) => changing.insert('calibrations', calibration));
    expect(await removeDesk(session, 'd-1', false)).toEqual({ seats: 1, calibrations: 1, beacons: 1 });
    expect(await rows(session)).toEqual(['desks/hall', 'extensions/1001']);
    expect((await session.registry.checkAudit()).fault).toBeUndefined();
  });

  it.each(['to-be-deployed', 'deployed'] as const)('is refused while a beacon is %s there', async (lifecycle) => {
    const session = await openSession();
    await stand(session, lifecycle);
    const before = await rows(session);
    await expect(removeDesk(session, 'd-1', false)).rejects.toMatchObject({ code: 'desk-in-use' });
    expect(await rows(session)).toEqual(before);
  });

  it('is refused while a pairing is under way there', async () => {
    const session = await openSession();
    const pairing = { id: 'p', desk: 'd-1', step: 'claim', settings: {}, startedAtMs: 1 };
    const secrets = { setupCode: empty, rootKey: empty, ownerKey: empty };
    await session.registry.change(session.by('pair'), (changing) =>
      changing.insert('pairings', { ...pairing, ...secrets }),
    );
    await expect(removeDesk(session, 'd-1', false)).rejects.toMatchObject({ code: 'desk-in-use' });
  });

  it('tells desks and anchors apart', async () => {
    const session = await openSession();
    await expect(removeDesk(session, 'hall', false)).rejects.toMatchObject({ code: 'not-found' });
    await expect(removeDesk(session, 'd-1', true)).rejects.toMatchObject({ code: 'not-found' });
    await expect(removeDesk(session, 'nowhere', true)).rejects.toMatchObject({ code: 'not-found' });
    expect(await removeDesk(session, 'hall', true)).toEqual({ seats: 0, calibrations: 0, beacons: 0 });
  });
});

describe('taking an extension out', () => {
  it('takes seats and leases along, and says until when phones still have keys', async () => {
    const session = await openSession();
    await lease(session, NOW_MS - 1);
    await lease(session, NOW_MS + 5);
    expect(await removeExtension(session, '1001')).toEqual({ seats: 1, leases: 2, servesUntilMs: NOW_MS + 5 });
    expect(await rows(session)).toEqual(['desks/d-1', 'desks/hall']);
    await expect(removeExtension(session, '1001')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('leaves nothing of an account that ended 90 days ago, when what has ended is purged', async () => {
    const session = await openSession();
    await lease(session, NOW_MS - 1);
    await session.registry.change(session.by('sync'), async (changing) => {
      const row = await changing.get('extensions', '1001');
      if (row === undefined) throw new Error('it was added above');
      await changing.update('extensions', { ...row, isEnabled: false, endedAtMs: NOW_MS - 91 * 86_400_000 });
    });
    expect(await purgeAudit(session, { purgeEnded: true })).toBeGreaterThan(0);
    expect(await rows(session)).toEqual(['desks/d-1', 'desks/hall']);
    const words = await session.registry.read((reading) => reading.audit(0, 1000));
    expect(JSON.stringify(words)).not.toContain('1001');
    expect((await session.registry.checkAudit()).fault).toBeUndefined();
  });
});

describe('seats', () => {
  it('let an extension ring at several desks, and several at one', async () => {
    const session = await openSession();
    await addDesk(session, { id: 'home', name: 'home', isAnchor: false });
    await seatExtension(session, '1001', 'home');
    expect(await rows(session)).toContain('seats/1001/home');
    await expect(seatExtension(session, '1001', 'home')).rejects.toMatchObject({ code: 'registry-conflict' });
    for (const [extension, desk] of [
      ['1001', 'hall'],
      ['1001', 'nowhere'],
      ['9', 'home'],
    ] as const)
      await expect(seatExtension(session, extension, desk)).rejects.toMatchObject({ code: 'not-found' });
    await unseatExtension(session, '1001', 'd-1');
    await expect(unseatExtension(session, '1001', 'd-1')).rejects.toMatchObject({ code: 'not-found' });
    expect(await rows(session)).not.toContain('seats/1001/d-1');
  });
});
