import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BeaconError } from '../errors.js';
import { formatSeed, parseSeed } from './seed.js';
import { formatSetupCode, formatSetupQr } from './setup-code.js';

const setupCode = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 - i);
const letters = formatSetupCode(setupCode);
const withCode = (code: string): string => `version = 1\nsetup_code = "${code}"\n`;

function failureOf(text: string): BeaconError {
  try {
    parseSeed(text, 'seed.toml');
  } catch (error) {
    if (error instanceof BeaconError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a seed', () => {
  it('is a short text that a person can read', () => {
    expect(formatSeed({ setupCode, desk: 'd-12', name: 'Büro "Süd"' })).toBe(
      `version = 1\nsetup_code = "${letters}"\ndesk = "d-12"\nname = "Büro \\"Süd\\""\n`,
    );
  });

  it('is read back as it was written, whatever its code and its texts', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((s) => !/[\p{Cc}\p{Z}]/u.test(s));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), text, text, (code, desk, name) => {
        expect(parseSeed(formatSeed({ setupCode: code, desk, name }), 'seed.toml')).toEqual({
          setupCode: code,
          desk,
          name,
        });
      }),
    );
  });

  it.each([
    ['as the QR code has it', withCode(formatSetupQr(setupCode))],
    ['in small letters', withCode(letters.toLowerCase())],
    [
      'with the mark and the line ends that editors of Windows leave',
      `\ufeff${withCode(letters).replaceAll('\n', '\r\n')}`,
    ],
  ])('is taken %s', (_, text) => {
    expect(parseSeed(text, 'seed.toml')).toEqual({ setupCode });
  });

  it.each([
    ['', 'seed.toml: version: expected 1, got nothing'],
    ['version = 2', 'seed.toml: version: expected 1, got 2'],
    ['version = "1"', 'seed.toml: version: expected 1, got a text'],
    ['version = 1', 'seed.toml: setup_code: expected a setup code, 28 letters in groups of four, got nothing'],
    ['version = 1\nsetup_code = 17', 'got a number'],
    [withCode(letters.slice(1)), 'seed.toml: setup_code: expected a setup code, 28 letters in groups of four, got 27'],
    [withCode(`U${letters.slice(1)}`), 'got a letter that no code has'],
    [withCode(letters.replace(/.$/, (last) => (last === '0' ? '1' : '0'))), 'the checksum does not fit'],
    [`${withCode(letters)}nam = "x"`, 'seed.toml: nam: expected one of version, setup_code, desk, name'],
    [`${withCode(letters)}name = ""`, 'seed.toml: name: expected a text of 1 to 100 letters'],
    [`${withCode(letters)}desk = "a\\nb"`, 'seed.toml: desk: expected a text of 1 to 100 letters'],
    [`${withCode(letters)}desk = 12`, 'got 12'],
    [`version = 1\nsetup_code = ${letters}\n`, 'seed.toml:2:'],
  ])('is refused as %j, and what is wrong is told', (text, message) => {
    const failure = failureOf(text);
    expect(failure.code).toBe('seed-invalid');
    expect(failure.message).toContain(message);
  });

  it('never tells a code, neither in the message nor in its cause', () => {
    const faulty = [
      withCode(letters.slice(1)),
      withCode(`${letters.slice(0, -1)}U`),
      `version = 1\nsetup_code = ${letters}\n`,
      `version = 1\nsetup_code = "${letters}\n`,
      `version = "${letters}"`,
      `version = 1\nsetup_code = ["${letters}"]`,
    ];
    for (const text of faulty) {
      const { message, cause } = failureOf(text);
      expect(`${message} ${String(cause)}`).not.toContain(letters.slice(5, 14));
    }
  });

  it('is not written with a text that could not be read back', () => {
    expect(() => formatSeed({ setupCode, name: '' })).toThrow(RangeError);
    expect(() => formatSeed({ setupCode, desk: 'a\u2028b' })).toThrow(RangeError);
    expect(() => formatSeed({ setupCode: setupCode.slice(1) })).toThrow(RangeError);
  });
});
