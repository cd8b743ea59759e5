/** The asker's side of a pairing connection, as pure steps: octets out, octets in. Whoever holds the link sends and waits. */
import { pskOf } from './credentials.js';
import {
  type Credential,
  decodeMessage,
  encodeMessage,
  PROTOCOL_VERSION,
  prologueOf,
  type Refusal,
} from './messages.js';
import { initiate, type NoiseSession } from './noise.js';
import { type Answer, type Asked, decodeAnswer, encodeRequest } from './requests.js';

/** Why an exchange did not succeed: what the beacon said, or that its octets are not what only it could have sent. */
export type Failure =
  | { readonly ok: false; readonly reason: 'refused'; readonly refusal: Refusal }
  | { readonly ok: false; readonly reason: 'forged' | 'malformed' };

export interface Greeting {
  /** The message to send first. */
  readonly hello: Uint8Array;
  /** Takes the beacon's message. `forged`: whoever answered does not hold the key. */
  welcome(octets: Uint8Array): { readonly ok: true; readonly asking: Asking } | Failure;
}

export interface Asking {
  /** @returns the message to send. One question at a time: the next after the answer. */
  ask(asked: Asked): Uint8Array;
  /** Takes the beacon's message: the answer to the last question. */
  answer(octets: Uint8Array): { readonly ok: true; readonly answer: Answer } | Failure;
}

/** @throws RangeError for a secret of a wrong length. */
export function greet(credential: Credential, secret: Uint8Array): Greeting {
  const prologue = prologueOf(PROTOCOL_VERSION, credential);
  const initiation = initiate({ psk: pskOf(credential, secret), prologue });
  return {
    hello: encodeMessage({ kind: 'hello', version: PROTOCOL_VERSION, credential, noise: initiation.message }),
    welcome(octets) {
      const message = decodeMessage(octets);
      if (message?.kind === 'refusal') return { ok: false, reason: 'refused', refusal: message.refusal };
      if (message?.kind !== 'welcome') return { ok: false, reason: 'malformed' };
      const finished = initiation.finish(message.noise);
      return finished === undefined
        ? { ok: false, reason: 'forged' }
        : { ok: true, asking: createAsking(finished.session) };
    },
  };
}

function createAsking(session: NoiseSession): Asking {
  let number = -1;
  return {
    ask(asked) {
      number = (number + 1) % 256;
      return encodeMessage({ kind: 'sealed', noise: session.seal(encodeRequest({ number, asked })) });
    },
    answer(octets) {
      const message = decodeMessage(octets);
      if (message?.kind === 'refusal') return { ok: false, reason: 'refused', refusal: message.refusal };
      if (message?.kind !== 'sealed') return { ok: false, reason: 'malformed' };
      const opened = session.open(message.noise);
      if (opened === undefined) return { ok: false, reason: 'forged' };
      const answer = decodeAnswer(opened);
      return answer?.number === number ? { ok: true, answer } : { ok: false, reason: 'malformed' };
    },
  };
}
