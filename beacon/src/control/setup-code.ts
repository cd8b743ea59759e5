/**
 * The setup code as people and scanners read it. 128 bits and 12 of a checksum make 28 letters of Crockford's base 32, in
 * groups of four: `DB1:` stands before them in the QR code, where upper case and digits take the least room (ISO/IEC 18004,
 * alphanumeric mode).
 *
 * Crockford's alphabet has no I, L, O and U; I and L are read as 1, O as 0, and case does not matter
 * (https://www.crockford.com/base32.html).
 */
import { createHash } from 'node:crypto';
import { SETUP_CODE_OCTETS } from '../identity/ownership.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BITS = BigInt(8 * SETUP_CODE_OCTETS);
const CHECKSUM_BITS = 12n;
const LETTERS = 28;
const PREFIX = 'DB1:';

/** @param code 16 octets. @returns seven groups of four letters. @throws RangeError for another length. */
export function formatSetupCode(code: Uint8Array): string {
  const value = (toNumber(code) << CHECKSUM_BITS) | checksumOf(code);
  let letters = '';
  for (let i = LETTERS - 1; i >= 0; i -= 1) letters += ALPHABET[Number((value >> BigInt(5 * i)) & 31n)];
  return (letters.match(/.{4}/g) as string[]).join('-');
}

/** @returns what the QR code holds. @throws RangeError as `formatSetupCode`. */
export function formatSetupQr(code: Uint8Array): string {
  return PREFIX + formatSetupCode(code).replaceAll('-', '');
}

export type ParsedSetupCode =
  | { readonly ok: true; readonly code: Uint8Array }
  | { readonly ok: false; readonly reason: 'wrong-length' | 'wrong-letter' | 'wrong-checksum' };

/** Reads what a person types or a scanner sends, with or without prefix, hyphens and spaces, in any case. */
export function parseSetupCode(text: string): ParsedSetupCode {
  const bare = text.trim().toUpperCase();
  const letters = (bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : bare).replace(/[\s-]/g, '');
  if (letters.length !== LETTERS) return { ok: false, reason: 'wrong-length' };
  let value = 0n;
  for (const letter of letters) {
    const digit = ALPHABET.indexOf(letter.replace(/[IL]/, '1').replace('O', '0'));
    if (digit < 0) return { ok: false, reason: 'wrong-letter' };
    value = (value << 5n) | BigInt(digit);
  }
  const hex = (value >> CHECKSUM_BITS).toString(16).padStart(2 * SETUP_CODE_OCTETS, '0');
  const code = new Uint8Array(Buffer.from(hex, 'hex'));
  const isRight = (value & ((1n << CHECKSUM_BITS) - 1n)) === checksumOf(code);
  return isRight ? { ok: true, code } : { ok: false, reason: 'wrong-checksum' };
}

/** One wrong or exchanged letter slips through once in 4096; it opens nothing then either. */
function checksumOf(code: Uint8Array): bigint {
  const digest = createHash('sha256').update('deskbeacon label').update(code).digest();
  return BigInt(digest.readUInt16BE(0)) >> (16n - CHECKSUM_BITS);
}

function toNumber(code: Uint8Array): bigint {
  if (code.length !== SETUP_CODE_OCTETS)
    throw new RangeError(`code: expected ${SETUP_CODE_OCTETS} octets, got ${code.length}`);
  return BigInt(`0x${Buffer.from(code).toString('hex')}`) & ((1n << CODE_BITS) - 1n);
}
