/** What is allowed and does not work on this machine as it is: looked at, never changed. */
import { access, constants, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { BeaconError } from '../errors.js';
import { parseRadioAddress } from '../radio/radio-address.js';
import type { DaemonConfig } from './config.js';

export interface ConfigWarning {
  /** The setting it is about. */
  readonly key: string;
  readonly text: string;
}

/** Controllers before 5.0 take no less for what nobody can connect to (Core 4.2, Vol 2 Part E §7.8.5). */
const LEAST_OF_ALL_CONTROLLERS_MS = 100;
const MOST_PATH_OCTETS = 107;

/** @returns what a person should know before the daemon is started, in the order of the settings. */
export async function findWarnings(config: DaemonConfig): Promise<readonly ConfigWarning[]> {
  const found = await Promise.all([
    stateWarnings(config),
    intervalWarnings(config),
    socketWarnings(config),
    deviceWarnings('button', config.button),
    deviceWarnings('light', config.light),
    seedWarnings(config),
    radioWarnings(config),
  ]);
  return found.flat();
}

async function stateWarnings({ stateDirectory }: DaemonConfig): Promise<readonly ConfigWarning[]> {
  const warn = (text: string): ConfigWarning => ({ key: 'state_directory', text });
  const warnings = isAbsolute(stateDirectory)
    ? []
    : [warn(`${stateDirectory} is relative to where the daemon is started`)];
  const found = await stat(stateDirectory).catch(() => undefined);
  if (found === undefined) {
    const parent = dirname(stateDirectory);
    const canMake = await access(parent, constants.W_OK).then(...yesOrNo);
    return canMake
      ? warnings
      : [...warnings, warn(`${stateDirectory} is not there, and this user cannot make it in ${parent}`)];
  }
  if (!found.isDirectory()) return [...warnings, warn(`${stateDirectory} is no directory`)];
  if ((found.mode & 0o022) !== 0)
    warnings.push(
      warn(`${stateDirectory} has mode ${octal(found.mode)}: others may put files there, and the daemon refuses it`),
    );
  const key = await stat(join(stateDirectory, 'root-key.json')).catch(() => undefined);
  if (key !== undefined && (key.mode & 0o077) !== 0)
    warnings.push(warn(`root-key.json has mode ${octal(key.mode)}: others may read it, and the daemon refuses it`));
  const canUse = await access(stateDirectory, constants.R_OK | constants.W_OK | constants.X_OK).then(...yesOrNo);
  if (!canUse) warnings.push(warn(`${stateDirectory} cannot be used by this user; the daemon's own may`));
  return warnings;
}

function intervalWarnings({ intervalMs }: DaemonConfig): readonly ConfigWarning[] {
  if (intervalMs >= LEAST_OF_ALL_CONTROLLERS_MS) return [];
  return [{ key: 'interval_ms', text: `${intervalMs} ms is refused by controllers before Bluetooth 5.0` }];
}

async function socketWarnings({ controlSocket }: DaemonConfig): Promise<readonly ConfigWarning[]> {
  const key = 'control_socket';
  if (controlSocket === undefined)
    return [{ key, text: 'without it status, pair-window, ring-all and deskbeacon ring-all reach nothing' }];
  if (Buffer.byteLength(controlSocket) > MOST_PATH_OCTETS)
    return [{ key, text: `the path is longer than the ${MOST_PATH_OCTETS} octets that a socket may have` }];
  const directory = dirname(controlSocket);
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return [];
  return [{ key, text: `${directory} is not there; under systemd RuntimeDirectory= makes it at the start` }];
}

async function deviceWarnings(key: string, path: string | undefined): Promise<readonly ConfigWarning[]> {
  if (path === undefined || (await isThere(path))) return [];
  return [{ key, text: `${path} is not there` }];
}

/** Counts at the very first start only. */
async function seedWarnings({ seedFile, stateDirectory }: DaemonConfig): Promise<readonly ConfigWarning[]> {
  if (seedFile === undefined || (await isThere(seedFile)) || (await isThere(join(stateDirectory, 'root-key.json'))))
    return [];
  const text = `${seedFile} is not there: the setup code is drawn, and a label printed beforehand does not fit`;
  return [{ key: 'seed_file', text }];
}

function radioWarnings({ radio }: DaemonConfig): readonly ConfigWarning[] {
  if (radio === undefined) return [{ key: 'radio', text: 'none is named: run needs --radio' }];
  try {
    parseRadioAddress(radio);
    return [];
  } catch (error) {
    if (!(error instanceof BeaconError)) throw error;
    return [{ key: 'radio', text: error.message }];
  }
}

const yesOrNo = [(): boolean => true, (): boolean => false] as const;

function isThere(path: string): Promise<boolean> {
  return access(path).then(...yesOrNo);
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8);
}
