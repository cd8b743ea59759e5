import type { DaemonConfig } from '../config/config.js';

/** What another reading of the settings changes. Names are those of the file. */
export interface SettingsChange {
  /** Counts from now on. */
  readonly live: readonly string[];
  /** Counts after a restart. */
  readonly needsRestart: readonly string[];
}

/** What is looked at anew each time it is needed; of `frames`, `extended` and `tx_power_dbm` when the radio is opened again. Everything else has been opened or started with its first value. */
const live: readonly string[] = [
  'organisationUuid',
  'exponentK',
  'intervalMs',
  'measuredPowerDbm',
  'clockOffsetS',
  'light',
  'frames',
];

export function compareSettings(before: DaemonConfig, after: DaemonConfig): SettingsChange {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof DaemonConfig)[];
  const changed = keys.filter((key) => textOf(before[key]) !== textOf(after[key]));
  return {
    live: changed.filter((key) => live.includes(key)).map(nameOf),
    needsRestart: changed.filter((key) => !live.includes(key)).map(nameOf),
  };
}

/** @returns the settings to go on with: what needs a restart stays as it was. */
export function mergeSettings(before: DaemonConfig, after: DaemonConfig): DaemonConfig {
  const { light: _before, frames: _past, ...rest } = before;
  const { organisationUuid, exponentK, intervalMs, measuredPowerDbm, clockOffsetS, light, frames } = after;
  const air = { organisationUuid, exponentK, intervalMs, measuredPowerDbm, clockOffsetS };
  return { ...rest, ...air, ...(light === undefined ? {} : { light }), ...(frames === undefined ? {} : { frames }) };
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value ?? null);
}

/** `stateDirectory` is `state_directory` in the file. */
function nameOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
