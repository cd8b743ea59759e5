import {
  expectationOf,
  type Setting,
  type SettingRule,
  type SettingValue,
  type SettingValues,
  type TableSetting,
  usualOf,
} from './setting-kinds.js';
import type { TomlPath, TomlPlace, TomlPlaces } from './toml-places.js';

/** One thing that is wrong with a file. */
export interface SettingFault {
  /** As one would write it: `frames.order[1]`; absent where the text is no TOML. */
  readonly key?: string;
  /** Absent where something is missing in a file that has no table for it. */
  readonly place?: TomlPlace;
  readonly expected: string;
  /** Absent where it is missing. */
  readonly got?: string;
}

export interface CheckedSettings {
  /** With usual values; what is faulty is left out. */
  readonly values: SettingValues;
  readonly faults: readonly SettingFault[];
}

const MOST_SHOWN_LETTERS = 80;
/** More than these a person does not read. */
const MOST_NEAR = 2;

/** Checks a whole file and finds everything that is wrong with it; rules count only when each setting by itself is right. */
export function checkSettings(
  table: Readonly<Record<string, unknown>>,
  settings: readonly Setting[],
  rules: readonly SettingRule[],
  places: TomlPlaces,
): CheckedSettings {
  const faults: SettingFault[] = [];
  const fault = (path: TomlPath, expected: string, got?: unknown): undefined => {
    const place = places.at(path) ?? places.at(path.slice(0, -1));
    faults.push({
      key: writePath(path),
      expected,
      ...(place === undefined ? {} : { place }),
      ...(got === undefined ? {} : { got: shown(got) }),
    });
    return undefined;
  };
  const values = checkTable(table, settings, [], fault);
  for (const { path, check } of faults.length > 0 ? [] : rules) {
    const found = check(values);
    if (typeof found === 'string') fault(path, found, valueAt(values, path));
    else if (found !== undefined) fault(found.path, found.expected, found.got);
  }
  return { values, faults: faults.sort(byPlace) };
}

type Report = (path: TomlPath, expected: string, got?: unknown) => undefined;

function checkTable(
  table: Readonly<Record<string, unknown>>,
  settings: readonly Setting[],
  path: TomlPath,
  fault: Report,
): SettingValues {
  const names = settings.map(({ name }) => name);
  for (const name of Object.keys(table)) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    const known = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known are ${names.join(', ')}`;
    // The name and not the value: what stands in the wrong place may be a code.
    fault([...path, name], `a known setting (${known})`, name);
  }
  const checked = settings.map((setting) => {
    const given = Object.hasOwn(table, setting.name) ? table[setting.name] : undefined;
    return [setting.name, checkGiven(given, setting, [...path, setting.name], fault)] as const;
  });
  return Object.fromEntries(checked.filter(([, value]) => value !== undefined));
}

function checkGiven(given: unknown, setting: Setting, path: TomlPath, fault: Report): SettingValue | undefined {
  if (given !== undefined) return checkValue(given, setting, path, fault);
  if (setting.kind === 'table') return usualTable(setting);
  if (setting.kind === 'text' && setting.isRequired === true) return fault(path, expectationOf(setting));
  return usualOf(setting);
}

/** What is usual inside a table counts where there is none; one that needs something is then not there at all. */
function usualTable({ settings }: TableSetting): SettingValues | undefined {
  let isWhole = true;
  const values = checkTable({}, settings, [], () => {
    isWhole = false;
    return undefined;
  });
  return isWhole ? values : undefined;
}

function checkValue(value: unknown, setting: Setting, path: TomlPath, fault: Report): SettingValue | undefined {
  const wrong = (): undefined => fault(path, expectationOf(setting), value);
  switch (setting.kind) {
    case 'integer': {
      const isInRange =
        Number.isInteger(value) && (value as number) >= setting.least && (value as number) <= setting.most;
      return isInRange ? (value as number) : wrong();
    }
    case 'text': {
      const isFit = typeof value === 'string' && new RegExp(setting.pattern ?? '[^]').test(value);
      return isFit ? value : wrong();
    }
    case 'choice':
      return typeof value === 'string' && setting.choices.includes(value) ? value : wrong();
    case 'flag':
      return typeof value === 'boolean' ? value : wrong();
    case 'list': {
      if (!Array.isArray(value) || value.length < setting.least || value.length > setting.most) return wrong();
      const items = value.map((item, i) => checkValue(item, setting.item, [...path, i], fault));
      return items.filter((item) => item !== undefined);
    }
    case 'table':
      return isTable(value) ? checkTable(value, setting.settings, path, fault) : wrong();
    case 'foreign':
      return isTable(value) ? (value as SettingValues) : wrong();
  }
}

/** @returns names at most a third of their letters away. */
export function nearest(name: string, names: readonly string[]): readonly string[] {
  const bare = (text: string): string => text.toLowerCase().replaceAll('-', '_');
  const allowed = (other: string): number => Math.max(1, Math.floor(Math.min(name.length, other.length) / 3));
  return names
    .map((other) => ({ other, distance: awayFrom(bare(name), bare(other)) }))
    .filter(({ other, distance }) => distance <= allowed(other))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_NEAR)
    .map(({ other }) => other);
}

/** A name without its unit, or with one too many, is near. */
function awayFrom(a: string, b: string): number {
  const isPart = a !== '' && (b.startsWith(`${a}_`) || a.startsWith(`${b}_`));
  return isPart ? 1 : distanceOf(a, b);
}

/** Levenshtein's, row by row: how many letters are to be put in, taken out or replaced. */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > b.length) return b.length;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

function shown(value: unknown): string {
  // JSON has no word for nan and inf; TOML has.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > MOST_SHOWN_LETTERS ? `${text.slice(0, MOST_SHOWN_LETTERS)}…` : text;
}

function writePath(path: TomlPath): string {
  return path
    .map((part, i) => {
      if (typeof part === 'number') return `[${part}]`;
      const name = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part);
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}

function valueAt(values: SettingValues, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as SettingValues | undefined)?.[name], values);
}

function byPlace({ place: a }: SettingFault, { place: b }: SettingFault): number {
  const lines = (a?.line ?? 0) - (b?.line ?? 0);
  return lines === 0 ? (a?.column ?? 0) - (b?.column ?? 0) : lines;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
