import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainBlock, readRadioSwitches } from './rfkill.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deskbeacon-rfkill-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function addSwitch(entry: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, entry));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, entry, file), `${text}\n`);
}
const free = { name: 'hci0', isSoftBlocked: false, isHardBlocked: false };

describe('the switchboard of radios', () => {
  it('is read for Bluetooth alone, and one that is half gone is passed over', async () => {
    await addSwitch('rfkill0', { type: 'wlan', name: 'phy0', soft: '1', hard: '0' });
    await addSwitch('rfkill1', { type: 'bluetooth', name: 'hci0', soft: '1', hard: '0' });
    await addSwitch('rfkill2', { type: 'bluetooth', name: 'hci1', soft: '0' });
    expect(await readRadioSwitches(folder)).toEqual([{ ...free, isSoftBlocked: true }]);
  });

  it('may be missing', async () => {
    expect(await readRadioSwitches(join(folder, 'none'))).toEqual([]);
  });

  it('explains a block by a program and by a real switch, the real one first', () => {
    expect(explainBlock([free], 'hci0')).toBeUndefined();
    expect(explainBlock([{ ...free, isSoftBlocked: true }], 'hci0')).toMatch(/rfkill unblock bluetooth/);
    expect(explainBlock([{ ...free, isSoftBlocked: true, isHardBlocked: true }], 'hci0')).toMatch(/slide it/);
  });

  it('counts the switch of the machine for every adapter, and that of another adapter for none', () => {
    expect(explainBlock([{ ...free, name: 'tpacpi_bluetooth_sw', isHardBlocked: true }], 'hci0')).toMatch(/tpacpi/);
    expect(explainBlock([{ ...free, name: 'hci1', isSoftBlocked: true }], 'hci0')).toBeUndefined();
  });
});
