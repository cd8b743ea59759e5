import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBluetoothd } from './bluetoothd.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deskbeacon-proc-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function addProcess(entry: string, comm: string): Promise<void> {
  await mkdir(join(folder, entry));
  await writeFile(join(folder, entry, 'comm'), `${comm}\n`);
}

describe('the search for bluetoothd', () => {
  it('finds its process by name, past files and processes that are gone', async () => {
    await addProcess('1', 'systemd');
    await mkdir(join(folder, '2'));
    await addProcess('bus', 'bluetoothd');
    expect(await findBluetoothd(folder)).toBeUndefined();
    await addProcess('812', 'bluetoothd');
    expect(await findBluetoothd(folder)).toBe(812);
  });

  it('takes no other daemon of the same beginning for it', async () => {
    await addProcess('7', 'bluetoothd-x');
    expect(await findBluetoothd(folder)).toBeUndefined();
  });

  it('finds nothing where no processes are shown', async () => {
    expect(await findBluetoothd('/nowhere')).toBeUndefined();
  });
});
