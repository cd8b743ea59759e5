import { describe, expect, it } from 'vitest';
import { type Asking, greet } from './asking-session.js';
import { type Attempts, noAttempts } from './attempts.js';
import { type BeaconSession, createBeaconSession } from './beacon-session.js';
import { type Joining, joinValue, splitMessage } from './chunks.js';
import { decodeMessage, encodeMessage } from './messages.js';
import type { Asked } from './requests.js';

const setupCode = new Uint8Array(16).fill(1);
const ownerKey = new Uint8Array(32).fill(2);

interface Beacon {
  session: BeaconSession;
  readonly done: Asked[];
  owner: Uint8Array | undefined;
  nowMs: number;
  connect(): void;
}

function createBeacon(): Beacon {
  let attempts: Attempts = noAttempts;
  const beacon: Beacon = {
    session: undefined as never,
    done: [],
    owner: undefined,
    nowMs: 0,
    connect() {
      beacon.session = createBeaconSession({
        admitting: () =>
          beacon.owner === undefined
            ? { credential: 'setup-code', secret: setupCode }
            : { credential: 'owner-key', secret: beacon.owner },
        attempts: {
          get: () => attempts,
          set: (next) => {
            attempts = next;
          },
        },
        carryOut: async (asked) => {
          beacon.done.push(asked);
          return { status: 'done', body: Uint8Array.of(beacon.done.length) };
        },
        nowMs: () => beacon.nowMs,
      });
    },
  };
  beacon.connect();
  return beacon;
}

async function exchange({ session }: Beacon, message: Uint8Array, valueOctets = 20): Promise<Uint8Array> {
  const answers: Uint8Array[] = [];
  for (const value of splitMessage(message, valueOctets)) answers.push(...(await session.take(value, valueOctets)));
  let joining: Joining | undefined;
  for (const value of answers) {
    expect(value.length).toBeLessThanOrEqual(valueOctets);
    const joined = joinValue(joining, value);
    if (joined.kind === 'message') return joined.message;
    joining = joined.kind === 'more' ? joined.joining : undefined;
  }
  throw new Error('the beacon sent no whole message');
}

async function admit(beacon: Beacon, valueOctets = 20): Promise<Asking> {
  const [credential, secret] =
    beacon.owner === undefined ? (['setup-code', setupCode] as const) : (['owner-key', beacon.owner] as const);
  const greeting = greet(credential, secret);
  const welcomed = greeting.welcome(await exchange(beacon, greeting.hello, valueOctets));
  if (!welcomed.ok) throw new Error(welcomed.reason);
  return welcomed.asking;
}

async function refusalOf(beacon: Beacon, message: Uint8Array): Promise<unknown> {
  return decodeMessage(await exchange(beacon, message));
}

describe('a session', () => {
  it.each([20, 253])('asks and is answered, in values of %i octets', async (valueOctets) => {
    const beacon = createBeacon();
    const asking = await admit(beacon, valueOctets);
    expect(beacon.session.isAdmitted()).toBe(false);
    for (const asked of [{ asks: 'status' }, { asks: 'identify', seconds: 5 }] as const) {
      const answered = asking.answer(await exchange(beacon, asking.ask(asked), valueOctets));
      expect(answered).toMatchObject({ ok: true, answer: { status: 'done', body: Uint8Array.of(beacon.done.length) } });
    }
    expect(beacon.done).toEqual([{ asks: 'status' }, { asks: 'identify', seconds: 5 }]);
    expect(beacon.session.isAdmitted()).toBe(true);
  });

  it('admits the label of a beacon that nobody owns, and after the claim the owner alone', async () => {
    const beacon = createBeacon();
    expect(await refusalOf(beacon, greet('owner-key', ownerKey).hello)).toMatchObject({ refusal: 'not-admitted' });
    await admit(beacon);
    beacon.owner = ownerKey;
    expect(await refusalOf(beacon, greet('setup-code', setupCode).hello)).toMatchObject({ refusal: 'not-admitted' });
    await admit(beacon);
    expect(await refusalOf(beacon, greet('owner-key', new Uint8Array(32)).hello)).toMatchObject({
      refusal: 'not-admitted',
    });
  });

  it('slows wrong keys down, on every connection, and forgets them with a right one', async () => {
    const beacon = createBeacon();
    const wrong = (): Uint8Array => greet('setup-code', new Uint8Array(16)).hello;
    for (let i = 0; i < 3; i += 1) expect(await refusalOf(beacon, wrong())).toMatchObject({ refusal: 'not-admitted' });
    beacon.connect();
    expect(await refusalOf(beacon, wrong())).toMatchObject({ refusal: 'too-many-attempts' });
    expect(await refusalOf(beacon, greet('setup-code', setupCode).hello)).toMatchObject({
      refusal: 'too-many-attempts',
    });
    beacon.nowMs += 1000;
    const asking = await admit(beacon);
    await exchange(beacon, asking.ask({ asks: 'status' }));
    expect(await refusalOf(beacon, wrong())).toMatchObject({ refusal: 'not-admitted' });
  });

  it('does nothing twice: neither a repeated value nor a recorded message of an earlier session', async () => {
    const beacon = createBeacon();
    const greeting = greet('setup-code', setupCode);
    const welcomed = greeting.welcome(await exchange(beacon, greeting.hello));
    if (!welcomed.ok) throw new Error(welcomed.reason);
    const recorded = welcomed.asking.ask({ asks: 'release' });
    await exchange(beacon, recorded);
    expect(await refusalOf(beacon, recorded)).toEqual({ kind: 'refusal', refusal: 'no-session' });
    beacon.connect();
    await exchange(beacon, greeting.hello);
    expect(await refusalOf(beacon, recorded)).toEqual({ kind: 'refusal', refusal: 'no-session' });
    expect(beacon.done).toEqual([{ asks: 'release' }]);
    expect(beacon.session.isAdmitted()).toBe(false);
  });

  it('refuses what it does not understand, and ends there', async () => {
    const beacon = createBeacon();
    const asking = await admit(beacon);
    expect(await refusalOf(beacon, Uint8Array.of(0x55))).toEqual({ kind: 'refusal', refusal: 'malformed' });
    expect(await refusalOf(beacon, asking.ask({ asks: 'status' }))).toMatchObject({ refusal: 'no-session' });
    const later = encodeMessage({ kind: 'hello', version: 2, credential: 'setup-code', noise: new Uint8Array(0) });
    expect(await refusalOf(beacon, later)).toMatchObject({ refusal: 'unknown-version' });
    expect(decodeMessage((await joined(beacon, Uint8Array.of(0x05))) as Uint8Array)).toMatchObject({
      refusal: 'malformed',
    });
    expect(beacon.done).toEqual([]);
  });

  it('keeps few values waiting and answers in order', async () => {
    const beacon = createBeacon();
    const asking = await admit(beacon, 253);
    const values = splitMessage(asking.ask({ asks: 'status' }), 253);
    const flood = Array.from({ length: 20 }, () => beacon.session.take(values[0] as Uint8Array, 253));
    const answers = await Promise.all(flood);
    expect(answers.filter((sent) => sent.length > 0)).toHaveLength(8);
    expect(beacon.done).toHaveLength(1);
  });

  it('is not the beacon when somebody else answers', async () => {
    const beacon = createBeacon();
    const greeting = greet('setup-code', setupCode);
    const welcome = await exchange(beacon, greeting.hello);
    for (let i = 1; i < welcome.length; i += 1) {
      const changed = welcome.map((octet, at) => (at === i ? octet ^ 1 : octet));
      expect(greet('setup-code', setupCode).welcome(changed), `octet ${i}`).toEqual({ ok: false, reason: 'forged' });
    }
    expect(greeting.welcome(Uint8Array.of(2))).toEqual({ ok: false, reason: 'malformed' });
  });
});

async function joined({ session }: Beacon, value: Uint8Array): Promise<Uint8Array | undefined> {
  const [first] = await session.take(value, 20);
  const result = first === undefined ? undefined : joinValue(undefined, first);
  return result?.kind === 'message' ? result.message : undefined;
}
