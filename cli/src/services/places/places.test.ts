import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRegistry, type Registry } from '../../registry/registry.js';
import { openSqlite } from '../../registry/sqlite-database.js';
import type { Session } from '../open-session.js';
import { exportPlaces } from './export-places.js';
import { applyPlan, decodePlan, planImport } from './import-places.js';
import { readPlaceFile } from './place-file.js';

const directory = mkdtempSync(join(tmpdir(), 'deskbeacon-places-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const { signal } = new AbortController();

function write(content: string | Uint8Array): string {
  const file = join(directory, `${Math.random()}.csv`);
  writeFileSync(file, content);
  return file;
}

async function openSession(): Promise<Session> {
  const registry: Registry = await createRegistry(openSqlite(':memory:'));
  const by = (verb: string) => ({ actor: 'ada', verb, atMs: 5 });
  await registry.change(by('init'), (changing) =>
    changing.insert('sites', {
      id: 's',
      name: 'S',
      organisationUuid: '',
      policy: {},
      isRingAll: false,
      signingKey: new Uint8Array(0),
      publicKey: {},
    }),
  );
  return { registry, by, nowMs: () => 5, ring: () => Promise.reject(new Error('no key is needed')) };
}

async function importText(session: Session, content: string | Uint8Array) {
  const plan = await planImport(session, await readPlaceFile(write(content), signal));
  return { plan, done: await applyPlan(session, plan, () => {}) };
}

const sheet = [
  'extension,display_name,desk,desk_name,floor,x_m,y_m,anchor',
  '0042,"Lovelace, Ada",d-12,Window,3,1.5,-2,no',
  '0043,Bob,d-12,Window,3,1.5,-2,no',
  '0042,"Lovelace, Ada",home,home,,,,no',
  ',,corridor,Corridor,3,4,4,yes',
  '0099,Nobody,,,,,,',
].join('\n');

describe('a sheet of desks and extensions', () => {
  it('comes back as it went in, and the second time changes nothing', async () => {
    const session = await openSession();
    const { plan, done } = await importText(session, sheet);
    expect(plan.findings).toEqual([]);
    expect(done).toEqual({ added: 1 + 3 + 3 + 3, changed: 0 });
    const exported = await exportPlaces(session.registry);
    expect([...exported].sort()).toEqual([...sheet.split('\n')].sort());
    const again = await importText(session, exported.join('\r\n'));
    expect(again).toMatchObject({ plan: { changes: [], findings: [] }, done: { added: 0, changed: 0 } });
  });

  it('changes what it names and leaves what it does not', async () => {
    const session = await openSession();
    await importText(session, sheet);
    const { plan } = await importText(session, 'desk;x_m;y_m\nd-12;"7,25";1\n');
    expect(plan.changes).toMatchObject([
      { table: 'desks', row: { name: 'Window', floor: '3', xM: 7.25, yM: 1 }, revision: 1 },
    ]);
    expect(await session.registry.read((reading) => reading.get('extensions', '0042'))).toMatchObject({
      displayName: 'Lovelace, Ada',
    });
  });

  it('is read with a byte order mark, semicolons and in Windows-1252', async () => {
    const session = await openSession();
    const text = '\u00ef\u00bb\u00bfextension;display_name\r\n007;J\u00fcrgen\r\n';
    const { plan } = await importText(session, Buffer.from(text.replace('\u00ef\u00bb\u00bf', ''), 'latin1'));
    expect(plan.changes).toMatchObject([{ row: { id: '007', displayName: 'Jürgen' } }]);
    const marked = await importText(session, '\ufeffextension;display_name\r\n008;Jürgen\r\n');
    expect(marked.plan.changes).toMatchObject([{ row: { id: '008', displayName: 'Jürgen' } }]);
  });

  it.each([
    ['a formula', 'extension,display_name\n1001,=HYPERLINK("x")', 'display_name'],
    ['an extension with a space', 'extension\n10 01', 'extension'],
    ['half a position', 'desk,x_m,y_m\nd-1,3,', 'x_m'],
    ['a position in feet', 'desk,x_m,y_m\nd-1,3 ft,1', 'x_m'],
    ['an anchor that is neither', 'desk,anchor\nd-1,maybe', 'anchor'],
    ['an anchor with an extension', 'extension,desk,anchor\n1001,d-1,yes', 'anchor'],
    ['a row of nothing but a floor', 'extension,desk,floor\n,,3', 'extension'],
    ['a desk that stands in two places', 'desk,x_m,y_m\nd-1,1,1\nd-1,2,1', 'desk'],
  ])('leaves out %s, with its line and column', async (_what, content, column) => {
    const session = await openSession();
    const { plan } = await importText(session, content);
    expect(plan.findings.at(-1)).toMatchObject({ line: content.split('\n').length, column });
  });

  it.each([
    ['without a line of names', ''],
    ['without a column of ours', 'name,age\nAda,36'],
    ['with one column twice', 'desk,desk\na,b'],
  ])('is refused %s', async (_what, content) => {
    await expect(readPlaceFile(write(content), signal)).rejects.toMatchObject({ code: 'bad-sheet' });
  });
});

describe('a plan', () => {
  it('is done as it was shown, from its file', async () => {
    const session = await openSession();
    const plan = await planImport(session, await readPlaceFile(write(sheet), signal));
    expect(await applyPlan(session, decodePlan(JSON.stringify(plan)), () => {})).toMatchObject({ added: 10 });
    expect(() => decodePlan('{"version":2}')).toThrow(expect.objectContaining({ code: 'bad-plan' }));
    expect(() => decodePlan('[')).toThrow(expect.objectContaining({ code: 'bad-plan' }));
  });

  it('is refused whole when somebody has changed one of its rows meanwhile', async () => {
    const session = await openSession();
    await importText(session, sheet);
    const changed = `${sheet.replaceAll('Window', 'Door')}\n0100,New,,,,,,`;
    const plan = await planImport(session, await readPlaceFile(write(changed), signal));
    await importText(session, sheet.replaceAll('Window', 'Wall'));
    await expect(applyPlan(session, plan, () => {})).rejects.toMatchObject({ code: 'registry-conflict' });
    expect(await session.registry.read((reading) => reading.get('extensions', '0100'))).toBeUndefined();
  });
});
