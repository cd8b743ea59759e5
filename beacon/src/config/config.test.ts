import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
      logLevel: 'info',
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
    ['exponent_k = 16', 'desk.toml:3:1: exponent_k: expected an integer 0..15, got 16'],
    ['exponent_k = -1', 'desk.toml:3:1: exponent_k: expected an integer 0..15, got -1'],
    ['exponent_k = 9.5', 'desk.toml:3:1: exponent_k: expected an integer 0..15, got 9.5'],
    ['exponent_k = "9"', 'desk.toml:3:1: exponent_k: expected an integer 0..15, got "9"'],
    ['interval_ms = 19', 'desk.toml:3:1: interval_ms: expected an integer 20..10240, got 19'],
    ['interval_ms = 10241', 'desk.toml:3:1: interval_ms: expected an integer 20..10240, got 10241'],
    ['interval_ms = nan', 'desk.toml:3:1: interval_ms: expected an integer 20..10240, got NaN'],
    ['interval_ms = inf', 'desk.toml:3:1: interval_ms: expected an integer 20..10240, got Infinity'],
    ['interval_ms = 1970-01-01', 'desk.toml:3:1: interval_ms: expected an integer 20..10240, got "1970-01-01"'],
    ['measured_power_dbm = -101', 'desk.toml:3:1: measured_power_dbm: expected an integer -100..20, got -101'],
    ['measured_power_dbm = 21', 'desk.toml:3:1: measured_power_dbm: expected an integer -100..20, got 21'],
    ['pairing_minutes = 61', 'desk.toml:3:1: pairing_minutes: expected an integer 0..60, got 61'],
    ['clock_offset_s = -1', 'desk.toml:3:1: clock_offset_s: expected an integer 0..4294967295, got -1'],
    ['clock_offset_s = 4294967296', 'desk.toml:3:1: clock_offset_s: expected an integer 0..4294967295, got 4294967296'],
    ['button = 0', 'desk.toml:3:1: button: expected a path, got 0'],
    ['light = 0', 'desk.toml:3:1: light: expected a path, got 0'],
    ['metrics_port = 80', 'desk.toml:3:1: metrics_port: expected an integer 1024..65535, got 80'],
    [
      'log_level = "trace"',
      'desk.toml:3:1: log_level: expected one of "error", "warning", "info", "debug", got "trace"',
    ],
    ['synchronised_file = 0', 'desk.toml:3:1: synchronised_file: expected a path, got 0'],
    ['seed_file = 0', 'desk.toml:3:1: seed_file: expected a path, got 0'],
    ['seed_file = ""', 'desk.toml:3:1: seed_file: expected a path, got ""'],
    ['radio = 0', 'desk.toml:3:1: radio: expected a radio, for example "hci:0", got 0'],
    ['radio = ""', 'desk.toml:3:1: radio: expected a radio, for example "hci:0", got ""'],
    [
      'intervall_ms = 100',
      'desk.toml:3:1: intervall_ms: expected a known setting (did you mean interval_ms?), got "intervall_ms"',
    ],
    [
      'constructor = 1',
      'desk.toml:3:1: constructor: expected a known setting (known are organisation_uuid, state_directory, ',
    ],
    ['[radio]\nname = 1', 'desk.toml:3:2: radio: expected a radio, for example "hci:0", got {"name":1}'],
    [
      'exponent_k = 2\ninterval_ms = 1601',
      'desk.toml:4:1: interval_ms: expected at most 1600 ms with exponent_k = 2, got 1601',
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

  it('names all that is wrong at once, in the order of the file', () => {
    const text = 'exponent_k = 77\nradio = ""\n\n  interval = 5\nlog_level = 3\norganisation_uuid = "x"';
    expect(failureOf(text).message.split('\n')).toEqual([
      'desk.toml: state_directory: expected a directory, and it is missing',
      'desk.toml:1:1: exponent_k: expected an integer 0..15, got 77',
      'desk.toml:2:1: radio: expected a radio, for example "hci:0", got ""',
      'desk.toml:4:3: interval: expected a known setting (did you mean interval_ms?), got "interval"',
      'desk.toml:5:1: log_level: expected one of "error", "warning", "info", "debug", got 3',
      'desk.toml:6:1: organisation_uuid: expected a UUID, got "x"',
    ]);
  });

  it('shows no more of a value than a line holds', () => {
    expect(failureOf(withLine(`exponent_k = "${'9'.repeat(5000)}"`)).message.length).toBeLessThan(200);
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
