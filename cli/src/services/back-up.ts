import { CliError } from '../errors/cli-error.js';
import { decodeBackup, encodeBackup, restoreContent } from '../registry/backup.js';
import type { KeyRingHeader } from '../registry/key-ring.js';
import { openRegistry } from '../registry/open-registry.js';
import type { ChangedBy } from '../registry/registry.js';
import { tableNames } from '../registry/tables.js';
import { readOctets, writeSecretFile } from './files.js';
import { KEY_RING_SETTING, readPassphrase, type Session, type SessionOptions } from './open-session.js';

/** Writes everything into one encrypted file, whole or not at all. */
export async function backUp(
  session: Session,
  file: string,
): Promise<{ readonly rows: number; readonly octets: number }> {
  const ring = await session.ring();
  return session.registry.read(async (reading) => {
    const keyRing = (await reading.setting(KEY_RING_SETTING)) as KeyRingHeader;
    const octets = await encodeBackup(reading, ring, { writtenAtMs: session.nowMs(), keyRing });
    writeSecretFile(file, octets);
    let rows = 0;
    for (const table of tableNames) rows += (await reading.list(table)).length;
    return { rows, octets: octets.length };
  });
}

/**
 * Checks a backup whole, then fills the registry with it in one transaction.
 * @param options.confirm throws unless the site that is there may be overwritten.
 * @throws CliError `bad-backup`, `wrong-passphrase`; the registry is as it was then.
 */
export async function restoreFrom(
  file: string,
  by: ChangedBy,
  options: SessionOptions & { readonly confirm: (site: string) => void },
): Promise<{ readonly site: string; readonly rows: number }> {
  const { header, content } = await decodeBackup(readOctets(file), await readPassphrase(options));
  const registry = await openRegistry({ ...options, mayCreate: true });
  try {
    return await registry.change(by, async (changing) => {
      const [present] = await changing.list('sites');
      if (present !== undefined) options.confirm(present.id);
      await changing.clear();
      await restoreContent(changing, content);
      await changing.set(KEY_RING_SETTING, header.keyRing);
      const [site] = await changing.list('sites');
      if (site === undefined) throw new CliError('bad-backup', 'the backup is refused: it holds no site');
      await changing.note(`sites/${site.id}`, { restored: new Date(header.writtenAtMs).toISOString() });
      const rows = Object.values(content.tables).reduce((sum, of) => sum + (of?.length ?? 0), 0);
      return { site: site.name, rows };
    });
  } finally {
    await registry.close();
  }
}
