/**
 * What goes over the control characteristics, once a message is whole (`chunks.ts`). Numbers are little-endian.
 *
 * | octet 0 | message | further octets |
 * |---|---|---|
 * | 0x01 | hello, to the beacon | version (1), credential (0 setup code, 1 owner key), Noise message 1 |
 * | 0x02 | welcome | Noise message 2 |
 * | 0x03 | sealed, both ways | a Noise transport message that holds a request or an answer |
 * | 0x7f | refusal | reason |
 *
 * Sealed: a request is its number (0–255), what is asked, and its body; an answer is that number, a status, and its body.
 */
import { NOISE_KEY_OCTETS, NOISE_TAG_OCTETS } from './noise.js';

export const PROTOCOL_VERSION = 1;

/** What a side shows that it holds: the code on the label, or the key of the owner who claimed the beacon. */
export const credentials = ['setup-code', 'owner-key'] as const;
export type Credential = (typeof credentials)[number];

/** Why the beacon goes no further; the number on the air is the place in the list. */
export const refusals = [
  'malformed',
  'unknown-version',
  'not-admitted',
  'too-many-attempts',
  'no-session',
  'window-closed',
] as const;
export type Refusal = (typeof refusals)[number];

export type Message =
  | { readonly kind: 'hello'; readonly version: number; readonly credential: Credential; readonly noise: Uint8Array }
  | { readonly kind: 'welcome'; readonly noise: Uint8Array }
  | { readonly kind: 'sealed'; readonly noise: Uint8Array }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

const kindOctet = { hello: 0x01, welcome: 0x02, sealed: 0x03, refusal: 0x7f } as const;
const HELLO_HEAD_OCTETS = 3;
const HANDSHAKE_OCTETS = NOISE_KEY_OCTETS + NOISE_TAG_OCTETS;

export function encodeMessage(message: Message): Uint8Array {
  const kind = kindOctet[message.kind];
  switch (message.kind) {
    case 'hello':
      return Uint8Array.of(kind, message.version, credentials.indexOf(message.credential), ...message.noise);
    case 'refusal':
      return Uint8Array.of(kind, refusals.indexOf(message.refusal));
    default:
      return Uint8Array.of(kind, ...message.noise);
  }
}

/** @returns `undefined` for octets that are no message of any version. A hello of another version has no `noise` of ours. */
export function decodeMessage(octets: Uint8Array): Message | undefined {
  const rest = octets.subarray(1);
  switch (octets[0]) {
    case kindOctet.hello: {
      const [version, number] = rest;
      const credential = number === undefined ? undefined : credentials[number];
      if (version === undefined || credential === undefined) return undefined;
      const noise = octets.slice(HELLO_HEAD_OCTETS);
      if (version === PROTOCOL_VERSION && noise.length < HANDSHAKE_OCTETS) return undefined;
      return { kind: 'hello', version, credential, noise };
    }
    case kindOctet.welcome:
      return rest.length < HANDSHAKE_OCTETS ? undefined : { kind: 'welcome', noise: rest.slice() };
    case kindOctet.sealed:
      return rest.length < NOISE_TAG_OCTETS ? undefined : { kind: 'sealed', noise: rest.slice() };
    case kindOctet.refusal: {
      const refusal = rest.length === 1 ? refusals[rest[0] as number] : undefined;
      return refusal === undefined ? undefined : { kind: 'refusal', refusal };
    }
    default:
      return undefined;
  }
}

/** What the two sides bind their handshake to: nobody can move it to another version or another kind of key. */
export function prologueOf(version: number, credential: Credential): Uint8Array {
  return new Uint8Array(Buffer.from(`deskbeacon control ${version} ${credential}`, 'ascii'));
}
