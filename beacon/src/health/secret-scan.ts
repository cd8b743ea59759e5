/**
 * Whether a text holds a secret, however it is spelled: hexadecimal of any case with any separators, in either order of octets;
 * base64 and base64url, also where the secret is the middle of something longer; lists of decimal numbers; and, for setup codes,
 * the letters of the label. Eight octets in a row are enough: half a key is a secret too.
 */

export interface SecretScan {
  holds(text: string): boolean;
}

const WINDOW_OCTETS = 8;
/** Whole groups of base64: wherever a secret begins, one of its windows begins with a group. */
const BASE64_OCTETS = 9;
const BASE64_LETTERS = (BASE64_OCTETS / 3) * 4;
const CODE_LETTERS = 12;

/**
 * @param secrets each of 9 octets or more.
 * @param codes setup codes as the label has them.
 */
export function createSecretScan(secrets: readonly Uint8Array[], codes: readonly string[]): SecretScan {
  const bothWays = secrets.flatMap((secret) => [secret, Uint8Array.from(secret).reverse()]);
  const hex = new Set(bothWays.flatMap((secret) => windowsOf(secret, WINDOW_OCTETS).map((part) => toHex(part))));
  const decimal = new Set(bothWays.flatMap((secret) => windowsOf(secret, WINDOW_OCTETS).map((part) => part.join())));
  const base64 = new Set(
    secrets.flatMap((secret) => windowsOf(secret, BASE64_OCTETS).map((part) => Buffer.from(part).toString('base64'))),
  );
  const letters = new Set(codes.map(lettersOf).flatMap((code) => slices(code, CODE_LETTERS)));
  return {
    holds: (text) =>
      isAnyIn(hex, hexOf(text), 2 * WINDOW_OCTETS) ||
      isAnyIn(base64, base64Of(text), BASE64_LETTERS) ||
      isAnyIn(letters, lettersOf(text), CODE_LETTERS) ||
      holdsNumbers(decimal, text),
  };
}

function windowsOf(secret: Uint8Array, octets: number): readonly Uint8Array[] {
  const count = Math.max(0, secret.length - octets + 1);
  return Array.from({ length: count }, (_, i) => secret.subarray(i, i + octets));
}

function slices(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, i) => text.slice(i, i + length));
}

function isAnyIn(wanted: ReadonlySet<string>, text: string, length: number): boolean {
  if (wanted.size === 0) return false;
  for (let i = 0; i + length <= text.length; i += 1) if (wanted.has(text.slice(i, i + length))) return true;
  return false;
}

/** Without what is written before and between octets: `0xab, 0xcd`, `\xab\xcd`, `ab:cd`, `ab-cd`. */
function hexOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/0x|\\x/g, '')
    .replace(/[^0-9a-z]/g, '');
}

function base64Of(text: string): string {
  return text
    .replace(/\\[nr]/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
}

/** As a label is read: no case, no hyphens, I and L for 1, O for 0. */
function lettersOf(text: string): string {
  return text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/[IL]/g, '1')
    .replaceAll('O', '0');
}

function holdsNumbers(wanted: ReadonlySet<string>, text: string): boolean {
  for (const [list] of text.matchAll(/\b\d{1,3}(?:[\s,;]+\d{1,3}\b){7,}/g)) {
    const numbers = (list.match(/\d+/g) ?? []).map(Number);
    for (let i = 0; i + WINDOW_OCTETS <= numbers.length; i += 1)
      if (wanted.has(numbers.slice(i, i + WINDOW_OCTETS).join())) return true;
  }
  return false;
}

function toHex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
