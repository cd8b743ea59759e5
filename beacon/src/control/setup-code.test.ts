import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSetupCode, formatSetupQr, parseSetupCode } from './setup-code.js';

const code = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('a setup code', () => {
  it('is read as a person or a scanner writes it', () => {
    fc.assert(
      fc.property(code, (code) => {
        const text = formatSetupCode(code);
        expect(text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/);
        const written = [
          text,
          formatSetupQr(code),
          text.toLowerCase(),
          ` ${text.replaceAll('-', ' ')}\r\n`,
          text.replaceAll('0', 'o').replaceAll('1', 'l'),
        ];
        for (const one of written) expect(parseSetupCode(one), one).toEqual({ ok: true, code });
      }),
    );
  });

  it('with a letter wrong or two exchanged is known to be wrong, but for one in some thousands', () => {
    let slipped = 0;
    let tried = 0;
    fc.assert(
      fc.property(code, fc.nat(27), fc.nat(30), (code, at, step) => {
        const letters = [...formatSetupCode(code).replaceAll('-', '')];
        const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        letters[at] = alphabet[(alphabet.indexOf(letters[at] as string) + 1 + step) % 32] as string;
        tried += 1;
        if (parseSetupCode(letters.join('')).ok) slipped += 1;
      }),
      { numRuns: 2000 },
    );
    expect(slipped / tried).toBeLessThan(0.005);
  });

  it.each([
    ['', 'wrong-length'],
    ['ABCD-EFGH', 'wrong-length'],
    ['U'.repeat(28), 'wrong-letter'],
    ['é'.repeat(28), 'wrong-letter'],
    ['0'.repeat(28), 'wrong-checksum'],
  ])('that is none says why: %s', (text, reason) => {
    expect(parseSetupCode(text)).toEqual({ ok: false, reason });
  });

  it('stands as it always stood, for labels are on desks for years', () => {
    const known = new Uint8Array(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));
    expect(formatSetupQr(known)).toBe('DB1:000G40R40M30E209185GR38E1WFA');
    expect(() => formatSetupCode(known.subarray(1))).toThrow(RangeError);
  });
});
