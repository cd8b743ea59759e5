import { describe, expect, it } from 'vitest';
import { formatLogEntry, isJournalStream, isLogged } from './log.js';

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

describe('the journal', () => {
  it('is where the stream has the very device and inode that systemd named', () => {
    const stream = { dev: 9n, ino: 123_456_789_012_345_678n };
    expect(isJournalStream('9:123456789012345678', stream)).toBe(true);
    for (const named of [
      undefined,
      '',
      '9',
      '9:',
      '9:123456789012345679',
      '8:123456789012345678',
      ' 9:123456789012345678',
    ])
      expect(isJournalStream(named, stream)).toBe(false);
  });
});

describe('the level of the log', () => {
  it('is the least that is told', () => {
    const told = (level: 'error' | 'warning' | 'info' | 'debug') =>
      ([3, 4, 6, 7] as const).filter((priority) => isLogged({ priority, event: 'x', text: 'x' }, level));
    expect(told('error')).toEqual([3]);
    expect(told('warning')).toEqual([3, 4]);
    expect(told('info')).toEqual([3, 4, 6]);
    expect(told('debug')).toEqual([3, 4, 6, 7]);
  });
});
