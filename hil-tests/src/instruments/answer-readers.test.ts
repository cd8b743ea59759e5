import { describe, expect, it } from 'vitest';
import { encodeText, readLine, readUntil } from './answer-readers.js';

describe('a line', () => {
  it.each([
    ['1\r\n', { used: 2, answer: '1' }],
    ['\r\n\n12.5\nrest', { used: 8, answer: '12.5' }],
    ['\u00ff\r', { used: 2, answer: '\u00ff' }],
  ])('is cut from %j', (octets, cut) => {
    expect(readLine(encodeText(octets))).toEqual(cut);
  });

  it.each(['', '\r\n', '12', '\n12'])('is not there yet in %j', (octets) => {
    expect(readLine(encodeText(octets))).toBeUndefined();
  });
});

describe('an answer before a prompt', () => {
  it('is all that stands before it', () => {
    expect(readUntil('>')(encodeText('on\n\r>x'))).toEqual({ used: 5, answer: 'on\n\r' });
    expect(readUntil('>')(encodeText('on\n\r'))).toBeUndefined();
  });
});
