/** What the codecs of this protocol share. */

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** @throws RangeError with label, range and value. */
export function requireRange(label: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) throw new RangeError(`${label}: expected ${least} to ${most}, got ${value}`);
}
