/**
 * What a later version demands of its readers. Unknown fields are ignored, which is right for all but those that change
 * what the others mean: a file names these in `critical`, as a JWS does in `crit` (RFC 7515 §4.1.11), and a reader that does
 * not know one of them refuses the whole file instead of misreading it.
 */

const MOST_NAMES = 64;
const SHOWN_CHARACTERS = 64;

/**
 * @param value the field `critical`; absent demands nothing.
 * @returns why the file cannot be read, or `undefined` when it can. Version 1 of a format knows no critical field.
 */
export function faultOfCritical(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length > MOST_NAMES || !value.every((name) => typeof name === 'string')) {
    return `critical: expected a list of at most ${MOST_NAMES} names`;
  }
  const unknown: unknown = value[0];
  return typeof unknown === 'string'
    ? `critical: this program does not know ${JSON.stringify(unknown.slice(0, SHOWN_CHARACTERS))}, which this file cannot be read without`
    : undefined;
}
