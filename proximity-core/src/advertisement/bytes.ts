/** Bytes as text and back, without any host's help. */

const DIGITS = '0123456789abcdef';

/**
 * @param bytes any octets.
 * @returns two lower-case hexadecimal digits an octet.
 * @example encodeHex(Uint8Array.of(1, 171)) // '01ab'
 */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += (DIGITS[octet >>> 4] as string) + (DIGITS[octet & 15] as string);
  return text;
}

/**
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

/** @returns the value of a hexadecimal digit, negative for any other character. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
