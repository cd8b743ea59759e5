import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSetupCode, formatSetupQr } from '../control/setup-code.js';
import { createSecretScan } from './secret-scan.js';
import { spellingsOf } from './testing/spellings.js';

const key = Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + 11) & 0xff);
const code = Uint8Array.from({ length: 16 }, (_, i) => (i * 91 + 200) & 0xff);
const scan = createSecretScan([key, code], [formatSetupCode(code)]);

describe('a scan for secrets', () => {
  it.each(spellingsOf(key))('finds a key written as %s', (_, text) => {
    expect(scan.holds(text)).toBe(true);
    expect(scan.holds(`Nov 25 10:00:00 desk deskbeacond[12]: <6>key is ${text}, and on it goes`)).toBe(true);
  });

  it('finds a half of it, in whichever order', () => {
    const hex = Buffer.from(key).toString('hex');
    expect(scan.holds(hex.slice(0, 16))).toBe(true);
    expect(scan.holds(hex.slice(21, 40))).toBe(true);
    expect(scan.holds(Buffer.from(key).reverse().toString('hex').slice(0, 20))).toBe(true);
    expect(scan.holds(hex.slice(0, 14))).toBe(false);
  });

  it('finds it wherever it stands inside of something that was encoded as a whole', () => {
    const octets = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(octets, octets, (before, after) => {
        const whole = Buffer.concat([before, key, after]);
        expect(scan.holds(whole.toString('base64'))).toBe(true);
        expect(scan.holds(whole.toString('base64url'))).toBe(true);
        expect(scan.holds(whole.toString('hex'))).toBe(true);
        expect(scan.holds(JSON.stringify(whole, undefined, 2))).toBe(true);
      }),
    );
  });

  it('finds a setup code as people write it', () => {
    const label = formatSetupCode(code);
    const bare = label.replaceAll('-', '');
    const confused = label.replaceAll('1', 'l').replaceAll('0', 'o');
    for (const text of [
      label,
      bare,
      label.toLowerCase(),
      label.replaceAll('-', ' '),
      formatSetupQr(code),
      confused,
      bare.slice(4, 18),
    ])
      expect(scan.holds(`the code: ${text}.`), text).toBe(true);
    expect(scan.holds(label.slice(0, 12))).toBe(false);
  });

  it('takes nothing else for one', () => {
    const lines = fc.array(fc.string({ maxLength: 200, unit: 'grapheme' }));
    fc.assert(fc.property(lines, (text) => !scan.holds(text.join('\n'))));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (octets) => {
        for (const [, text] of spellingsOf(octets)) expect(scan.holds(text)).toBe(false);
      }),
    );
    expect(createSecretScan([], []).holds('anything 0123456789abcdef')).toBe(false);
  });
});
