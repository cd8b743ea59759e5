import { describe, expect, it } from 'vitest';
import { decodeBackup, encodeBackup, restoreContent } from './backup.js';
import { createKeyRing } from './key-ring.js';
import { createRegistry } from './registry.js';
import { openSqlite } from './sqlite-database.js';
import { tableNames } from './tables.js';

const PASSPHRASE = 'correct horse battery staple';
const by = { actor: 'ada', verb: 'test', atMs: 1_790_000_000_000 };

function turnBit(octets: Uint8Array, at: number): Uint8Array {
  return octets.map((octet, i) => (i === at ? octet ^ 1 : octet));
}

async function written() {
  const { ring, header } = await createKeyRing(PASSPHRASE);
  const registry = await createRegistry(openSqlite(':memory:'));
  await registry.change(by, async (changing) => {
    await changing.insert('desks', { id: 'd-1', site: 's', name: 'Desk ü', isAnchor: true, xM: 0.1 });
    await changing.insert('beacons', {
      id: 'b-1',
      desk: 'd-1',
      name: '',
      lifecycle: 'deployed',
      exponentK: 9,
      intervalMs: 100,
      measuredPowerDbm: -59,
      clockOffsetS: 0,
      rootKey: ring.seal('beacons/b-1/rootKey', new Uint8Array(32).fill(9)),
      ownerKey: Uint8Array.of(),
    });
    await changing.insert('extensions', {
      id: '0042',
      site: 's',
      displayName: 'Ada',
      source: 'csv',
      sourceKey: '1',
      isEnabled: false,
    });
  });
  await registry.change(by, (changing) => changing.purge({ extension: '0042' }));
  const file = await registry.read((reading) => encodeBackup(reading, ring, { writtenAtMs: 5, keyRing: header }));
  return { registry, file };
}

describe('a backup', () => {
  it('gives back every row, every secret and the whole audit in another registry', async () => {
    const { registry, file } = await written();
    const { header, content } = await decodeBackup(file, PASSPHRASE);
    expect(header).toMatchObject({ version: 1, writtenAtMs: 5 });
    const other = await createRegistry(openSqlite(':memory:'));
    await other.change(by, (changing) => restoreContent(changing, content));
    for (const table of tableNames) {
      const rows = await registry.read((reading) => reading.list(table));
      expect(await other.read((reading) => reading.list(table)), table).toEqual(rows);
    }
    const audit = await registry.read((reading) => reading.audit(0, 100));
    expect(await other.read((reading) => reading.audit(0, 100))).toEqual(audit);
    expect(await other.checkAudit()).toMatchObject({ entries: 3 });
    expect((await other.checkAudit()).fault).toBeUndefined();
  });

  it('shows nothing of what it holds', async () => {
    const { file } = await written();
    expect(Buffer.from(file).toString('latin1')).not.toMatch(/d-1|Desk|Ada|beacons/);
  });

  it('is refused whole when any part of it is cut off or changed', async () => {
    const { file } = await written();
    const refused = expect.objectContaining({
      code: expect.stringMatching(/^(bad-backup|registry-damaged|wrong-passphrase)$/),
    });
    const step = Math.ceil(file.length / 12);
    for (let i = 0; i < file.length; i += step) {
      await expect(decodeBackup(file.slice(0, i), PASSPHRASE)).rejects.toEqual(refused);
      await expect(decodeBackup(turnBit(file, i), PASSPHRASE)).rejects.toEqual(refused);
    }
  }, 60_000);

  it('is refused when it is another kind of file, and with another passphrase', async () => {
    const { file } = await written();
    const foreign = new TextEncoder().encode('{"desks":[]}'.repeat(20));
    await expect(decodeBackup(foreign, PASSPHRASE)).rejects.toMatchObject({ code: 'bad-backup' });
    await expect(decodeBackup(file, 'another passphrase')).rejects.toMatchObject({ code: 'wrong-passphrase' });
  });
});
