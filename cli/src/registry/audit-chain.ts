/**
 * The audit: who changed what and when, each entry bound to the one before. What an entry tells of people is hashed with a salt of
 * its own; purging it takes the words and the salt and leaves the hash, so that the chain can still be followed and nobody can
 * guess what stood there.
 *
 *     contentHash = SHA-256(salt ‖ JSON [actor, subject, content])
 *     hash        = SHA-256(previous hash ‖ JSON [seq, atMs, verb, contentHash])
 *
 * Whoever may write the whole database may also write a whole new chain: a copy of the newest hash, kept elsewhere, tells.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface AuditWords {
  /** Who: the account's name on the machine that asked. */
  readonly actor: string;
  /** What: `beacons/b-12`. */
  readonly subject: string;
  /** Before and after, without secrets. */
  readonly content: unknown;
}

export interface AuditEntry {
  /** 1, 2, … without a gap. */
  readonly seq: number;
  readonly atMs: number;
  readonly verb: string;
  readonly contentHash: Uint8Array;
  readonly hash: Uint8Array;
  /** Absent once purged. */
  readonly words?: AuditWords & { readonly salt: Uint8Array };
}

export type ChainFault = { readonly seq: number; readonly reason: 'gap' | 'content' | 'hash' };

const SALT_OCTETS = 16;
export const GENESIS = new Uint8Array(32);

/** @param previous the entry before, `undefined` for the first. */
export function appendEntry(
  previous: Pick<AuditEntry, 'seq' | 'hash'> | undefined,
  { atMs, verb, ...words }: AuditWords & { readonly atMs: number; readonly verb: string },
): AuditEntry {
  const salt = new Uint8Array(randomBytes(SALT_OCTETS));
  const seq = (previous?.seq ?? 0) + 1;
  const contentHash = hashWords(salt, words);
  const hash = hashEntry(previous?.hash ?? GENESIS, { seq, atMs, verb, contentHash });
  return { seq, atMs, verb, contentHash, hash, words: { ...words, salt } };
}

/**
 * Follows the chain.
 * @param previous the entry before the first of these, where they do not begin at the beginning.
 * @returns the first fault, or `undefined`.
 */
export function checkChain(
  entries: Iterable<AuditEntry>,
  previous?: Pick<AuditEntry, 'seq' | 'hash'>,
): ChainFault | undefined {
  let before = previous ?? { seq: 0, hash: GENESIS };
  for (const entry of entries) {
    const { seq, words, contentHash, hash } = entry;
    if (seq !== before.seq + 1) return { seq: before.seq + 1, reason: 'gap' };
    if (words !== undefined && !isSame(hashWords(words.salt, words), contentHash)) return { seq, reason: 'content' };
    if (!isSame(hashEntry(before.hash, entry), hash)) return { seq, reason: 'hash' };
    before = entry;
  }
  return undefined;
}

function hashWords(salt: Uint8Array, { actor, subject, content }: AuditWords): Uint8Array {
  return sha256(salt, JSON.stringify([actor, subject, content ?? null]));
}

function hashEntry(
  previous: Uint8Array,
  { seq, atMs, verb, contentHash }: Pick<AuditEntry, 'seq' | 'atMs' | 'verb' | 'contentHash'>,
): Uint8Array {
  return sha256(previous, JSON.stringify([seq, atMs, verb, Buffer.from(contentHash).toString('hex')]));
}

function sha256(first: Uint8Array, second: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(first).update(second).digest());
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
