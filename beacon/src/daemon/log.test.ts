import { describe, expect, it } from 'vitest';
import { formatLogEntry } from './log.js';

const entry = {
  priority: 6,
  event: 'advertising',
  text: 'advertising',
  fields: { radio: 'hci:0', exponentK: 9 },
} as const;

describe('a line of the log', () => {
  it('is a sentence with its fields', () => {
    expect(formatLogEntry(entry, 'text', false, 0)).toBe('advertising (radio=hci:0, exponentK=9)');
  });

  it('begins with the priority where journald reads it', () => {
    expect(formatLogEntry(entry, 'text', true, 0)).toBe('<6>advertising (radio=hci:0, exponentK=9)');
    expect(formatLogEntry({ priority: 3, event: 'x', text: 'bad' }, 'text', true, 0)).toBe('<3>bad');
  });

  it('is one JSON object with the instant, never with a prefix', () => {
    expect(JSON.parse(formatLogEntry(entry, 'json', true, 1_795_000_000_000))).toEqual({
      time: '2026-11-18T11:06:40.000Z',
      event: 'advertising',
      priority: 6,
      text: 'advertising',
      radio: 'hci:0',
      exponentK: 9,
    });
  });
});
