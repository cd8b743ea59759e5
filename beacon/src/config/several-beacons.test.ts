import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { parseConfig } from './config.js';
import { namesOf, readConfigOf } from './several-beacons.js';

const required = ['organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"', 'state_directory = "/var/lib/x"'];
const several = [...required, '[radios]', 'window = "hci:0"', 'door = "h4:/dev/ttyACM0"'];

function messageOf(lines: readonly string[]): string {
  try {
    parseConfig(lines.join('\n'), 'desk.toml');
  } catch (error) {
    if (error instanceof BeaconError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('several beacons on one machine', () => {
  let directory: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'deskbeacon-several-'));
    file = join(directory, 'desk.toml');
    const sockets = ['control_socket = "/run/deskbeacond/control.sock"', 'metrics_port = 9100'];
    await writeFile(file, [...required, ...sockets, ...several.slice(2)].join('\n'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('have a radio, keys, a door and metrics of their own, and all else in common', async () => {
    const [window, door] = [await readConfigOf(file, 'window'), await readConfigOf(file, 'door')];
    expect(window).toMatchObject({
      radio: 'hci:0',
      stateDirectory: '/var/lib/x/window',
      controlSocket: '/run/deskbeacond/control-window.sock',
      metricsPort: 9100,
    });
    expect(door).toMatchObject({
      radio: 'h4:/dev/ttyACM0',
      stateDirectory: '/var/lib/x/door',
      controlSocket: '/run/deskbeacond/control-door.sock',
      metricsPort: 9101,
    });
    expect(door.organisationUuid).toEqual(window.organisationUuid);
    expect(namesOf(window)).toEqual([]);
  });

  it('have to be named, by a name that is there', async () => {
    await expect(readConfigOf(file, undefined)).rejects.toMatchObject({
      code: 'beacon-unnamed',
      message: expect.stringContaining('there is window, door'),
    });
    await expect(readConfigOf(file, 'shelf')).rejects.toMatchObject({ code: 'beacon-unnamed' });
  });

  it.each([
    [[...several, 'Shelf = "hci:1"'], 'desk.toml:6:1: radios.Shelf: expected a name of small letters'],
    [[...several, 'shelf = 1'], 'desk.toml:6:1: radios.shelf: expected a radio, for example "hci:0", got 1'],
    [[...required, '[radios]'], 'desk.toml:3:2: radios: expected 1 to 16 beacons, got 0'],
    [['radio = "hci:0"', ...several], 'desk.toml:1:1: radio: expected no radio beside [radios]'],
    [['seed_file = "/x"', ...several], 'desk.toml:1:1: seed_file: expected no seed_file beside [radios]'],
  ])('are refused with what is wrong: %j', (lines, message) => {
    expect(messageOf(lines)).toContain(message);
  });
});
