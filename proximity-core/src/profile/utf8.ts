/** UTF-8 (RFC 3629), read strictly and without any host's help: some engines have no TextDecoder. */

/** So many code units become characters in one call: engines bound how many arguments that may have. */
const CHUNK_UNITS = 4096;

/** By the number of continuation octets: bits of the first octet that count, and the least value that needs so many. */
const leads = [
  { mask: 0x7f, least: 0 },
  { mask: 0x1f, least: 0x80 },
  { mask: 0x0f, least: 0x800 },
  { mask: 0x07, least: 0x10000 },
] as const;

/**
 * @param bytes any octets.
 * @returns the text, or `undefined` where they are no UTF-8: cut, too long for their value, a surrogate, or beyond U+10FFFF.
 * @example decodeUtf8(Uint8Array.of(0xc3, 0xa9)) // 'é'
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = '';
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number;
    const more = continuationsAfter(first);
    const lead = more === undefined ? undefined : leads[more];
    if (more === undefined || lead === undefined || at + more >= bytes.length) return undefined;
    let value = first & lead.mask;
    for (let i = 1; i <= more; i += 1) {
      const octet = bytes[at + i] as number;
      if ((octet & 0xc0) !== 0x80) return undefined;
      value = value * 64 + (octet & 0x3f);
    }
    if (value < lead.least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return undefined;
    if (value < 0x10000) units.push(value);
    else units.push(0xd800 + ((value - 0x10000) >>> 10), 0xdc00 + ((value - 0x10000) & 0x3ff));
    if (units.length >= CHUNK_UNITS) {
      text += String.fromCharCode.apply(undefined, units);
      units = [];
    }
    at += 1 + more;
  }
  return text + String.fromCharCode.apply(undefined, units);
}

/** @returns how many octets follow the first of a character, `undefined` for one that begins none. */
function continuationsAfter(first: number): number | undefined {
  if (first < 0x80) return 0;
  if (first < 0xc0) return undefined;
  if (first < 0xe0) return 1;
  if (first < 0xf0) return 2;
  return first < 0xf8 ? 3 : undefined;
}
