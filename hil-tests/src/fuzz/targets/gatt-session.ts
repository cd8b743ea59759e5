import {
  type Asked,
  createBeaconSession,
  decodeMessage,
  encodeMessage,
  encodeRequest,
  greet,
  type Joining,
  joinValue,
  noAttempts,
  splitMessage,
} from '@deskbeacon/beacon/testing';
import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOctets, drawOne, type FuzzTarget, mustHold } from '../target.js';

type BeaconSession = ReturnType<typeof createBeaconSession>;

const setupCode = Uint8Array.from({ length: 16 }, (_, i) => 3 * i + 1);
const VALUE_OCTETS = 20;
/** What a message of ours, with its head, takes at the least MTU. */
const MOST_ANSWER_VALUES = 60;
const A_PAUSE_MS = 3_600_000;
/** One in so many inputs is followed by an honest client: its handshake takes longer than all of the rest. */
const HONEST_EVERY = 64;

const steps = [
  'value',
  'message',
  'hello',
  'replayed-hello',
  'replayed-request',
  'sealed',
  'burst',
  'reconnect',
] as const;

/**
 * Somebody who does not hold the key, at the beacon's side of a pairing connection. The input is a script: a step, a length,
 * and so many octets for it. Nothing may be carried out, nobody admitted, every value answered with few values, and
 * afterwards an honest client does what it came for.
 */
export const gattSession: FuzzTarget = {
  name: 'gatt-session',
  mostOctets: 1024,
  dictionary: steps.map((_, step) => Uint8Array.of(step, 2, 0xc0, 1)),
  seeds: () => [
    script([0, [0xc0, 1, 0, 7]], [1, [1, 1, 0, ...new Uint8Array(48)]], [2, [1, 0]], [5, [...new Uint8Array(40)]]),
    script([3, []], [4, []], [7, []], [4, []]),
    script([3, []], [6, [0x80, 100, 0]], [0, [1, 2, 3]], [0, [0x42, 4]]),
  ],
  generate: drawScript,
  async run(input) {
    const beacon = createBeacon();
    let session = beacon.connect();
    for (const { step, octets } of readScript(input)) {
      if (step === 'reconnect') session = beacon.connect();
      else await play(session, step, octets);
      mustHold(!session.isAdmitted(), `somebody without the key is admitted after ${step}`);
      mustHold(beacon.done.length === 0, `a request was carried out without the key: ${beacon.done[0]?.asks}`);
    }
    if (input.reduce((sum, octet) => sum + octet, 0) % HONEST_EVERY !== 0) return;
    // In the session that was tormented, and in one of its own.
    for (const one of [session, beacon.connect()]) await askHonestly(one, beacon);
  },
};

interface Beacon {
  readonly done: Asked[];
  connect(): BeaconSession;
  wait(ms: number): void;
}

function createBeacon(): Beacon {
  const done: Asked[] = [];
  let attempts = noAttempts;
  let nowMs = 0;
  return {
    done,
    wait: (ms) => {
      nowMs += ms;
    },
    connect: () =>
      createBeaconSession({
        admitting: () => ({ credential: 'setup-code', secret: setupCode }),
        attempts: {
          get: () => attempts,
          set: (next) => {
            attempts = next;
          },
        },
        carryOut: async (asked) => {
          done.push(asked);
          return { status: 'done', body: new Uint8Array(0) };
        },
        nowMs: () => nowMs,
      }),
  };
}

/** What somebody near by has recorded of an owner's session with this very beacon. */
const recorded = await recordSession();

async function recordSession(): Promise<{ readonly hello: Uint8Array; readonly request: Uint8Array }> {
  const session = createBeacon().connect();
  const greeting = greet('setup-code', setupCode);
  const welcomed = greeting.welcome(await exchange(session, greeting.hello));
  if (!welcomed.ok) throw new Error(welcomed.reason);
  return { hello: greeting.hello, request: welcomed.asking.ask({ asks: 'release' }) };
}

/** A well-formed hello of somebody who guessed the code. */
const wrongHello = greet('setup-code', new Uint8Array(16)).hello;

async function play(session: BeaconSession, step: (typeof steps)[number], octets: Uint8Array): Promise<void> {
  switch (step) {
    case 'value':
      return checkAnswer(await session.take(octets, VALUE_OCTETS));
    case 'burst': {
      const values = Array.from({ length: 12 }, (_, at) => octets.slice(at % (octets.length + 1)));
      for (const answer of await Promise.all(values.map((value) => session.take(value, VALUE_OCTETS))))
        checkAnswer(answer);
      return;
    }
    case 'message':
      return sendWhole(session, octets);
    case 'hello':
      return sendWhole(session, changed(wrongHello, octets));
    case 'replayed-hello':
      return sendWhole(session, changed(recorded.hello, octets));
    case 'replayed-request':
      return sendWhole(session, changed(recorded.request, octets));
    default: {
      const request = encodeRequest({ number: octets[0] ?? 0, asked: { asks: 'release' } });
      const noise = Uint8Array.of(...request, ...octets, ...new Uint8Array(16));
      return sendWhole(session, encodeMessage({ kind: 'sealed', noise }));
    }
  }
}

/** As it was recorded where there are no octets; otherwise with one of its own octets turned. */
function changed(message: Uint8Array, [at, by]: Uint8Array): Uint8Array {
  const copy = message.slice();
  if (at !== undefined && by !== undefined) copy[at % copy.length] = (copy[at % copy.length] as number) ^ by;
  return copy;
}

async function sendWhole(session: BeaconSession, message: Uint8Array): Promise<void> {
  if (message.length === 0) return;
  for (const value of splitMessage(message, VALUE_OCTETS)) checkAnswer(await session.take(value, VALUE_OCTETS));
}

function checkAnswer(values: readonly Uint8Array[]): void {
  mustHold(values.length <= MOST_ANSWER_VALUES, `one value was answered with ${values.length}`);
  let joining: Joining | undefined;
  for (const value of values) {
    mustHold(value.length <= VALUE_OCTETS, 'an answer that does not fit the connection');
    const joined = joinValue(joining, value);
    mustHold(joined.kind !== 'broken', 'an answer that cannot be put together');
    joining = joined.kind === 'more' ? joined.joining : undefined;
    if (joined.kind === 'message')
      mustHold(decodeMessage(joined.message) !== undefined, 'an answer that is no message');
  }
  mustHold(joining === undefined, 'an answer that does not end');
}

async function exchange(session: BeaconSession, message: Uint8Array): Promise<Uint8Array> {
  let joining: Joining | undefined;
  for (const value of splitMessage(message, VALUE_OCTETS))
    for (const answer of await session.take(value, VALUE_OCTETS)) {
      const joined = joinValue(joining, answer);
      if (joined.kind === 'message') return joined.message;
      joining = joined.kind === 'more' ? joined.joining : undefined;
    }
  return new Uint8Array(0);
}

async function askHonestly(session: BeaconSession, beacon: Beacon): Promise<void> {
  beacon.wait(A_PAUSE_MS);
  const before = beacon.done.length;
  const greeting = greet('setup-code', setupCode);
  const welcomed = greeting.welcome(await exchange(session, greeting.hello));
  mustHold(welcomed.ok, 'an honest client is not welcomed afterwards');
  const answered = welcomed.asking.answer(await exchange(session, welcomed.asking.ask({ asks: 'status' })));
  mustHold(answered.ok && answered.answer.status === 'done', 'an honest client is not answered afterwards');
  mustHold(beacon.done.length === before + 1, 'the request of an honest client was not carried out once');
}

function script(...parts: readonly (readonly [number, readonly number[]])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(([step, octets]) => [step, octets.length, ...octets]));
}

function readScript(
  input: Uint8Array,
): readonly { readonly step: (typeof steps)[number]; readonly octets: Uint8Array }[] {
  const read: { step: (typeof steps)[number]; octets: Uint8Array }[] = [];
  for (let at = 0; at < input.length; ) {
    const length = input[at + 1] ?? 0;
    read.push({
      step: steps[(input[at] as number) % steps.length] as (typeof steps)[number],
      octets: input.slice(at + 2, at + 2 + length),
    });
    at += 2 + length;
  }
  return read;
}

function drawScript(random: RandomStream): Uint8Array {
  const parts = Array.from({ length: 1 + drawBelow(random, 5) }, (): readonly [number, readonly number[]] => {
    const octets = [...drawOctets(random, drawBelow(random, 24))];
    if (octets.length > 0 && random.uniform() < 0.5)
      octets[0] = drawOne(random, [0x80, 0xc0, 0x01, 0x41, 0x02, 0x03, 0x7f]);
    return [drawBelow(random, steps.length), octets];
  });
  return script(...parts);
}
