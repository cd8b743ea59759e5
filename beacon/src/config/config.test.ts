import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { parseConfig, readConfig } from './config.js';

const required = [
  'organisation_uuid = "8b0ca750-e7a7-4e14-bd99-095477cb3e77"',
  'state_directory = "/var/lib/deskbeacond"',
];
const withLine = (...lines: readonly string[]): string => [...required, ...lines].join('\n');

function failureOf(text: string): BeaconError {
  try {
    parseConfig(text, 'desk.toml');
  } catch (error) {
    if (error instanceof BeaconError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the configuration', () => {
  it('needs an organisation and a state directory, and has a default for all else', () => {
    const { organisationUuid, ...rest } = parseConfig(withLine(), 'desk.toml');
    expect(Buffer.from(organisationUuid).toString('hex')).toBe('8b0ca750e7a74e14bd99095477cb3e77');
    expect(rest).toEqual({
      stateDirectory: '/var/lib/deskbeacond',
      exponentK: 9,
      intervalMs: 100,
      measuredPowerDbm: -59,
      clockOffsetS: 0,
      pairingMinutes: 10,
    });
  });

  it('takes every setting at both ends of its range', () => {
    const least = withLine('exponent_k = 0', 'interval_ms = 20', 'measured_power_dbm = -100', 'clock_offset_s = 0');
    const most = withLine(
      'exponent_k = 15',
      'interval_ms = 10240',
      'measured_power_dbm = 20',
      'clock_offset_s = 4294967295',
      'pairing_minutes = 60',
      'seed_file = "/boot/firmware/deskbeacon-seed.toml"',
      'radio = "hci:0"',
    );
    expect(parseConfig(least, 'desk.toml')).toMatchObject({
      exponentK: 0,
      intervalMs: 20,
      measuredPowerDbm: -100,
      clockOffsetS: 0,
    });
    expect(parseConfig(most, 'desk.toml')).toMatchObject({
      exponentK: 15,
      intervalMs: 10_240,
      measuredPowerDbm: 20,
      clockOffsetS: 0xffffffff,
      pairingMinutes: 60,
      seedFile: '/boot/firmware/deskbeacon-seed.toml',
      radio: 'hci:0',
    });
  });

  it.each([
    ['exponent_k = 16', 'desk.toml: exponent_k: expected an integer 0..15, got 16'],
    ['exponent_k = -1', 'desk.toml: exponent_k: expected an integer 0..15, got -1'],
    ['exponent_k = 9.5', 'desk.toml: exponent_k: expected an integer 0..15, got 9.5'],
    ['exponent_k = "9"', 'desk.toml: exponent_k: expected an integer 0..15, got "9"'],
    ['interval_ms = 19', 'desk.toml: interval_ms: expected an integer 20..10240, got 19'],
    ['interval_ms = 10241', 'desk.toml: interval_ms: expected an integer 20..10240, got 10241'],
    ['interval_ms = nan', 'desk.toml: interval_ms: expected an integer 20..10240, got NaN'],
    ['interval_ms = inf', 'desk.toml: interval_ms: expected an integer 20..10240, got Infinity'],
    ['interval_ms = 1970-01-01', 'desk.toml: interval_ms: expected an integer 20..10240, got "1970-01-01"'],
    ['measured_power_dbm = -101', 'desk.toml: measured_power_dbm: expected an integer -100..20, got -101'],
    ['measured_power_dbm = 21', 'desk.toml: measured_power_dbm: expected an integer -100..20, got 21'],
    ['pairing_minutes = 61', 'desk.toml: pairing_minutes: expected an integer 0..60, got 61'],
    ['clock_offset_s = -1', 'desk.toml: clock_offset_s: expected an integer 0..4294967295, got -1'],
    ['clock_offset_s = 4294967296', 'desk.toml: clock_offset_s: expected an integer 0..4294967295, got 4294967296'],
    ['button = 0', 'desk.toml: button: expected a path, got 0'],
    ['light = 0', 'desk.toml: light: expected a path, got 0'],
    ['synchronised_file = 0', 'desk.toml: synchronised_file: expected a path, got 0'],
    ['seed_file = 0', 'desk.toml: seed_file: expected a path, got 0'],
    ['seed_file = ""', 'desk.toml: seed_file: expected a path, got ""'],
    ['radio = 0', 'desk.toml: radio: expected a radio, for example "hci:0", got 0'],
    ['radio = ""', 'desk.toml: radio: expected a radio, for example "hci:0", got ""'],
    ['intervall_ms = 100', 'desk.toml: intervall_ms: unknown setting; known are organisation_uuid, state_directory'],
    ['constructor = 1', 'desk.toml: constructor: unknown setting'],
    ['[radio]\nname = 1', 'desk.toml: radio: expected a radio, for example "hci:0", got {"name":1}'],
    [
      'exponent_k = 2\ninterval_ms = 1601',
      'desk.toml: interval_ms: expected at most 1600 ms with exponent_k = 2, got 1601',
    ],
  ])('refuses %j and says what is expected', (line, message) => {
    const failure = failureOf(withLine(line));
    expect(failure.code).toBe('config-invalid');
    expect(failure.message).toContain(message);
  });

  it.each([
    ['state_directory = "/x"', 'organisation_uuid: expected a UUID, and it is missing'],
    [`${required[0]}`, 'state_directory: expected a directory, and it is missing'],
    ['organisation_uuid = "8b0c"\nstate_directory = "/x"', 'organisation_uuid: expected a UUID, got "8b0c"'],
    [`${required[0]}\nstate_directory = ""`, 'state_directory: expected a directory, got ""'],
    [`${required[0]}\nstate_directory = 1`, 'state_directory: expected a directory, got 1'],
  ])('refuses %j', (text, message) => {
    expect(failureOf(text).message).toContain(message);
  });

  it('names the line and the column where it is no TOML', () => {
    const failure = failureOf(withLine('interval_ms = = 3'));
    expect(failure.code).toBe('config-invalid');
    expect(failure.message).toMatch(/^desk\.toml:3:\d+: /);
  });

  it('is read from its file, and missing by name', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'deskbeacon-config-'));
    const file = join(directory, 'desk.toml');
    await expect(readConfig(file)).rejects.toMatchObject({
      code: 'config-missing',
      message: expect.stringContaining(file),
    });
    await expect(readConfig(directory)).rejects.toMatchObject({ code: 'config-missing' });
    await writeFile(file, withLine());
    expect(await readConfig(file)).toMatchObject({ exponentK: 9 });
    await rm(directory, { recursive: true });
  });
});

describe('docs/daemon.md', () => {
  it('lists every setting with its default, and no other', async () => {
    const page = await readFile(new URL('../../../docs/daemon.md', import.meta.url), 'utf8');
    const known = failureOf(withLine('unknown = 1')).message.split('known are ')[1]?.split(', ') ?? [];
    expect(known).toHaveLength(13);
    const section = page.split('\n## Settings')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \|/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual([...known].sort());
    const defaults = Object.fromEntries(rows.map(([, name, , usual]) => [name, usual?.replace('−', '-')]));
    const { exponentK, intervalMs, measuredPowerDbm, clockOffsetS, pairingMinutes } = parseConfig(
      withLine(),
      'desk.toml',
    );
    expect(defaults).toMatchObject({
      exponent_k: `${exponentK}`,
      interval_ms: `${intervalMs}`,
      measured_power_dbm: `${measuredPowerDbm}`,
      clock_offset_s: `${clockOffsetS}`,
      pairing_minutes: `${pairingMinutes}`,
    });
  });
});
