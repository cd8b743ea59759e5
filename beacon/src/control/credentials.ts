import { hkdfSync } from 'node:crypto';
import { OWNER_KEY_OCTETS, SETUP_CODE_OCTETS } from '../identity/ownership.js';
import type { Credential } from './messages.js';
import { NOISE_KEY_OCTETS } from './noise.js';

/** The key of a handshake, made of what the sides hold, so that neither secret is ever used for two things. */

/** What a scanner sees of a beacon that waits to be paired: enough to find the label's beacon among others, of no use without it. */
export const TAG_OCTETS = 4;

const secretOctets: Readonly<Record<Credential, number>> = {
  'setup-code': SETUP_CODE_OCTETS,
  'owner-key': OWNER_KEY_OCTETS,
};

/**
 * @param secret 16 octets of a setup code, 32 of an owner key.
 * @returns 32 octets for `HandshakeOptions.psk`.
 * @throws RangeError for another length.
 */
export function pskOf(credential: Credential, secret: Uint8Array): Uint8Array {
  return expand(credential, secret, 'handshake', NOISE_KEY_OCTETS);
}

/** @returns 4 octets, advertised in the pairing window. @throws RangeError as `pskOf`. */
export function tagOf(credential: Credential, secret: Uint8Array): Uint8Array {
  return expand(credential, secret, 'tag', TAG_OCTETS);
}

/** HKDF-SHA-256 (RFC 5869), empty salt, one label for each use. */
function expand(credential: Credential, secret: Uint8Array, use: string, octets: number): Uint8Array {
  const expected = secretOctets[credential];
  if (secret.length !== expected)
    throw new RangeError(`${credential}: expected ${expected} octets, got ${secret.length}`);
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), `deskbeacon ${credential} ${use}`, octets));
}
