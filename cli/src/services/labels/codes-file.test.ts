import { formatSetupCode, formatSetupQr } from '@deskbeacon/beacon/control';
import { expect, it } from 'vitest';
import { parseCodes } from './codes-file.js';

const setupCode = Uint8Array.from({ length: 16 }, (_, i) => 200 - i);
const code = formatSetupCode(setupCode);

function failureOf(text: string): { readonly code: string; readonly message: string } {
  try {
    parseCodes(text, 'codes.tsv');
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('it was accepted');
}

it('reads a desk and a code a line, however the code is written', () => {
  const text = `\ufeffDesk 1\t${code}\r\n\r\nBüro, Süd\t${formatSetupQr(setupCode)}\nd-3\t ${code.toLowerCase()} `;
  expect(parseCodes(text, 'codes.tsv')).toEqual(['Desk 1', 'Büro, Süd', 'd-3'].map((name) => ({ name, setupCode })));
});

it('tells every wrong line, and never a code', () => {
  const failure = failureOf(
    [`d-1\t${code}`, `d-2 ${code}`, `d-1\t${code}`, `d-4\t${code}0`, `d-5\t${code.slice(0, -1)}!`, `\t${code}`].join(
      '\n',
    ),
  );
  expect(failure.code).toBe('bad-codes');
  expect(failure.message.split('\n  ')).toEqual([
    'codes.tsv:2: expected a desk, a tab and a code, got something else',
    'codes.tsv:3: expected each desk once, got d-1 of line 1',
    'codes.tsv:4: expected 28 letters in groups of four, got a code of another length',
    'codes.tsv:5: expected 28 letters in groups of four, got a letter that no code has',
    'codes.tsv:6: expected a desk, a tab and a code, got something else',
  ]);
  expect(failure.message).not.toContain(code.slice(0, 9));
});

it('tells a code whose checksum does not fit', () => {
  const last = code.at(-1) === '0' ? '1' : '0';
  expect(failureOf(`d-1\t${code.slice(0, -1)}${last}`).message).toContain('the checksum does not fit');
});

it('asks for at least one line', () => {
  expect(failureOf('\n\n').message).toContain('expected 1 to 10000 lines, got 0');
});
