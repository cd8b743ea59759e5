import { expect, it } from 'vitest';
import { decodeWindows1252, isInWindows1252 } from './windows-1252.js';

it('decodes what ISO 8859-1 does not have', () => {
  expect(decodeWindows1252(Uint8Array.of(0x42, 0xfc, 0x72, 0x6f, 0x20, 0x96, 0x20, 0x80, 0x9f))).toBe('Büro – €Ÿ');
});

it('holds each letter that an octet stands for, and no control character', () => {
  const letters = [...decodeWindows1252(Uint8Array.from({ length: 256 }, (_, i) => i))];
  expect(letters).toHaveLength(256);
  const outside = letters.filter((letter) => !isInWindows1252(letter));
  expect(outside.join('')).toMatch(/^\p{Cc}+$/u);
  // 32 and DEL below 0x80, five that stand for nothing above.
  expect(outside).toHaveLength(32 + 1 + 5);
  for (const letter of ['Ł', '机', '\u0085']) expect(isInWindows1252(letter)).toBe(false);
});
