import { upperControls } from '../../directory/csv-text.js';

/** What Excel saves as "CSV" in Western Europe, and what PDF's own fonts can write: ISO 8859-1, but for 0x80 to 0x9f. */
export function decodeWindows1252(octets: Uint8Array): string {
  return Buffer.from(octets)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (letter) => upperControls.charAt(letter.charCodeAt(0) - 0x80));
}

/** @returns whether a letter has an octet of its own there and is no control character. */
export function isInWindows1252(letter: string): boolean {
  return (
    /^[\u0020-\u007e\u00a0-\u00ff]$/.test(letter) || (upperControls.includes(letter) && !/[\u0080-\u009f]/.test(letter))
  );
}
