/** Reads the fields of a JSON object that came from outside; every complaint names the field, what was expected and what came. */
import { AirError } from './air-error.js';

export type JsonObject = Readonly<Record<string, unknown>>;

export function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AirError('config-invalid', `expected one JSON object: ${(cause as Error).message}`, { cause });
  }
  return requireObject('line', value);
}

export function requireObject(label: string, value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw complain(label, 'an object', value);
  return value as JsonObject;
}

export function readText(object: JsonObject, field: string): string {
  const text = readOptionalText(object, field);
  if (text === undefined) throw complain(field, 'a text', undefined);
  return text;
}

export function readOptionalText(object: JsonObject, field: string): string | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length === 0 || value.length > 4096)
    throw complain(field, 'a text of 1 to 4096 characters', value);
  return value;
}

export function readNumber(object: JsonObject, field: string, least: number, most: number): number {
  const value = readOptionalNumber(object, field, least, most);
  if (value === undefined) throw complain(field, `a number ${least}..${most}`, undefined);
  return value;
}

export function readOptionalNumber(object: JsonObject, field: string, least: number, most: number): number | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw complain(field, `a number ${least}..${most}`, value);
  return value;
}

export function readOptionalFlag(object: JsonObject, field: string): boolean | undefined {
  const value = object[field];
  if (value === undefined || typeof value === 'boolean') return value;
  throw complain(field, 'true or false', value);
}

export function readList(object: JsonObject, field: string, most: number): readonly unknown[] {
  const value = object[field] ?? [];
  if (!Array.isArray(value) || value.length > most) throw complain(field, `a list of at most ${most}`, value);
  return value;
}

export function readOptionalChoice<T extends string>(
  object: JsonObject,
  field: string,
  choices: readonly T[],
): T | undefined {
  const value = object[field];
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw complain(field, choices.join(', '), value);
  return found;
}

export function parseHex(label: string, value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^([0-9a-f]{2})*$/i.test(value))
    throw complain(label, 'octets in hexadecimal', value);
  return Uint8Array.from(value.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}

export function complain(label: string, expected: string, got: unknown): AirError {
  const shown = JSON.stringify(got)?.slice(0, 80) ?? 'nothing';
  return new AirError('config-invalid', `${label}: expected ${expected}, got ${shown}`);
}
