import { join } from 'node:path';
import { BeaconError } from '../errors.js';
import { type DaemonConfig, readConfig } from './config.js';

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
