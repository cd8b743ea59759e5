import type { BtsnoopRecord } from '@deskbeacon/beacon/radio';
import { describe, expect, it } from 'vitest';
import { diffConversations, readConversation } from './conversation.js';

const reset = sent('01 03 0c 00');
const resetDone = received('04 0e 04 01 03 0c 00');
const stopAdvertising = sent('01 0a 20 01 00');
const report = '04 3e 0f 02 01 03 01 06 05 04 03 02 3a 03 02 01 06';

describe('a conversation read from a capture', () => {
  it('pairs each command with its answer, in order, however the answers lie between the commands', () => {
    const { exchanges, events } = readConversation([
      reset,
      stopAdvertising,
      received('04 0f 04 0c 01 0a 20'),
      resetDone,
      sent('01 09 10 00'),
    ]);
    expect(exchanges).toEqual([
      { opcode: 0x0c03, parameters: '', answer: 'Command Complete, status 0x00' },
      { opcode: 0x200a, parameters: '00', answer: 'Command Status, status 0x0c' },
      { opcode: 0x1009, parameters: '', answer: 'no answer' },
    ]);
    expect(events.size).toBe(0);
  });

  it('tells return parameters octet by octet, and credits other than one', () => {
    const [exchange] = readConversation([sent('01 02 20 00'), received('04 0e 07 02 02 20 00 1b 00 04')]).exchanges;
    expect(exchange?.answer).toBe('Command Complete, 2 credits, status 0x00, 1b 00 04');
  });

  it('tells what came unasked: a report by its parts, an answer to nothing and anything else by its octets', () => {
    const { events } = readConversation([
      reset,
      resetDone,
      received(`${report} c0`),
      received(`${report} 7f`),
      resetDone,
      received('04 10 01 00'),
    ]);
    expect([...events]).toEqual([
      ['LE Advertising Report, how often', 'again and again'],
      ['LE Advertising Report, first after', 'Reset (0x0c03)'],
      ['LE Advertising Report, type', '3'],
      ['LE Advertising Report, address', 'random 3a:02:03:04:05:06'],
      ['LE Advertising Report, RSSI', '127 or a level'],
      ['event 04 0e 04 01 03 0c 00, how often', 'once'],
      ['event 04 0e 04 01 03 0c 00, first after', 'Reset (0x0c03)'],
      ['event 04 10 01 00, how often', 'once'],
      ['event 04 10 01 00, first after', 'Reset (0x0c03)'],
    ]);
  });
});

describe('two conversations', () => {
  const data = (octet: string): BtsnoopRecord => sent(`01 08 20 20 01 ${octet}${' 00'.repeat(30)}`);
  const dataDone = received('04 0e 04 01 08 20 00');
  const whole = [reset, resetDone, data('aa'), dataDone, stopAdvertising, received('04 0e 04 01 0a 20 00')];

  it('do not differ from themselves, nor when frames alternated more often', () => {
    const longer = [...whole.slice(0, 4), data('bb'), dataDone, data('aa'), dataDone, ...whole.slice(4)];
    const longest = [...whole.slice(0, 4), data('bb'), dataDone, data('aa'), dataDone, data('bb'), dataDone];
    expect(diff(whole, whole)).toEqual([]);
    expect(diff(longer, [...longest, ...whole.slice(4)])).toEqual([]);
    expect(diff(whole, longer).map(({ what }) => what)).toEqual(['LE Set Advertising Data (0x2008), parameters']);
  });

  it.each([
    ['status', '04 0e 04 01 0a 20 0c', 'Command Complete, status 0x0c'],
    ['kind of event', '04 0f 04 00 01 0a 20', 'Command Status, status 0x00'],
    ['length of the return parameters', '04 0e 05 01 0a 20 00 00', 'Command Complete, status 0x00, 00'],
    ['credits', '04 0e 04 00 0a 20 00', 'Command Complete, 0 credits, status 0x00'],
  ])('differ by the %s of one answer, told once however often it recurs', (_what, answer, theirs) => {
    const other = [...whole.slice(0, 5), received(answer)];
    const twice = (half: readonly BtsnoopRecord[]): readonly BtsnoopRecord[] => [...half, ...half];
    const what = 'LE Set Advertising Enable (0x200a) with 00';
    expect(diff(twice(whole), twice(other))).toEqual([{ what, ours: 'Command Complete, status 0x00', theirs }]);
  });

  it('differ by a command that only one host sent, wherever it stands', () => {
    const what = 'Reset (0x0c03)';
    const done = 'Command Complete, status 0x00';
    expect(diff(whole, whole.slice(2))).toEqual([{ what, ours: done, theirs: 'not sent' }]);
    expect(diff(whole.slice(2), whole)).toEqual([{ what, ours: 'not sent', theirs: done }]);
    expect(diff(whole, [...whole, reset, resetDone])).toEqual([{ what, ours: 'not sent', theirs: done }]);
    expect(diff(whole, [reset, resetDone, ...whole])).toEqual([{ what, ours: 'not sent', theirs: done }]);
  });

  it('differ by the order of the same commands', () => {
    const swapped = [...whole.slice(2, 4), ...whole.slice(0, 2), ...whole.slice(4)];
    expect(diff(whole, swapped).map(({ ours, theirs }) => [ours === 'not sent', theirs === 'not sent'])).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
      ]),
    );
  });

  it('differ by an event that only one controller sent', () => {
    expect(diff(whole, [...whole, received('04 10 01 07')])).toContainEqual({
      what: 'event 04 10 01 07, how often',
      ours: 'never',
      theirs: 'once',
    });
  });
});

function diff(ours: readonly BtsnoopRecord[], theirs: readonly BtsnoopRecord[]): ReturnType<typeof diffConversations> {
  return diffConversations(readConversation(ours), readConversation(theirs));
}

function sent(octets: string): BtsnoopRecord {
  return { direction: 'sent', atUs: 0, packet: octetsOf(octets) };
}

function received(octets: string): BtsnoopRecord {
  return { direction: 'received', atUs: 0, packet: octetsOf(octets) };
}

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (octet) => Number.parseInt(octet, 16));
}
