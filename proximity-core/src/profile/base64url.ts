/**
 * Base64 with the alphabet for URLs and without padding (RFC 4648 §5, as JWS uses it: RFC 7515 §2), read strictly: each sequence of
 * octets has one text. No engine offers it everywhere.
 */

/** Characters a group of four may lack, by what is left of it: bits that belong to no octet. */
const SPARE_BITS = [0, undefined, 4, 2] as const;

/**
 * @param text characters A–Z, a–z, 0–9, `-` and `_`.
 * @returns the octets, or `undefined` for any other character, a length that no octets have, or bits behind the last octet.
 * @example decodeBase64Url('AQL_') // Uint8Array.of(1, 2, 255)
 */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  const spareBits = SPARE_BITS[text.length % 4];
  if (spareBits === undefined) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = sextetOf(text.charCodeAt(i));
    if (value === undefined) return undefined;
    bits = (bits << 6) | value;
    if (i % 4 !== 0) {
      // 6, 12 and 18 bits are there less the 8 and 16 that were taken: 4, 2 and 0 are kept.
      const kept = 6 - 2 * (i % 4);
      bytes[at] = bits >>> kept;
      at += 1;
      bits &= (1 << kept) - 1;
    }
  }
  return (bits & ((1 << spareBits) - 1)) === 0 ? bytes : undefined;
}

function sextetOf(code: number): number | undefined {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 45) return 62;
  return code === 95 ? 63 : undefined;
}
