import { expect } from 'vitest';
import { decodeHex, encodeHex } from '../bytes.js';
import { decodeAdvertisement, type Frame } from '../frame.js';
import type { Decoded } from '../result.js';
import { slowAdvertisement } from './slow-twin.js';

/** What every codec owes, so that each test states it in one line. */

/** Parameters of `fc.assert`: `SEED=` repeats a run; fast-check prints the seed of a failure by itself. */
export function fcParameters(numRuns = 300): { readonly numRuns: number; readonly seed?: number } {
  const { SEED } = process.env;
  return SEED === undefined ? { numRuns } : { numRuns, seed: Number(SEED) };
}

/** Octets from hexadecimal digits, with spaces wherever they help the reader. */
export function hex(text: string): Uint8Array {
  const bytes = decodeHex(text.replace(/\s/g, ''));
  if (bytes === undefined) throw new Error(`not hexadecimal: ${text}`);
  return bytes;
}

/** The message of the RangeError that a call throws; anything else fails the test. */
export function rangeErrorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as RangeError).message;
  }
  throw new Error('expected a RangeError, but nothing was thrown');
}

/** The only frame of advertising data. */
export function onlyFrame(advertisement: Uint8Array): Frame {
  const decoded = decodeAdvertisement(advertisement);
  if (!decoded.ok) throw new Error(`not decoded: ${decoded.reason}`);
  expect(decoded.malformed).toEqual([]);
  expect(decoded.frames).toHaveLength(1);
  return decoded.frames[0] as Frame;
}

/** Every prefix of the advertising data: the twin's frames and reasons, and only reasons of the list. */
export function expectTruncationsTold(advertisement: Uint8Array, reasons: readonly string[]): void {
  for (let length = 0; length < advertisement.length; length += 1) {
    expectSameAsTwin(advertisement.slice(0, length), reasons);
  }
}

/** Every other value of every octet: the twin's frames and reasons, and only reasons of the list. */
export function expectMutationsTold(advertisement: Uint8Array, reasons: readonly string[]): void {
  for (let at = 0; at < advertisement.length; at += 1) {
    for (let change = 1; change < 256; change += 1) {
      const mutated = advertisement.slice();
      mutated[at] = (mutated[at] as number) ^ change;
      expectSameAsTwin(mutated, reasons);
    }
  }
}

/** The data of one structure cut anywhere, and one octet too long, as a decoder of one format sees them. */
export function expectFrameLengthsTold(
  decode: (frame: Uint8Array) => Decoded<{ readonly frame: Frame }>,
  frame: Uint8Array,
  reasonAt: (length: number) => string | undefined,
): void {
  const longer = new Uint8Array(frame.length + 1);
  longer.set(frame);
  for (let length = 0; length <= longer.length; length += 1) {
    const decoded = decode(longer.slice(0, length));
    expect(decoded.ok ? undefined : decoded.reason, `${length} octets`).toBe(reasonAt(length));
  }
}

/** The decoder says what its slow twin says. Outside `expect` for the equal case: this runs some thousand times a test. */
export function expectSameAsTwin(bytes: Uint8Array, reasons?: readonly string[]): void {
  const decoded = decodeAdvertisement(bytes);
  const told = decoded.ok ? decoded.malformed : [decoded.reason];
  const text = encodeHex(bytes);
  const actual = readable(decoded.ok ? { frames: decoded.frames, reasons: told } : { frames: [], reasons: told });
  const expected = readable(slowAdvertisement(text));
  if (actual !== expected) expect({ text, said: actual }).toEqual({ text, said: expected });
  const stranger = reasons && told.find((reason) => !reasons.includes(reason));
  if (stranger !== undefined) expect(reasons, text).toContain(stranger);
}

/** Octets as hexadecimal and fields in one order, so that both twins compare as text. */
function readable(value: { readonly frames: readonly object[]; readonly reasons: readonly string[] }): string {
  const frames = value.frames.map((frame) =>
    Object.entries(frame)
      .map(([name, field]) => `${name}=${field instanceof Uint8Array ? encodeHex(field) : field}`)
      .sort()
      .join(' '),
  );
  return [...frames, ...value.reasons.map((reason) => `not: ${reason}`)].join('\n');
}

/** A number as big-endian hexadecimal of so many octets, negative ones as two's complement: for twins made by hand. */
export function digits(value: number, octets: number): string {
  const size = 256 ** octets;
  return ((value + size) % size).toString(16).padStart(2 * octets, '0');
}
