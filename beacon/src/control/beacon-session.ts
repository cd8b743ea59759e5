/**
 * The beacon's side of a pairing connection: values from the characteristic in, values for the characteristic out. It has
 * no radio and no clock; what a request does is done by `carryOut`.
 */
import { type Attempts, noteRightAttempt, noteWrongAttempt, pauseLeftMs } from './attempts.js';
import { type Joining, joinValue, LEAST_VALUE_OCTETS, splitMessage } from './chunks.js';
import { pskOf } from './credentials.js';
import {
  type Credential,
  decodeMessage,
  encodeMessage,
  type Message,
  PROTOCOL_VERSION,
  prologueOf,
  type Refusal,
} from './messages.js';
import { type NoiseSession, respond } from './noise.js';
import { type Answer, type Asked, decodeRequest, encodeAnswer } from './requests.js';

export interface BeaconSessionOptions {
  /** What admits now: the label's code of a beacon that nobody owns, the owner's key of one that somebody does. */
  readonly admitting: () => { readonly credential: Credential; readonly secret: Uint8Array };
  /** Wrong attempts, kept across connections. */
  readonly attempts: { readonly get: () => Attempts; readonly set: (attempts: Attempts) => void };
  /** Does what an admitted asker asks. Never rejects; within 5 s. */
  readonly carryOut: (asked: Asked) => Promise<Pick<Answer, 'status' | 'body'>>;
  /** ms on a clock that never goes back. */
  readonly nowMs: () => number;
}

export interface BeaconSession {
  /**
   * Takes one value. Values that come while an answer is being made wait for their turn, eight at most.
   * @param valueOctets what fits into one value of this connection, 20 at least.
   * @returns the values to send, in order; none where the message is not whole yet.
   */
  take(value: Uint8Array, valueOctets: number): Promise<readonly Uint8Array[]>;
  /** Whether the other side has shown that it holds the key, by a request of its own and not by a replayed hello. */
  isAdmitted(): boolean;
}

const MOST_WAITING = 8;

/** One for each connection: what a link that broke had negotiated is gone with it. */
export function createBeaconSession(options: BeaconSessionOptions): BeaconSession {
  const { admitting, attempts, carryOut, nowMs } = options;
  let joining: Joining | undefined;
  let session: NoiseSession | undefined;
  let isAdmitted = false;
  let last: { readonly number: number; readonly answer: Uint8Array } | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  function greet(message: Extract<Message, { kind: 'hello' }>): Message {
    session = undefined;
    isAdmitted = false;
    last = undefined;
    if (message.version !== PROTOCOL_VERSION) return refuse('unknown-version');
    if (pauseLeftMs(attempts.get(), nowMs()) > 0) return refuse('too-many-attempts');
    const { credential, secret } = admitting();
    const psk = pskOf(credential, secret);
    const prologue = prologueOf(message.version, credential);
    const response = message.credential === credential ? respond({ psk, prologue }, message.noise) : undefined;
    if (response === undefined) {
      attempts.set(noteWrongAttempt(attempts.get(), nowMs()));
      return refuse('not-admitted');
    }
    const answered = response.answer();
    session = answered.session;
    return { kind: 'welcome', noise: answered.message };
  }

  async function answer(message: Extract<Message, { kind: 'sealed' }>): Promise<Message> {
    const own = session;
    const octets = own?.open(message.noise);
    if (own === undefined || octets === undefined) return endSession('no-session');
    if (!isAdmitted) {
      isAdmitted = true;
      attempts.set(noteRightAttempt(attempts.get()));
    }
    const decoded = decodeRequest(octets);
    if (decoded === undefined) return endSession('malformed');
    if (!decoded.ok) return seal(own, encodeAnswer({ ...decoded, body: new Uint8Array(0) }));
    const { number, asked } = decoded.request;
    if (last?.number !== number) {
      const done = await carryOut(asked);
      last = { number, answer: encodeAnswer({ number, ...done }) };
    }
    return seal(own, last.answer);
  }

  function endSession(refusal: Refusal): Message {
    session = undefined;
    isAdmitted = false;
    return refuse(refusal);
  }

  async function handle(octets: Uint8Array): Promise<Message> {
    const message = decodeMessage(octets);
    if (message?.kind === 'hello') return greet(message);
    if (message?.kind === 'sealed') return answer(message);
    return endSession('malformed');
  }

  async function takeInTurn(value: Uint8Array, valueOctets: number): Promise<readonly Uint8Array[]> {
    const joined = joinValue(joining, value);
    joining = joined.kind === 'more' ? joined.joining : undefined;
    if (joined.kind === 'more') return [];
    const reply = joined.kind === 'broken' ? endSession('malformed') : await handle(joined.message);
    return splitMessage(encodeMessage(reply), Math.max(valueOctets, LEAST_VALUE_OCTETS));
  }

  return {
    async take(value, valueOctets) {
      if (waiting >= MOST_WAITING) return [];
      waiting += 1;
      const own = turn.then(() => takeInTurn(value, valueOctets));
      turn = own.catch(() => {}); // Whoever called hears of it; the next value is not to.
      try {
        return await own;
      } finally {
        waiting -= 1;
      }
    },
    isAdmitted: () => isAdmitted,
  };
}

function refuse(refusal: Refusal): Message {
  return { kind: 'refusal', refusal };
}

function seal(session: NoiseSession, octets: Uint8Array): Message {
  return { kind: 'sealed', noise: session.seal(octets) };
}
