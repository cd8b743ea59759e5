import { type ExaminedConfig, examineConfig, readConfigText, tellFault } from './config.js';
import { findWarnings } from './config-warnings.js';
import type { SettingValue, SettingValues } from './setting-kinds.js';
import type { TomlPath } from './toml-places.js';

/** What `check-config --json` says. */
export interface ConfigReport {
  readonly version: 1;
  readonly file: string;
  readonly isValid: boolean;
  readonly faults: readonly ToldFault[];
  /** Empty where there are faults. */
  readonly warnings: readonly ToldWarning[];
  /** What counts in the end; without what is wrong. */
  readonly settings: readonly EffectiveSetting[];
}

export interface ToldFault {
  readonly key?: string;
  readonly line?: number;
  readonly column?: number;
  readonly expected: string;
  readonly got?: string;
  /** All of it as one line. */
  readonly text: string;
}

export interface ToldWarning {
  readonly key: string;
  readonly line?: number;
  readonly column?: number;
  readonly text: string;
}

export interface EffectiveSetting {
  readonly name: string;
  readonly value: SettingValue;
  readonly isDefault: boolean;
}

/** Reads a file and says all that is wrong with it, what does not work on this machine, and what its settings come to. */
export async function checkConfig(file: string): Promise<ConfigReport> {
  const text = await readConfigText(file);
  const examined = examineConfig(text);
  const warnings = examined.config === undefined ? [] : await findWarnings(examined.config);
  return {
    version: 1,
    file,
    isValid: examined.config !== undefined,
    faults: examined.faults.map((fault) => {
      const { place, ...told } = fault;
      return { ...told, ...place, text: tellFault(fault, file) };
    }),
    warnings: warnings.map(({ key, text: words }) => ({ key, ...examined.places.at([key]), text: words })),
    settings: effectiveSettings(examined.values, examined),
  };
}

/** Those of a table by their whole name. */
function effectiveSettings(
  values: SettingValues,
  examined: ExaminedConfig,
  path: TomlPath = [],
): readonly EffectiveSetting[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const whole = [...path, name];
    if (value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value))
      return effectiveSettings(value as SettingValues, examined, whole);
    return [{ name: whole.join('.'), value, isDefault: examined.places.at(whole) === undefined }];
  });
}

/** @returns settings and warnings for people. */
export function renderReport({ file, settings, warnings }: ConfigReport): string {
  const width = Math.max(...settings.map(({ name }) => name.length));
  const lines = settings.map(
    ({ name, value, isDefault }) => `${name.padEnd(width)} = ${JSON.stringify(value)}${isDefault ? '  (default)' : ''}`,
  );
  const told = warnings.map(({ key, line, column, text }) => {
    const where = line === undefined ? file : `${file}:${line}:${column}`;
    return `warning: ${where}: ${key}: ${text}`;
  });
  const verdict = warnings.length === 0 ? 'no warnings' : `${warnings.length} warning${warnings.length > 1 ? 's' : ''}`;
  return [`${file}: right, ${verdict}`, '', ...lines, ...(told.length > 0 ? ['', ...told] : []), ''].join('\n');
}
