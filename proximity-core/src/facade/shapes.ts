import { fieldsOf } from './json-text.js';

/**
 * Checks whether a JSON value has a shape; nothing is changed or copied. Fields that are not named are not looked at.
 * @returns the path of the first value that has not, with what was expected there.
 */
export type Shape = (value: unknown, path: string) => string | undefined;

export function numberIn(least: number, most: number): Shape {
  return (value, path) =>
    typeof value === 'number' && value >= least && value <= most
      ? undefined
      : `${path}: expected a number ${least}..${most}`;
}

/** Any number that JSON can carry. */
export const anyNumber: Shape = numberIn(-Number.MAX_VALUE, Number.MAX_VALUE);

export const flag: Shape = (value, path) =>
  typeof value === 'boolean' ? undefined : `${path}: expected true or false`;

export const text: Shape = (value, path) => (typeof value === 'string' ? undefined : `${path}: expected a text`);

export function oneOf(choices: readonly unknown[]): Shape {
  return (value, path) =>
    choices.indexOf(value) >= 0 ? undefined : `${path}: expected one of ${choices.map(String).join(', ')}`;
}

export function listOf(shape: Shape, most: number): Shape {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > most) return `${path}: expected a list of at most ${most}`;
    return firstFault(value.map((item, i) => shape(item, `${path}[${i}]`)));
  };
}

/** An object whose names are not known beforehand. */
export function tableOf(shape: Shape, most: number): Shape {
  return (value, path) => {
    const fields = fieldsOf(value);
    if (fields === undefined) return `${path}: expected an object`;
    const entries = Object.entries(fields);
    if (entries.length > most) return `${path}: expected an object of at most ${most}`;
    return firstFault(entries.map(([name, item]) => shape(item, `${path}.${name}`)));
  };
}

/** An object with fields that must be there, and others that may be. */
export function objectOf(
  needed: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return (value, path) => {
    const fields = fieldsOf(value);
    if (fields === undefined) return `${path}: expected an object`;
    return firstFault([
      ...Object.entries(needed).map(([name, shape]) => shape(fields[name], `${path}.${name}`)),
      ...Object.entries(optional).map(([name, shape]) =>
        fields[name] === undefined ? undefined : shape(fields[name], `${path}.${name}`),
      ),
    ]);
  };
}

function firstFault(faults: readonly (string | undefined)[]): string | undefined {
  return faults.find((fault) => fault !== undefined);
}
