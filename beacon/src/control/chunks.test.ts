import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Joined, joinValue, MOST_MESSAGE_OCTETS, splitMessage } from './chunks.js';

const someOctets = fc.uint8Array({ minLength: 1, maxLength: MOST_MESSAGE_OCTETS });

function join(values: readonly Uint8Array[]): Joined | undefined {
  let joined: Joined | undefined;
  for (const value of values) {
    joined = joinValue(joined?.kind === 'more' ? joined.joining : undefined, value);
    if (joined.kind === 'broken') return joined;
  }
  return joined;
}

describe('a message cut into values', () => {
  it('comes together again at every MTU', () => {
    fc.assert(
      fc.property(someOctets, fc.integer({ min: 20, max: 253 }), (message, valueOctets) => {
        const values = splitMessage(message, valueOctets);
        for (const value of values) expect(value.length).toBeLessThanOrEqual(valueOctets);
        expect(join(values)).toEqual({ kind: 'message', message });
      }),
    );
  });

  it('needs 54 values for the longest message at MTU 23, and 5 at MTU 256', () => {
    const longest = new Uint8Array(MOST_MESSAGE_OCTETS).fill(7);
    expect(splitMessage(longest, 20)).toHaveLength(54);
    expect(splitMessage(longest, 253)).toHaveLength(5);
  });

  it('is broken by a value that is lost, repeated or out of order', () => {
    const values = splitMessage(new Uint8Array(100).fill(1), 20);
    for (let i = 1; i < values.length; i += 1) {
      const lost = values.filter((_, at) => at !== i);
      // What is lost at the end leaves it unfinished.
      expect(join(lost)?.kind, `lost ${i}`).toBe(i === values.length - 1 ? 'more' : 'broken');
      const repeated = [...values.slice(0, i + 1), values[i] as Uint8Array, ...values.slice(i + 1)];
      expect(join(repeated)?.kind, `repeated ${i}`).toBe('broken');
    }
    expect(join([values[1] as Uint8Array])).toEqual({ kind: 'broken', reason: 'not-the-next' });
  });

  it('begins afresh with a first value', () => {
    const [first] = splitMessage(new Uint8Array(100), 20) as [Uint8Array];
    const message = Uint8Array.of(1, 2, 3);
    expect(join([first, ...splitMessage(message, 20)])).toEqual({ kind: 'message', message });
  });

  it('is never longer than the limit, and never throws, whatever the octets', () => {
    expect(joinValue(undefined, Uint8Array.of(0xc0, 0x01, 0x04, 0))).toEqual({ kind: 'broken', reason: 'too-long' });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (values) => {
        const joined = join(values);
        if (joined?.kind === 'message') expect(joined.message.length).toBeLessThanOrEqual(MOST_MESSAGE_OCTETS);
      }),
    );
  });

  it('refuses to send what the other side would not take', () => {
    for (const length of [0, MOST_MESSAGE_OCTETS + 1])
      expect(() => splitMessage(new Uint8Array(length), 20)).toThrow(RangeError);
    for (const octets of [19, 513]) expect(() => splitMessage(Uint8Array.of(1), octets)).toThrow(RangeError);
  });
});
