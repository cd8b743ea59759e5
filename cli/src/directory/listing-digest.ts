import { createHash } from 'node:crypto';

/**
 * What a listing has told so far, in a few bytes: how many entries, and a sum over their keys that does not depend on their
 * order. A server that tells the same entries first in another order still goes on at the right place.
 */
export interface ListingDigest {
  readonly count: number;
  readonly sum: bigint;
}

export const emptyDigest: ListingDigest = { count: 0, sum: 0n };

const SUM_BITS = 64;

/** @returns the digest with one more key. */
export function addKey({ count, sum }: ListingDigest, key: string): ListingDigest {
  const hash = createHash('sha256').update(key, 'utf8').digest().readBigUInt64BE(0);
  return { count: count + 1, sum: BigInt.asUintN(SUM_BITS, sum + hash) };
}

/** @returns a cursor, `<count>:<sum in hexadecimal>`. */
export function encodeDigest({ count, sum }: ListingDigest): string {
  return `${count}:${sum.toString(16)}`;
}

/** @returns the digest, or undefined where the text is none. */
export function decodeDigest(cursor: string): ListingDigest | undefined {
  const match = /^(\d{1,9}):([0-9a-f]{1,16})$/.exec(cursor);
  return match === null ? undefined : { count: Number(match[1]), sum: BigInt(`0x${match[2]}`) };
}
