import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createThermometer } from './thermometer.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deskbeacon-thermal-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function writeZone(zone: string, text: string): Promise<void> {
  await mkdir(join(directory, zone), { recursive: true });
  await writeFile(join(directory, zone, 'temp'), text);
}

async function readC(): Promise<number | undefined> {
  const thermometer = createThermometer(directory);
  await thermometer.settled();
  return thermometer.latestC();
}

describe('the thermometer', () => {
  it('reads thousandths of a degree from the first zone that has any', async () => {
    await writeZone('thermal_zone10', '50000\n');
    await writeZone('thermal_zone2', '41234\n');
    await writeZone('cooling_device0', '1\n');
    await mkdir(join(directory, 'thermal_zone0'));
    expect(await readC()).toBe(41.234);
  });

  it.each(['', 'N/A\n', '12.5\n', '99999999\n'])('has no temperature where a zone says %j', async (text) => {
    await writeZone('thermal_zone0', text);
    expect(await readC()).toBeUndefined();
  });

  it('has none where there are no zones, and none on a machine without the directory', async () => {
    expect(await readC()).toBeUndefined();
    const thermometer = createThermometer(join(directory, 'nowhere'));
    await thermometer.settled();
    expect(thermometer.latestC()).toBeUndefined();
  });

  it('reads anew for the time after', async () => {
    await writeZone('thermal_zone0', '-5000\n');
    const thermometer = createThermometer(directory);
    await thermometer.settled();
    await writeZone('thermal_zone0', '6000\n');
    expect(thermometer.latestC()).toBe(-5);
    await thermometer.settled();
    expect(thermometer.latestC()).toBe(6);
  });
});
