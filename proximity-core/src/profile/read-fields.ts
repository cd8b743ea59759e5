/** Reads fields of parsed JSON. A reader goes on after a fault, with a value of the right kind, and the first fault is told in the end. */

export type Fields = Readonly<Record<string, unknown>>;

/** One JSON object that is being read. */
export interface Reading {
  readonly fields: Fields;
  /** What stands before a field's name in a fault: nothing, or for example `beacons[3].`. */
  readonly path: string;
  /** Those found so far, in order. */
  readonly faults: string[];
}

/** @returns the object's fields, `undefined` for anything else. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

export function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}

/** Notes a fault. @returns what stands in for the field. */
export function fault<T>({ path, faults }: Reading, name: string, expected: string, instead: T): T {
  faults.push(`${path}${name}: expected ${expected}`);
  return instead;
}

/** A field that is an object, to be read in its turn; where it is none, one without fields. */
export function objectOf(from: Reading, name: string): Reading {
  return { fields: fieldsOf(from.fields[name]) ?? {}, path: `${from.path}${name}.`, faults: from.faults };
}

export function listOf(from: Reading, name: string, most: number): readonly unknown[] {
  const value = from.fields[name];
  return Array.isArray(value) && value.length <= most ? value : fault(from, name, `a list of at most ${most}`, []);
}

/** A field that is a list of objects. */
export function objectsOf(from: Reading, name: string, most: number): readonly Reading[] {
  return listOf(from, name, most).map((entry, i) => ({
    fields: fieldsOf(entry) ?? {},
    path: `${from.path}${name}[${i}].`,
    faults: from.faults,
  }));
}

export function textOf(from: Reading, name: string, value: unknown = from.fields[name]): string {
  const isText = typeof value === 'string' && value.length > 0 && value.length <= 128;
  return isText ? value : fault(from, name, 'a text of 1 to 128 characters', '');
}

export function hexOf(from: Reading, name: string, octets: number): string {
  const value = from.fields[name];
  if (typeof value === 'string' && value.length === octets * 2 && /^[0-9a-f]+$/.test(value)) return value;
  // Never the value itself: it may be a key.
  return fault(from, name, `${octets} octets in lower-case hexadecimal`, '');
}

/** @param absent what an absent field means; without it, the field must be there. */
export function integerOf(from: Reading, name: string, least: number, most: number, absent?: number): number {
  const value = from.fields[name] ?? absent;
  if (isWithin(value, least, most) && Number.isInteger(value)) return value;
  return fault(
    from,
    name,
    `an integer ${least}..${most}, got ${typeof value === 'number' ? value : typeof value}`,
    least,
  );
}
