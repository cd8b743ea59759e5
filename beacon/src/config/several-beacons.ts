import { join } from 'node:path';
import { BeaconError } from '../errors.js';
import { type DaemonConfig, readConfig } from './config.js';
import type { RuleFault, SettingValues } from './setting-kinds.js';

/** The table `[radios]`: several beacons on one machine, each with a name, a radio, keys and a control socket of its own. */

const NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;
export const MOST_RADIOS = 16;

export const radiosSchema = {
  type: 'object',
  propertyNames: { pattern: NAME.source },
  additionalProperties: { type: 'string', minLength: 1 },
  minProperties: 1,
  maxProperties: MOST_RADIOS,
};

/** Of one beacon alone: beside several nobody could tell whose they are. */
const ofOne = ['radio', 'seed_file', 'button', 'light'] as const;

export const radiosConditions = [
  {
    if: { properties: { radios: {} }, required: ['radios'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { properties: Object.fromEntries(ofOne.map((name) => [name, false])) },
  },
];

/** @returns what is wrong with the table, or beside it. */
export function findRadiosFault(values: SettingValues): RuleFault | undefined {
  const radios = values.radios as SettingValues | undefined;
  if (radios === undefined) return undefined;
  const beside = ofOne.find((name) => values[name] !== undefined);
  if (beside !== undefined)
    return { path: [beside], expected: `no ${beside} beside [radios]: whose would it be?`, got: values[beside] };
  const entries = Object.entries(radios);
  if (entries.length < 1 || entries.length > MOST_RADIOS)
    return { path: ['radios'], expected: `1 to ${MOST_RADIOS} beacons`, got: entries.length };
  for (const [name, radio] of entries) {
    const path = ['radios', name];
    if (!NAME.test(name))
      return { path, expected: 'a name of small letters, digits and hyphens, at most 31', got: name };
    if (typeof radio !== 'string' || radio === '')
      return { path, expected: 'a radio, for example "hci:0"', got: radio };
  }
  return undefined;
}

/** @returns the beacons of a file, in its order; none where it describes one alone. */
export function namesOf({ radios }: DaemonConfig): readonly string[] {
  return Object.keys(radios ?? {});
}

/**
 * Reads the settings of one beacon.
 * @param beacon its name in `[radios]`; absent where the file describes one alone.
 * @throws BeaconError what `readConfig` throws, and `beacon-unnamed`.
 */
export async function readConfigOf(file: string, beacon: string | undefined): Promise<DaemonConfig> {
  const config = await readConfig(file);
  const names = namesOf(config);
  if (beacon === undefined && names.length === 0) return config;
  if (beacon !== undefined && names.includes(beacon)) return configOf(config, beacon);
  const asked = beacon === undefined ? 'it describes several beacons' : `it describes no beacon "${beacon}"`;
  const there = names.length === 0 ? 'one alone, without a name' : names.join(', ');
  throw new BeaconError('beacon-unnamed', `${file}: ${asked}; there is ${there}`);
}

/** Keys, time, door and metrics of each are its own. */
function configOf({ radios = {}, stateDirectory, controlSocket, metricsPort, ...shared }: DaemonConfig, name: string) {
  return {
    ...shared,
    radio: radios[name] as string,
    stateDirectory: join(stateDirectory, name),
    ...(controlSocket === undefined ? {} : { controlSocket: besideName(controlSocket, name) }),
    ...(metricsPort === undefined ? {} : { metricsPort: metricsPort + Object.keys(radios).indexOf(name) }),
  };
}

/** `/run/deskbeacond/control.sock` becomes `/run/deskbeacond/control-door.sock`. */
function besideName(path: string, name: string): string {
  return path.endsWith('.sock') ? `${path.slice(0, -'.sock'.length)}-${name}.sock` : `${path}-${name}`;
}
