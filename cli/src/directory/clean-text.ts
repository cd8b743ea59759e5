/** What a spreadsheet takes for a formula when it stands first in a cell. */
const formulaStart = /^[=+\-@|\t\r\n]/;

/** Bounds of one value of a directory. */
export const LONGEST_VALUE = 1024;
const LONGEST_QUOTE = 60;

/** Digits and the letters that telephone systems allow; no space, no plus: an extension is dialled, a number is written. */
const extensionForm = /^[0-9A-Za-z*#][0-9A-Za-z*#_-]{0,31}$/;

export const extensionExpected = '1 to 32 of 0-9 A-Z a-z * # _ -, as it is dialled';

export interface CleanText {
  readonly text: string;
  readonly neutralised: boolean;
}

/**
 * @param raw a value as the source wrote it
 * @returns one line of text without characters that steer a terminal or turn a line round, and without the start of a formula
 */
export function cleanText(raw: string): CleanText {
  const text = flatten(raw);
  if (!formulaStart.test(raw) && !formulaStart.test(text)) return { text, neutralised: false };
  return { text: text.replace(/^[=+\-@|\s]+/, ''), neutralised: true };
}

/** @returns whether a value begins as a formula does. */
export function isFormula(raw: string): boolean {
  return formulaStart.test(raw) || formulaStart.test(flatten(raw));
}

/** @returns whether a text can be an extension. */
export function isExtension(text: string): boolean {
  return extensionForm.test(text);
}

/** @returns a value short enough and plain enough to stand in a finding. */
export function quote(raw: string): string {
  const text = flatten(raw.slice(0, 2 * LONGEST_QUOTE));
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text || 'nothing';
}

/** @returns the length in bytes of UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** @returns a MAC address as `aa:bb:cc:dd:ee:ff`, or undefined where the text is none. */
export function readMac(text: string): string | undefined {
  const digits = text.replace(/[\s:.-]/g, '').toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? digits.replace(/(..)(?=.)/g, '$1:') : undefined;
}

/** @returns one line of text; a name that is compared is not cut of its first character, whatever it is. */
export function flatten(raw: string): string {
  return raw
    .normalize('NFC')
    .replace(/[\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}
