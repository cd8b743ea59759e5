import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { BeaconError } from '../errors.js';

/** What is on the air, and how: set by the file, or over the air by whoever owns the beacon. */
export interface AirSettings {
  /** 16 octets, the same for the whole organisation. */
  readonly organisationUuid: Uint8Array;
  /** 0..15: identities change every 2^K s. */
  readonly exponentK: number;
  /** 20..10240 ms. */
  readonly intervalMs: number;
  /** Received power at 1 m, −100..20 dBm. */
  readonly measuredPowerDbm: number;
  /** Added to Unix seconds, 0..2^32−1. */
  readonly clockOffsetS: number;
}

/** What an administrator sets, checked. docs/daemon.md lists the same names and ranges. */
export interface DaemonConfig extends AirSettings {
  readonly stateDirectory: string;
  /** How long after its start a beacon that nobody owns lets itself be paired; 0: never. */
  readonly pairingMinutes: number;
  /** Where the daemon can be asked on its own machine; absent: nowhere. */
  readonly controlSocket?: string;
  /** A button that opens the pairing window: an input device; absent: none. */
  readonly button?: string;
  /** A light of the machine that `identify` blinks: a folder below /sys/class/leds; absent: none. */
  readonly light?: string;
  /** Where the setup code is taken from at the very first start; absent: it is drawn. */
  readonly seedFile?: string;
  /** A file that is there while the system's clock is right; absent: the system is asked. */
  readonly synchronisedFile?: string;
  /** Used when the command line names none. */
  readonly radio?: string;
}

const known = [
  'organisation_uuid',
  'state_directory',
  'exponent_k',
  'interval_ms',
  'measured_power_dbm',
  'clock_offset_s',
  'pairing_minutes',
  'control_socket',
  'button',
  'light',
  'seed_file',
  'synchronised_file',
  'radio',
];
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

/** Both frames are to get on the air in each window of 2^K s, with the pause at its end. */
export function longestIntervalMs(exponentK: number): number {
  return 2 ** exponentK * 400;
}

/** @throws BeaconError `config-missing` or `config-invalid`. */
export async function readConfig(file: string): Promise<DaemonConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new BeaconError('config-missing', `cannot read the configuration ${file}`, { cause });
  }
  return parseConfig(text, file);
}

/**
 * @param name what the text is called in messages.
 * @throws BeaconError `config-invalid` with the setting, what was expected, and what stands there.
 */
export function parseConfig(text: string, name: string): DaemonConfig {
  const table = parseToml(text, name);
  const fail = (key: string, expectation: string): never => {
    const value = table[key];
    // JSON has no word for nan and inf; TOML has.
    const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
    const given = key in table ? `, got ${shown}` : ', and it is missing';
    throw new BeaconError('config-invalid', `${name}: ${key}: expected ${expectation}${given}`);
  };
  for (const key of Object.keys(table)) {
    if (!known.includes(key))
      throw new BeaconError('config-invalid', `${name}: ${key}: unknown setting; known are ${known.join(', ')}`);
  }
  const string = (key: string, expectation: string): string => {
    const value = table[key];
    return typeof value === 'string' && value !== '' ? value : fail(key, expectation);
  };
  const integer = (key: string, least: number, most: number, usual: number): number => {
    const value = table[key] ?? usual;
    const isInteger = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
    return isInteger ? value : fail(key, `an integer ${least}..${most}`);
  };
  const uuid = string('organisation_uuid', 'a UUID');
  if (!UUID.test(uuid)) fail('organisation_uuid', 'a UUID');
  if (table.control_socket !== undefined) string('control_socket', 'a path');
  if (table.button !== undefined) string('button', 'a path');
  if (table.light !== undefined) string('light', 'a path');
  if (table.seed_file !== undefined) string('seed_file', 'a path');
  if (table.synchronised_file !== undefined) string('synchronised_file', 'a path');
  if (table.radio !== undefined) string('radio', 'a radio, for example "hci:0"');
  const exponentK = integer('exponent_k', 0, 15, 9);
  const intervalMs = integer('interval_ms', 20, 10240, 100);
  const mostMs = longestIntervalMs(exponentK);
  if (intervalMs > mostMs) fail('interval_ms', `at most ${mostMs} ms with exponent_k = ${exponentK}`);
  return {
    organisationUuid: new Uint8Array(Buffer.from(uuid.replaceAll('-', ''), 'hex')),
    stateDirectory: string('state_directory', 'a directory'),
    exponentK,
    intervalMs,
    measuredPowerDbm: integer('measured_power_dbm', -100, 20, -59),
    clockOffsetS: integer('clock_offset_s', 0, 0xffffffff, 0),
    pairingMinutes: integer('pairing_minutes', 0, 60, 10),
    ...(table.control_socket === undefined ? {} : { controlSocket: table.control_socket as string }),
    ...(table.button === undefined ? {} : { button: table.button as string }),
    ...(table.light === undefined ? {} : { light: table.light as string }),
    ...(table.seed_file === undefined ? {} : { seedFile: table.seed_file as string }),
    ...(table.synchronised_file === undefined ? {} : { synchronisedFile: table.synchronised_file as string }),
    ...(table.radio === undefined ? {} : { radio: table.radio as string }),
  };
}

function parseToml(text: string, name: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what] = cause.message.replace('Invalid TOML document: ', '').split('\n');
    throw new BeaconError('config-invalid', `${name}:${cause.line}:${cause.column}: ${what}`, { cause });
  }
}
