import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** What a beacon derives from its one root key (HKDF-SHA-256, RFC 5869, empty salt, one label each). */
export interface BeaconKeys {
  /** 16 octets: the Eddystone identity key. Never leaves the beacon; phones get temporary keys. */
  readonly identityKey: Uint8Array;
  /** 16 octets: lets any phone of the site recognise the desk; proves nothing. */
  readonly recognitionKey: Uint8Array;
}

export const ROOT_KEY_OCTETS = 32;
const KEY_OCTETS = 16;

/**
 * @param rootKey 32 octets.
 * @throws RangeError for another length.
 */
export function deriveKeys(rootKey: Uint8Array): BeaconKeys {
  if (rootKey.length !== ROOT_KEY_OCTETS)
    throw new RangeError(`rootKey: expected ${ROOT_KEY_OCTETS} octets, got ${rootKey.length}`);
  return { identityKey: expand(rootKey, 'eid'), recognitionKey: expand(rootKey, 'ibeacon') };
}

function expand(rootKey: Uint8Array, label: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', rootKey, new Uint8Array(0), label, KEY_OCTETS));
}

/** DER around a raw private key of X25519 (RFC 8410 §7). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** One side of the Eddystone key agreement: 32 octets each, as X25519 writes them (little-endian). */
export interface KeyAgreement {
  readonly privateKey: Uint8Array;
  readonly resolverPublicKey: Uint8Array;
  readonly beaconPublicKey: Uint8Array;
  /** Whose private key it is. */
  readonly side: 'resolver' | 'beacon';
}

/**
 * The identity key that beacon and resolver agree on (google/eddystone, eddystone-eid/eid-computation.md): the first 16
 * octets of HMAC-SHA-256 over 01, keyed by the pseudorandom key, which is HKDF-SHA-256 with empty info.
 * @returns 16 octets.
 * @throws RangeError when the other side's key gives an all-zero secret, or a key is not 32 octets.
 */
export function agreeIdentityKey(agreement: KeyAgreement): Uint8Array {
  const pseudorandomKey = agreePseudorandomKey(agreement);
  return new Uint8Array(
    createHmac('sha256', pseudorandomKey).update(Uint8Array.of(1)).digest().subarray(0, KEY_OCTETS),
  );
}

/**
 * HMAC-SHA-256 over the X25519 shared secret, keyed by both public keys, the resolver's first.
 * @returns 32 octets.
 * @throws RangeError as `agreeIdentityKey`.
 */
export function agreePseudorandomKey(agreement: KeyAgreement): Uint8Array {
  const { privateKey, resolverPublicKey, beaconPublicKey, side } = agreement;
  requireLength('resolverPublicKey', resolverPublicKey);
  requireLength('beaconPublicKey', beaconPublicKey);
  const secret = sharedSecretOf(openAgreementKey(privateKey), side === 'beacon' ? resolverPublicKey : beaconPublicKey);
  const salt = Buffer.concat([resolverPublicKey, beaconPublicKey]);
  return new Uint8Array(createHmac('sha256', salt).update(secret).digest());
}

/** @returns the public key of a private one, 32 octets. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return openAgreementKey(privateKey).publicKey;
}

/** A private key of X25519 as OpenSSL holds it: to read one from its octets takes it ten times as long as to agree by it. */
export interface AgreementKey {
  readonly privateKey: KeyObject;
  /** 32 octets. */
  readonly publicKey: Uint8Array;
}

/**
 * Any 32 octets are a private key (RFC 7748 §5). Not by `generateKeyPairSync`, which takes a tenth of the time: in Node 20
 * whoever exports a key that it made waits for ever, once in some thousand times, namely where the export's own
 * allocation has the job that made the key collected, which waits for the lock that the export holds.
 * @returns a key of its own, for one agreement or many.
 */
export function drawAgreementKey(): AgreementKey {
  return openAgreementKey(randomBytes(32));
}

/** @throws RangeError when the key is not 32 octets. */
export function openAgreementKey(octets: Uint8Array): AgreementKey {
  requireLength('privateKey', octets);
  const key = Buffer.concat([PRIVATE_PREFIX, octets]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: octetsOf(createPublicKey(privateKey)) };
}

/**
 * X25519 (RFC 7748 §6.1).
 * @returns 32 octets.
 * @throws RangeError when the public key is not 32 octets or gives an all-zero secret.
 */
export function sharedSecretOf({ privateKey }: AgreementKey, otherPublicKey: Uint8Array): Uint8Array {
  requireLength('publicKey', otherPublicKey);
  let secret: Buffer;
  try {
    secret = diffieHellman({ privateKey, publicKey: publicObject(otherPublicKey) });
  } catch (cause) {
    // OpenSSL refuses low-order points by itself.
    throw new RangeError('publicKey: gives no shared secret', { cause });
  }
  if (secret.every((octet) => octet === 0)) throw new RangeError('publicKey: gives an all-zero shared secret');
  return secret;
}

/** As a JSON Web Key (RFC 8037 §2), which Node takes for the octets that it holds; DER goes through OpenSSL's decoders. */
function publicObject(octets: Uint8Array): KeyObject {
  const key = { kty: 'OKP', crv: 'X25519', x: Buffer.from(octets).toString('base64url') };
  return createPublicKey({ key, format: 'jwk' });
}

function octetsOf(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'));
}

function requireLength(label: string, key: Uint8Array): void {
  if (key.length !== 32) throw new RangeError(`${label}: expected 32 octets, got ${key.length}`);
}
