/** Base64 (RFC 4648 §4) without any host's help: old Hermes has no `atob`, and React Native no `Buffer`. */

const PAD = 61;

/**
 * Tolerant of what encoders do: missing padding, the alphabet for URLs, line breaks every 76 characters as Android's
 * default makes them. Anything else is no base64, for a text of another kind must not become bytes.
 * @param text at most `mostOctets` octets of it are accepted.
 * @param mostOctets a longer text is refused before it is read.
 * @returns the octets, or `undefined`.
 * @example decodeBase64('TAAC', 3) // Uint8Array.of(0x4c, 0, 2)
 */
export function decodeBase64(text: string, mostOctets: number): Uint8Array | undefined {
  if (text.length > 2 * mostOctets + 8) return undefined;
  const octets: number[] = [];
  let held = 0;
  let heldBits = 0;
  let digits = 0;
  let pads = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13) continue;
    if (code === PAD) {
      pads += 1;
      continue;
    }
    const value = sextetOf(code);
    if (value < 0 || pads > 0) return undefined;
    digits += 1;
    held = ((held << 6) | value) & 0xfff;
    heldBits += 6;
    if (heldBits < 8) continue;
    heldBits -= 8;
    octets.push((held >>> heldBits) & 255);
  }
  // One digit alone is no octet; padding, where there is any, fills the last four.
  const isWhole = digits % 4 !== 1 && (pads === 0 || (pads <= 2 && (digits + pads) % 4 === 0));
  return isWhole && octets.length <= mostOctets ? Uint8Array.from(octets) : undefined;
}

/** @returns the value of a character of either alphabet of the RFC (§4 and, for URLs, §5), negative for any other. */
function sextetOf(code: number): number {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 43 || code === 45) return 62;
  return code === 47 || code === 95 ? 63 : -1;
}
