import { readFileSync } from 'node:fs';
import { parseRadioAddress } from '@deskbeacon/beacon/radio';
import { parse, TomlError } from 'smol-toml';
import type { AttenuatorOptions } from '../instruments/attenuator.js';
import type { PowerMeterOptions } from '../instruments/power-meter.js';
import { type RelayOptions, relayChannels, relayKinds } from '../instruments/relay.js';

/** What stands on somebody's bench. docs/instruments.md lists the same tables and keys. */
export interface RigFile {
  /** Radio strings, as `--radio` takes them. */
  readonly beaconRadio: string;
  readonly phoneRadio: string;
  readonly observerRadio?: string;
  /** `channel` is the relay that carries the beacon's power while it is on. */
  readonly relay?: RelayOptions & { readonly channel: number };
  readonly attenuator?: AttenuatorOptions;
  readonly powerMeter?: PowerMeterOptions;
}

export class RigFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RigFileError';
  }
}

/** The tables, and the keys of each. */
const known: Readonly<Record<string, readonly string[]>> = {
  beacon: ['radio'],
  phone: ['radio'],
  observer: ['radio'],
  relay: ['path', 'kind', 'channel', 'baud'],
  attenuator: ['path', 'baud', 'max_db', 'step_db'],
  power_meter: ['path', 'baud'],
};

/** @throws {RigFileError} when the file cannot be read or is wrong. */
export function readRigFile(file: string): RigFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new RigFileError(`cannot read the rig file ${file}: ${(cause as Error).message}`, { cause });
  }
  return parseRigFile(text, file);
}

/**
 * @param name what the text is called in messages.
 * @throws {RigFileError} with the key (or line and column), what was expected, and what stands there.
 */
export function parseRigFile(text: string, name: string): RigFile {
  const file = parseToml(text, name);
  refuseUnknown(name, Object.keys(file), Object.keys(known));
  const [beacon, phone] = [readTable(file, 'beacon', name), readTable(file, 'phone', name)];
  const [observer, relay] = [readTable(file, 'observer', name), readTable(file, 'relay', name)];
  const [attenuator, meter] = [readTable(file, 'attenuator', name), readTable(file, 'power_meter', name)];
  return {
    beaconRadio: readRadio(beacon ?? fail(`${name}: beacon`, 'a table [beacon] with its radio')),
    phoneRadio: readRadio(phone ?? fail(`${name}: phone`, 'a table [phone] with its radio')),
    ...(observer && { observerRadio: readRadio(observer) }),
    ...(relay && { relay: readRelay(relay) }),
    ...(attenuator && {
      attenuator: {
        ...readPort(attenuator),
        maxDb: attenuator.number('max_db', 1, 200),
        stepDb: attenuator.number('step_db', 0.01, 10),
      },
    }),
    ...(meter && { powerMeter: readPort(meter) }),
  };
}

function readRadio(table: Table): string {
  const radio = table.text('radio', 'a radio, e.g. "h4:/dev/ttyACM0"');
  try {
    parseRadioAddress(radio);
  } catch (cause) {
    throw new RigFileError(`${table.name}.radio: ${(cause as Error).message}`, { cause });
  }
  return radio;
}

function readPort(table: Table): { readonly path: string; readonly baud: number | undefined } {
  const path = table.text('path', 'a path, e.g. "/dev/serial/by-id/usb-…"');
  return { path, baud: table.integer('baud', 300, 12_000_000) };
}

function readRelay(table: Table): NonNullable<RigFile['relay']> {
  const port = readPort(table);
  const choices = relayKinds.map((kind) => `"${kind}"`).join(' or ');
  const given = table.text('kind', choices);
  const kind = relayKinds.find((one) => one === given) ?? fail(`${table.name}.kind`, choices, given);
  const { first, last } = relayChannels[kind];
  const channel = table.integer('channel', first, last);
  const expectation = `the relay that carries the beacon's power, ${first}..${last}`;
  return { ...port, kind, channel: channel ?? fail(`${table.name}.channel`, expectation) };
}

interface Table {
  /** File and table, for messages. */
  readonly name: string;
  text(key: string, expectation: string): string;
  integer(key: string, least: number, most: number): number | undefined;
  number(key: string, least: number, most: number): number | undefined;
}

function readTable(file: Readonly<Record<string, unknown>>, table: string, fileName: string): Table | undefined {
  const value = file[table];
  const name = `${fileName}: ${table}`;
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(name, 'a table', value);
  const values = value as Readonly<Record<string, unknown>>;
  refuseUnknown(name, Object.keys(values), known[table] as readonly string[]);
  const number = (key: string, least: number, most: number, fits: (value: number) => boolean): number | undefined => {
    const value = values[key];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && fits(value) && value >= least && value <= most) return value;
    return fail(`${name}.${key}`, `${fits === Number.isInteger ? 'an integer' : 'a number'} ${least}..${most}`, value);
  };
  return {
    name,
    text: (key, expectation) => {
      const value = values[key];
      return typeof value === 'string' && value !== '' ? value : fail(`${name}.${key}`, expectation, value);
    },
    integer: (key, least, most) => number(key, least, most, Number.isInteger),
    number: (key, least, most) => number(key, least, most, Number.isFinite),
  };
}

function refuseUnknown(where: string, given: readonly string[], wanted: readonly string[]): void {
  const unknown = given.find((key) => !wanted.includes(key));
  if (unknown !== undefined)
    throw new RigFileError(`${where}: "${unknown}" is unknown here; known are ${wanted.join(', ')}`);
}

function fail(where: string, expectation: string, value?: unknown): never {
  // JSON has no word for nan and inf; TOML has.
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  throw new RigFileError(
    `${where}: expected ${expectation}, ${value === undefined ? 'and it is missing' : `got ${shown}`}`,
  );
}

function parseToml(text: string, name: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what] = cause.message.replace('Invalid TOML document: ', '').split('\n');
    throw new RigFileError(`${name}:${cause.line}:${cause.column}: ${what}`, { cause });
  }
}
