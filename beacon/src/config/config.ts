import { readFile } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import { BeaconError } from '../errors.js';
import type { FrameSet } from '../schedule/frame-set.js';
import { type CheckedSettings, checkSettings, type SettingFault } from './check-settings.js';
import { parseFrames } from './frame-settings.js';
import type { SettingValue, SettingValues } from './setting-kinds.js';
import { contextOf, rules, settings } from './settings-table.js';
import { locateToml, type TomlPlaces } from './toml-places.js';

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

export type LogLevel = 'error' | 'warning' | 'info' | 'debug';

/** What an administrator sets, checked. `settings-table.ts` has names, ranges and usual values. */
export interface DaemonConfig extends AirSettings {
  readonly stateDirectory: string;
  /** How long after its start a beacon that nobody owns lets itself be paired; 0: never. */
  readonly pairingMinutes: number;
  /** Where the daemon can be asked on its own machine; absent: nowhere. */
  readonly controlSocket?: string;
  /** A port of this machine alone for Prometheus; absent: none. */
  readonly metricsPort?: number;
  /** The least that is logged; `info` when absent. */
  readonly logLevel?: LogLevel;
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
  /** Several beacons on this machine, each by its name; absent: one. */
  readonly radios?: Readonly<Record<string, string>>;
  /** Which frames are on the air; absent: the usual ones. */
  readonly frames?: FrameSet;
}

/** A file that was read, whether it is right or not. */
export interface ExaminedConfig extends CheckedSettings {
  /** Absent where there are faults. */
  readonly config?: DaemonConfig;
  readonly places: TomlPlaces;
  /** Names of what stands in the file, the rest being usual. */
  readonly given: ReadonlySet<string>;
}

/** @throws BeaconError `config-missing` or `config-invalid`. */
export async function readConfig(file: string): Promise<DaemonConfig> {
  return parseConfig(await readConfigText(file), file);
}

/** @throws BeaconError `config-missing`. */
export async function readConfigText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new BeaconError('config-missing', `cannot read the configuration ${file}`, { cause });
  }
}

/**
 * @param name what the text is called in messages.
 * @throws BeaconError `config-invalid` with every fault: file, line, column, setting, what was expected, and what stands there.
 */
export function parseConfig(text: string, name: string): DaemonConfig {
  const { config, faults } = examineConfig(text);
  if (config === undefined) throw new BeaconError('config-invalid', tellFaults(faults, name));
  return config;
}

/** Finds everything that is wrong with a text, and what its settings come to. */
export function examineConfig(text: string): ExaminedConfig {
  const parsed = parseToml(text);
  const places = locateToml('fault' in parsed ? '' : text);
  if ('fault' in parsed) return { values: {}, faults: [parsed.fault], places, given: new Set() };
  const { table } = parsed;
  const checked = checkSettings(table, settings, rules, places);
  const given = new Set(Object.keys(table));
  return { ...checked, places, given, ...(checked.faults.length > 0 ? {} : { config: toConfig(checked.values) }) };
}

/** @returns one line a fault, as compilers write them: `file:line:column: key: expected …, got …`. */
export function tellFaults(faults: readonly SettingFault[], name: string): string {
  return faults.map((fault) => tellFault(fault, name)).join('\n');
}

export function tellFault({ key, place, expected, got }: SettingFault, name: string): string {
  const where = place === undefined ? name : `${name}:${place.line}:${place.column}`;
  if (key === undefined) return `${where}: expected ${expected}, got ${got ?? 'something else'}`;
  return `${where}: ${key}: expected ${expected}${got === undefined ? ', and it is missing' : `, got ${got}`}`;
}

function toConfig(values: SettingValues): DaemonConfig {
  const { organisation_uuid: uuid, frames, radios, ...others } = values;
  return {
    ...(toCamelCase(others) as Omit<DaemonConfig, 'organisationUuid'>),
    organisationUuid: new Uint8Array(Buffer.from((uuid as string).replaceAll('-', ''), 'hex')),
    ...(radios === undefined ? {} : { radios: radios as Readonly<Record<string, string>> }),
    ...(frames === undefined ? {} : { frames: parseFrames(frames, contextOf(values)) }),
  };
}

/** The names of a table and of the tables in it, as this program writes them. */
function toCamelCase(value: SettingValue | undefined): unknown {
  if (Array.isArray(value)) return value.map(toCamelCase);
  if (typeof value !== 'object') return value;
  const named = Object.entries(value).map(([name, inner]) => [
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    toCamelCase(inner),
  ]);
  return Object.fromEntries(named);
}

function parseToml(
  text: string,
): { readonly table: Readonly<Record<string, unknown>> } | { readonly fault: SettingFault } {
  try {
    return { table: parse(text) };
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const [what = ''] = cause.message.replace('Invalid TOML document: ', '').split('\n');
    return { fault: { place: { line: cause.line, column: cause.column }, expected: 'TOML', got: what } };
  }
}
