/**
 * A message over a GATT characteristic: cut into values of at most MTU − 3 octets (20 at the least MTU of 23).
 *
 * | octet | first value of a message | further values |
 * |---|---|---|
 * | 0 | 0x80, and 0x40 if it is the last too | number modulo 64 (1, 2, …), and 0x40 in the last |
 * | 1–2 | length of the message, little-endian | message … |
 * | 3– | message … | |
 *
 * A value that does not continue the message under way, or a message longer than the limit, ends it: nothing is guessed.
 */

/** What a peer may make the other side keep in memory. */
export const MOST_MESSAGE_OCTETS = 1024;
/** MTU 23 less the three octets of an ATT write or notification. */
export const LEAST_VALUE_OCTETS = 20;

const FIRST = 0x80;
const LAST = 0x40;
const NUMBER = 0x3f;
const LENGTH_OCTETS = 2;

/**
 * @param message 1 to 1024 octets.
 * @param valueOctets what fits into one value, 20 to 512.
 * @returns the values, in order.
 * @throws RangeError outside these ranges.
 */
export function splitMessage(message: Uint8Array, valueOctets: number): readonly Uint8Array[] {
  if (message.length < 1 || message.length > MOST_MESSAGE_OCTETS)
    throw new RangeError(`message: expected 1 to ${MOST_MESSAGE_OCTETS} octets, got ${message.length}`);
  if (!(valueOctets >= LEAST_VALUE_OCTETS && valueOctets <= 512))
    throw new RangeError(`valueOctets: expected 20 to 512, got ${valueOctets}`);
  const values: Uint8Array[] = [];
  let at = 0;
  while (at < message.length) {
    const isFirst = at === 0;
    const head = isFirst ? [FIRST, message.length & 0xff, message.length >> 8] : [(values.length & NUMBER) as number];
    const part = message.subarray(at, at + valueOctets - head.length);
    at += part.length;
    if (at === message.length) head[0] = (head[0] as number) | LAST;
    values.push(Uint8Array.of(...head, ...part));
  }
  return values;
}

/** What has come of a message so far: plain data. */
export interface Joining {
  readonly octets: Uint8Array;
  readonly filled: number;
  readonly values: number;
}

export type Joined =
  | { readonly kind: 'more'; readonly joining: Joining }
  | { readonly kind: 'message'; readonly message: Uint8Array }
  | { readonly kind: 'broken'; readonly reason: 'empty' | 'not-the-next' | 'too-long' | 'wrong-length' };

/**
 * Takes the next value. A first value begins afresh, whatever went before: the other side has given up the message.
 * @param before what `more` gave for the value before, if it did.
 */
export function joinValue(before: Joining | undefined, value: Uint8Array): Joined {
  const head = value[0];
  if (head === undefined) return { kind: 'broken', reason: 'empty' };
  if ((head & FIRST) !== 0) return beginMessage(value);
  if (before === undefined || (before.values & NUMBER) !== (head & NUMBER))
    return { kind: 'broken', reason: 'not-the-next' };
  return append(before, value.subarray(1), (head & LAST) !== 0);
}

function beginMessage(value: Uint8Array): Joined {
  if (value.length <= 1 + LENGTH_OCTETS) return { kind: 'broken', reason: 'empty' };
  const length = (value[1] as number) | ((value[2] as number) << 8);
  if (length > MOST_MESSAGE_OCTETS) return { kind: 'broken', reason: 'too-long' };
  const fresh: Joining = { octets: new Uint8Array(length), filled: 0, values: 0 };
  return append(fresh, value.subarray(1 + LENGTH_OCTETS), ((value[0] as number) & LAST) !== 0);
}

function append({ octets, filled, values }: Joining, part: Uint8Array, isLast: boolean): Joined {
  const end = filled + part.length;
  if (part.length === 0) return { kind: 'broken', reason: 'empty' };
  if (end > octets.length || isLast !== (end === octets.length)) return { kind: 'broken', reason: 'wrong-length' };
  const joined = octets.slice();
  joined.set(part, filled);
  if (isLast) return { kind: 'message', message: joined };
  return { kind: 'more', joining: { octets: joined, filled: end, values: values + 1 } };
}
