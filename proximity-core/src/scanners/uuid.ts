/** UUIDs of services as the libraries write them: `FEAA`, `feaa`, `0xfeaa`, 32 bits, 128 bits with hyphens or without. */

/** The last 96 bits of every UUID that has a short form (Core Vol 3 Part B §2.5.1). */
const BASE = '00001000800000805f9b34fb';

/**
 * @param text a UUID of 16, 32 or 128 bits, in either case.
 * @returns its 128 bits as 32 lower-case hexadecimal digits, or `undefined` when the text is no UUID.
 * @example canonicalUuid('FEAA') // '0000feaa00001000800000805f9b34fb'
 */
export function canonicalUuid(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 38) return undefined;
  const lower = text.toLowerCase();
  if (/^(?:0x)?[0-9a-f]{4}$/.test(lower)) return `0000${lower.slice(-4)}${BASE}`;
  if (/^(?:0x)?[0-9a-f]{8}$/.test(lower)) return lower.slice(-8) + BASE;
  if (/^[0-9a-f]{32}$/.test(lower)) return lower;
  const parts = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/.exec(lower);
  return parts === null ? undefined : parts.slice(1).join('');
}

/**
 * @param canonical 32 hexadecimal digits, as `canonicalUuid` gives them.
 * @returns the shortest form as it is sent, little-endian: 2, 4 or 16 octets.
 */
export function sentUuid(canonical: string): Uint8Array {
  const isShort = canonical.slice(8) === BASE;
  const digits = !isShort
    ? canonical
    : canonical.slice(0, 4) === '0000'
      ? canonical.slice(4, 8)
      : canonical.slice(0, 8);
  const octets = new Uint8Array(digits.length / 2);
  for (let i = 0; i < octets.length; i += 1) {
    octets[octets.length - 1 - i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  }
  return octets;
}
