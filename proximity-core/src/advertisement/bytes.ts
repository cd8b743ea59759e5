/** Bytes as text and back, without any host's help. */

/** So many octets become characters in one call: engines bound how many arguments that may have. */
const CHUNK_OCTETS = 512;

/**
 * Octets as hexadecimal text.
 * @param bytes any octets.
 * @param from the first octet; 0 when absent.
 * @param to the first octet that is left out; all of them when absent.
 * @returns two lower-case hexadecimal digits an octet.
 * @example encodeHex(Uint8Array.of(1, 171)) // '01ab'
 */
export function encodeHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  if (to - from > CHUNK_OCTETS) {
    return encodeHex(bytes, from, from + CHUNK_OCTETS) + encodeHex(bytes, from + CHUNK_OCTETS, to);
  }
  // All characters at once: a text that is put together of pieces has to be laid out again when somebody reads it.
  const codes = new Array<number>(2 * (to - from));
  for (let i = from; i < to; i += 1) {
    const octet = bytes[i] as number;
    codes[2 * (i - from)] = codeOf(octet >>> 4);
    codes[2 * (i - from) + 1] = codeOf(octet & 15);
  }
  return String.fromCharCode.apply(undefined, codes);
}

/**
 * Octets of a hexadecimal text.
 * @param text hexadecimal digits of either case, two an octet.
 * @returns the octets, or `undefined` when the text is anything else.
 * @example decodeHex('01AB') // Uint8Array.of(1, 171)
 */
export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    const high = digitOf(text.charCodeAt(2 * i));
    const low = digitOf(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

/** @returns the character code of a digit 0..15. */
function codeOf(digit: number): number {
  return digit < 10 ? 48 + digit : 87 + digit;
}

/** @returns the value of a hexadecimal digit, negative for any other character. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
