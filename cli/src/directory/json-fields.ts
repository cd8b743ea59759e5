import { cleanText, flatten, LONGEST_VALUE, quote } from './clean-text.js';
import { directoryError } from './directory-error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @returns the rows of an answer. @throws CliError `directory-malformed` with the place; the value is never quoted. */
export function readRows(value: unknown, where: string): readonly JsonObject[] {
  if (!Array.isArray(value)) throw malformed(where, 'an array', value);
  value.forEach((row, at) => {
    if (!isObject(row)) throw malformed(`${where}[${at}]`, 'an object', row);
  });
  return value as readonly JsonObject[];
}

/** @returns the object. @throws CliError `directory-malformed`. */
export function readObject(value: unknown, where: string): JsonObject {
  if (!isObject(value)) throw malformed(where, 'an object', value);
  return value;
}

/** @returns the text of a field on one line, or undefined where it is absent or empty; a number is taken as it is written. */
export function readText(row: JsonObject, field: string): string | undefined {
  const id = readId(row, field);
  return id === undefined ? undefined : cleanText(id).text || undefined;
}

/** @returns a name that is compared or asked for: one line, and nothing taken off its beginning; undefined as above. */
export function readId(row: JsonObject, field: string): string | undefined {
  const value = row[field];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' ? flatten(value.slice(0, LONGEST_VALUE)) || undefined : undefined;
}

/** @returns a number of seconds, or undefined. */
export function readSeconds(row: JsonObject, field: string): number | undefined {
  const value = Number(row[field] ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** @returns whether a field says yes: `yes`, `true`, true or 1. */
export function saysYes(value: unknown): boolean {
  return value === true || value === 1 || value === 'yes' || value === 'true' || value === '1';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(where: string, expected: string, value: unknown): Error {
  const got =
    value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return directoryError('directory-malformed', `${quote(where)}: expected ${expected}, got ${got}`);
}
