import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Looks for BlueZ's own daemon, which manages every adapter of the kernel and may switch advertising off or take an adapter
 * down. It is found by the name of its process: a bus to ask may be missing, or closed to this user.
 * @param folder where the kernel shows its processes.
 * @returns its process id; nothing where it does not run. Never rejects.
 */
export async function findBluetoothd(folder = '/proc'): Promise<number | undefined> {
  const entries = await readdir(folder).catch(() => []);
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    const name = await readFile(join(folder, entry, 'comm'), 'utf8').catch(() => ''); // It may have ended meanwhile.
    if (name.trim() === 'bluetoothd') return Number(entry);
  }
  return undefined;
}
