/**
 * Secrets at rest. A data key of 256 bits seals each of them (AES-256-GCM, a nonce drawn each time, and as associated data the
 * place it stands in, so that none can be moved to another); scrypt makes of the passphrase the key that seals the data key. A new
 * passphrase seals the data key anew and nothing else.
 *
 *     sealed = version (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { CliError } from '../errors/cli-error.js';

/** What is kept beside the secrets: of no use without the passphrase. Plain JSON. */
export interface KeyRingHeader {
  readonly version: 1;
  readonly kdf: 'scrypt';
  /** Cost, block size, parallelism (RFC 7914). */
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** Lower-case hexadecimal. */
  readonly salt: string;
  readonly wrappedKey: string;
}

export interface KeyRing {
  /** @param place such as `beacons/b-12/rootKey`. */
  seal(place: string, secret: Uint8Array): Uint8Array;
  /** @throws CliError `registry-damaged` when it was changed, moved or cut. */
  open(place: string, sealed: Uint8Array): Uint8Array;
  /** The same data key under another passphrase. */
  rewrap(passphrase: string): Promise<KeyRingHeader>;
}

/** 128 MiB and about half a second (OWASP password storage: N = 2^17, r = 8, p = 1). */
const COST = { n: 131_072, r: 8, p: 1 } as const;
/** What a header may ask for: a foreign one shall not take the machine's memory. */
const MOST_COST = { n: 1_048_576, r: 16, p: 4 } as const;
const SALT_OCTETS = 16;
const KEY_OCTETS = 32;
const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const VERSION = 1;
const CIPHER = 'aes-256-gcm';
const WRAP_PLACE = 'deskbeacon registry key';
export const LEAST_PASSPHRASE_LETTERS = 12;

/** @throws CliError `weak-passphrase` for fewer than 12 letters. */
export async function createKeyRing(
  passphrase: string,
): Promise<{ readonly ring: KeyRing; readonly header: KeyRingHeader }> {
  const ring = ringOf(new Uint8Array(randomBytes(KEY_OCTETS)));
  return { ring, header: await ring.rewrap(passphrase) };
}

/** @throws CliError `wrong-passphrase`; `registry-damaged` for a header that is none. */
export async function unlockKeyRing(header: unknown, passphrase: string): Promise<KeyRing> {
  const checked = checkHeader(header);
  const key = await stretch(passphrase, checked);
  try {
    return ringOf(openWith(key, WRAP_PLACE, hexToOctets(checked.wrappedKey)));
  } catch {
    throw new CliError('wrong-passphrase', 'the passphrase does not open this registry');
  }
}

function ringOf(dataKey: Uint8Array): KeyRing {
  return {
    seal: (place, secret) => sealWith(dataKey, place, secret),
    open(place, sealed) {
      try {
        return openWith(dataKey, place, sealed);
      } catch (cause) {
        throw new CliError('registry-damaged', `${place}: the secret cannot be opened`, { cause });
      }
    },
    async rewrap(passphrase) {
      if ([...passphrase].length < LEAST_PASSPHRASE_LETTERS)
        throw new CliError('weak-passphrase', `expected a passphrase of at least ${LEAST_PASSPHRASE_LETTERS} letters`);
      const salt = randomBytes(SALT_OCTETS).toString('hex');
      const header = { version: 1, kdf: 'scrypt', ...COST, salt } as const;
      const wrapped = sealWith(await stretch(passphrase, header), WRAP_PLACE, dataKey);
      return { ...header, wrappedKey: Buffer.from(wrapped).toString('hex') };
    },
  };
}

function sealWith(key: Uint8Array, place: string, secret: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_OCTETS);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(secret), cipher.final()]);
  return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), nonce, ciphertext, cipher.getAuthTag()]));
}

function openWith(key: Uint8Array, place: string, sealed: Uint8Array): Uint8Array {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_OCTETS + TAG_OCTETS)
    throw new Error('not sealed by version 1');
  const nonce = sealed.subarray(1, 1 + NONCE_OCTETS);
  const tag = sealed.subarray(sealed.length - TAG_OCTETS);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_OCTETS });
  decipher.setAAD(Buffer.from(place, 'utf8')).setAuthTag(tag);
  const ciphertext = sealed.subarray(1 + NONCE_OCTETS, sealed.length - TAG_OCTETS);
  return new Uint8Array(Buffer.concat([decipher.update(ciphertext), decipher.final()]));
}

function stretch(
  passphrase: string,
  { n, r, p, salt }: Pick<KeyRingHeader, 'n' | 'r' | 'p' | 'salt'>,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const limits = { N: n, r, p, maxmem: 256 * n * r };
    // The same words typed on another machine may be composed otherwise (Unicode NFC and NFD).
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'hex'), KEY_OCTETS, limits, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
}

function checkHeader(value: unknown): KeyRingHeader {
  const header = (typeof value === 'object' && value !== null ? value : {}) as Partial<KeyRingHeader>;
  const isCost = (cost: unknown, most: number): boolean =>
    typeof cost === 'number' && Number.isInteger(cost) && cost >= 1 && cost <= most;
  const isWhole =
    header.version === 1 &&
    header.kdf === 'scrypt' &&
    isCost(header.n, MOST_COST.n) &&
    isCost(header.r, MOST_COST.r) &&
    isCost(header.p, MOST_COST.p) &&
    /^[0-9a-f]{32}$/.test(header.salt ?? '') &&
    /^([0-9a-f]{2}){61}$/.test(header.wrappedKey ?? '');
  if (!isWhole) throw new CliError('registry-damaged', 'the key ring of this registry cannot be read');
  return header as KeyRingHeader;
}

function hexToOctets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
