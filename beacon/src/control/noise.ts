/**
 * Noise_NNpsk0_25519_ChaChaPoly_SHA256 (Noise Protocol Framework, revision 34, §5, §7.2, §9): two messages after which both
 * sides know that the other holds the pre-shared key, and share keys that a later loss of it does not give away.
 *
 * | octets | message 1, initiator → responder | message 2, responder → initiator |
 * |---|---|---|
 * | 0–31 | ephemeral public key e | ephemeral public key e |
 * | 32– | payload, sealed with a key of psk and e | payload, sealed with a key of psk, e and ee |
 * | last 16 | tag | tag |
 *
 * The pre-shared key has 128 bits of entropy at least, so that a recorded handshake cannot be searched.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { type AgreementKey, drawAgreementKey, openAgreementKey, sharedSecretOf } from '../identity/keys.js';
import { concat } from './octets.js';

const PROTOCOL = 'Noise_NNpsk0_25519_ChaChaPoly_SHA256';
export const NOISE_KEY_OCTETS = 32;
export const NOISE_TAG_OCTETS = 16;
/** §3: no Noise message is longer. */
const MOST_OCTETS = 65_535;

/** Seals in order: every message has the next nonce, so what is lost, repeated or out of order does not open. */
export interface Sealer {
  /** @returns the sealed message, 16 octets longer. */
  seal(plaintext: Uint8Array): Uint8Array;
}

export interface Opener {
  /** @returns the message, or `undefined` if it is not the next one that the other side sealed. Nothing opens after that. */
  open(sealed: Uint8Array): Uint8Array | undefined;
}

/** Both directions after the handshake, and its hash: the same on both sides and different in every session (§11.2). */
export interface NoiseSession extends Sealer, Opener {
  readonly handshakeHash: Uint8Array;
}

export interface HandshakeOptions {
  /** 32 octets that both sides hold. */
  readonly psk: Uint8Array;
  /** What both sides must agree on besides, e.g. the version of the protocol. */
  readonly prologue: Uint8Array;
  /** 32 octets, for published vectors alone; drawn where absent. */
  readonly ephemeralPrivateKey?: Uint8Array;
}

/** The side that begins: the program that pairs. */
export interface Initiation {
  readonly message: Uint8Array;
  /** @returns the session and the other side's payload, or `undefined` where the other side does not hold the key. */
  finish(message: Uint8Array): { readonly session: NoiseSession; readonly payload: Uint8Array } | undefined;
}

/**
 * @param payload goes with the first message; whoever holds the key can replay it, so it must not do anything.
 * @throws RangeError for keys of another length or a payload that is too long.
 */
export function initiate(options: HandshakeOptions, payload: Uint8Array = new Uint8Array(0)): Initiation {
  const ephemeral = ephemeralOf(options);
  const state = begin(options);
  mixKeyAndHash(state, options.psk);
  mixEphemeral(state, ephemeral.publicKey);
  const message = concat(ephemeral.publicKey, encryptAndHash(state, payload));
  return {
    message,
    finish(answer) {
      const theirs = answer.subarray(0, NOISE_KEY_OCTETS);
      if (!canBeHandshake(answer)) return undefined;
      mixEphemeral(state, theirs);
      if (!mixSecret(state, ephemeral, theirs)) return undefined;
      const opened = decryptAndHash(state, answer.subarray(NOISE_KEY_OCTETS));
      return opened === undefined ? undefined : { session: split(state, 'initiator'), payload: opened };
    },
  };
}

/** What the responder knows after the first message: the initiator, or whoever recorded it, holds the key. */
export interface Response {
  readonly payload: Uint8Array;
  /** @returns the second message and the session, which opens nothing from anyone who only replayed the first. */
  answer(payload?: Uint8Array): { readonly session: NoiseSession; readonly message: Uint8Array };
}

/** @returns `undefined` where the message was not made with this key and prologue. */
export function respond(options: HandshakeOptions, message: Uint8Array): Response | undefined {
  if (!canBeHandshake(message)) return undefined;
  const state = begin(options);
  const theirs = message.slice(0, NOISE_KEY_OCTETS);
  mixKeyAndHash(state, options.psk);
  mixEphemeral(state, theirs);
  const payload = decryptAndHash(state, message.subarray(NOISE_KEY_OCTETS));
  if (payload === undefined) return undefined;
  const ephemeral = ephemeralOf(options);
  return {
    payload,
    answer(ours = new Uint8Array(0)) {
      mixEphemeral(state, ephemeral.publicKey);
      if (!mixSecret(state, ephemeral, theirs)) throw new RangeError('message: its public key gives no shared secret');
      const sealed = encryptAndHash(state, ours);
      return { session: split(state, 'responder'), message: concat(ephemeral.publicKey, sealed) };
    },
  };
}

/** §5.2: the handshake hash h, the chaining key ck, and the cipher k with its nonce n. */
interface SymmetricState {
  h: Uint8Array;
  ck: Uint8Array;
  k: Uint8Array;
  n: number;
}

function begin({ psk, prologue }: HandshakeOptions): SymmetricState {
  if (psk.length !== NOISE_KEY_OCTETS) throw new RangeError(`psk: expected 32 octets, got ${psk.length}`);
  // The name is longer than a hash, so it is hashed itself.
  const h = sha256(Buffer.from(PROTOCOL, 'ascii'));
  const state = { h, ck: h, k: new Uint8Array(0), n: 0 };
  mixHash(state, prologue);
  return state;
}

function mixHash(state: SymmetricState, data: Uint8Array): void {
  state.h = sha256(state.h, data);
}

function mixKeyAndHash(state: SymmetricState, input: Uint8Array): void {
  const [ck, hash, k] = hkdf(state.ck, input, 3) as [Uint8Array, Uint8Array, Uint8Array];
  mixHash(state, hash);
  Object.assign(state, { ck, k, n: 0 });
}

function mixKey(state: SymmetricState, input: Uint8Array): void {
  const [ck, k] = hkdf(state.ck, input, 2) as [Uint8Array, Uint8Array];
  Object.assign(state, { ck, k, n: 0 });
}

/** §9.2: with a pre-shared key the ephemeral is mixed into the key as well. */
function mixEphemeral(state: SymmetricState, publicKey: Uint8Array): void {
  mixHash(state, publicKey);
  mixKey(state, publicKey);
}

/** @returns false for a point that gives no secret. */
function mixSecret(state: SymmetricState, own: AgreementKey, publicKey: Uint8Array): boolean {
  try {
    mixKey(state, sharedSecretOf(own, publicKey));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function encryptAndHash(state: SymmetricState, plaintext: Uint8Array): Uint8Array {
  const sealed = encrypt(state.k, state.n, state.h, plaintext);
  state.n += 1;
  mixHash(state, sealed);
  return sealed;
}

function decryptAndHash(state: SymmetricState, sealed: Uint8Array): Uint8Array | undefined {
  const plaintext = decrypt(state.k, state.n, state.h, sealed);
  state.n += 1;
  mixHash(state, sealed);
  return plaintext;
}

function split({ ck, h }: SymmetricState, side: 'initiator' | 'responder'): NoiseSession {
  const [first, second] = hkdf(ck, new Uint8Array(0), 2) as [Uint8Array, Uint8Array];
  const [sending, receiving] = side === 'initiator' ? [first, second] : [second, first];
  let sent = 0;
  let received = 0;
  let isBroken = false;
  const nothing = new Uint8Array(0);
  return {
    handshakeHash: h,
    seal(plaintext) {
      const sealed = encrypt(sending, sent, nothing, plaintext);
      sent += 1;
      return sealed;
    },
    open(sealed) {
      const plaintext = isBroken ? undefined : decrypt(receiving, received, nothing, sealed);
      received += 1;
      isBroken = plaintext === undefined;
      return plaintext;
    },
  };
}

/** §12.3: the nonce is 32 zero bits and a count of 64 bits, little-endian. */
function nonceOf(n: number): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64LE(BigInt(n), 4);
  return nonce;
}

function encrypt(key: Uint8Array, n: number, associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
  if (plaintext.length > MOST_OCTETS - NOISE_TAG_OCTETS - NOISE_KEY_OCTETS)
    throw new RangeError(`plaintext: ${plaintext.length} octets are more than a Noise message holds`);
  const cipher = createCipheriv('chacha20-poly1305', key, nonceOf(n), { authTagLength: NOISE_TAG_OCTETS });
  cipher.setAAD(associated, { plaintextLength: plaintext.length });
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

function decrypt(key: Uint8Array, n: number, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const length = sealed.length - NOISE_TAG_OCTETS;
  if (length < 0 || sealed.length > MOST_OCTETS) return undefined;
  const decipher = createDecipheriv('chacha20-poly1305', key, nonceOf(n), { authTagLength: NOISE_TAG_OCTETS });
  decipher.setAAD(associated, { plaintextLength: length });
  decipher.setAuthTag(sealed.subarray(length));
  const plaintext = decipher.update(sealed.subarray(0, length));
  try {
    decipher.final();
  } catch {
    // The tag does not fit: forged, replayed, or for another key.
    return undefined;
  }
  return new Uint8Array(plaintext);
}

/** §4.3: HKDF with `ck` for the salt and no info. */
function hkdf(ck: Uint8Array, input: Uint8Array, outputs: 2 | 3): readonly Uint8Array[] {
  const temporary = hmac(ck, input);
  const first = hmac(temporary, Uint8Array.of(1));
  const second = hmac(temporary, first, Uint8Array.of(2));
  return outputs === 2 ? [first, second] : [first, second, hmac(temporary, second, Uint8Array.of(3))];
}

function ephemeralOf({ ephemeralPrivateKey }: HandshakeOptions): AgreementKey {
  return ephemeralPrivateKey === undefined ? drawAgreementKey() : openAgreementKey(ephemeralPrivateKey);
}

function canBeHandshake(message: Uint8Array): boolean {
  return message.length >= NOISE_KEY_OCTETS + NOISE_TAG_OCTETS && message.length <= MOST_OCTETS;
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest());
}
