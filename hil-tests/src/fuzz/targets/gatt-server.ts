import { setImmediate as nextTurn } from 'node:timers/promises';
import { openControlService } from '@deskbeacon/beacon/control';
import { startBleno } from '@deskbeacon/beacon/radio';
import {
  type AnsweringLink,
  type Asked,
  greet,
  type Joining,
  joinValue,
  makeAnsweringLink,
  noAttempts,
  splitMessage,
} from '@deskbeacon/beacon/testing';
import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOctets, drawOne, type FuzzTarget, mustHold } from '../target.js';

const setupCode = Uint8Array.from({ length: 16 }, (_, i) => 5 * i + 3);
const channels = { att: 4, signalling: 5, smp: 6 } as const;
/** Attribute handles as bleno gives them out: GAP 1–5, GATT 6–9, ours from 10. */
const attributes = { name: 3, toBeacon: 12, fromBeacon: 14, subscription: 15 } as const;
const readName = Uint8Array.of(0x0a, attributes.name, 0);
const READ_RESPONSE = 0x0b;
const NOTIFICATION = 0x1b;
const VALUE_OCTETS = 20;
/** One in so many inputs is followed by an honest client. */
const HONEST_EVERY = 64;
/** An answer of the session is cut into so many values at most, each in its packet, and one packet answers the write. */
const MOST_PACKETS_A_STEP = 64;

const steps = [
  'att',
  'write',
  'command',
  'first',
  'further',
  'smp',
  'channel',
  'subscribe',
  'prepare',
  'reconnect',
] as const;
type Step = (typeof steps)[number];

/**
 * A central within range of an open pairing window, against the real bleno with the daemon's own service: ATT and SMP PDUs,
 * writes, and L2CAP fragments that fit together or do not. Nothing is thrown, nothing is carried out, little is answered, and the
 * next central is served as ever.
 */
export const gattServer: FuzzTarget = {
  name: 'gatt-server',
  mostOctets: 1024,
  dictionary: [
    ...[
      [0, 3, 2, 23, 0],
      [0, 5, 4, 1, 0, 255, 255],
      [0, 7, 6, 1, 0, 255, 255, 0, 0x28],
      [0, 7, 8, 1, 0, 255, 255, 3, 0x28],
    ],
    ...[
      [0, 7, 16, 1, 0, 255, 255, 0, 0x28],
      [0, 5, 12, 3, 0, 1, 0],
      [0, 2, 0x18, 1],
      [3, 5, 8, 0, 4, 0, 0x12],
      [7, 1, 1],
    ],
  ].map((octets) => Uint8Array.from(octets)),
  seeds: () => [
    script([7, [1]], [1, [0xc0, 1, 0, 7]], [1, [0x80, 49, 0, 1, 1, 0]], [1, [0x41, 1, 2, 3]]),
    script([3, [7, 0, 4, 0, 0x12]], [4, [12, 0, 0xc0]], [4, [1, 0, 9]], [8, [0, 0, 1, 2]], [0, [0x18, 1]]),
    script([5, [1, 3, 0, 1, 16, 0, 1]], [5, [3, ...new Uint8Array(16)]], [5, [4, ...new Uint8Array(16)]]),
    script([9, [0]], [6, [5, 0, 0x12, 1, 8, 0]], [2, [0xc0, 1, 0, 2]]),
  ],
  generate: drawScript,
  packets: () => packets,
  async run(input) {
    const { radio, done } = await theDaemon();
    let handle: number = 0x40;
    radio.connect(handle);
    for (const { step, octets } of readScript(input)) {
      if (step === 'reconnect') {
        radio.disconnect(handle);
        handle = octets[0] ?? 0;
        radio.connect(handle);
      } else play(radio, handle, step, octets);
      packets += 1;
      await nextTurn();
      const sent = radio.takeSent().length;
      mustHold(sent <= MOST_PACKETS_A_STEP, `${sent} packets answer one of a central`);
    }
    mustHold(done.length === 0, `a request was carried out without the key: ${done[0]?.asks}`);
    radio.disconnect(handle);
    radio.connect(0x41);
    radio.sendPdu(0x41, channels.att, readName);
    mustHold(radio.takeSent().at(-1)?.[9] === READ_RESPONSE, 'the next central is not served');
    if (input.reduce((sum, octet) => sum + octet, 0) % HONEST_EVERY === 0) await askHonestly(radio, done, 0x41);
    radio.disconnect(0x41);
    await nextTurn();
    radio.takeSent();
  },
};

let packets = 0;
let daemon: ReturnType<typeof start> | undefined;

/** bleno is one per process, and begins with the first input. */
function theDaemon(): ReturnType<typeof start> {
  daemon ??= start();
  return daemon;
}

async function start() {
  const radio = makeAnsweringLink();
  const done: Asked[] = [];
  const { bleno } = await startBleno(radio.link);
  await openControlService(bleno, {
    admitting: () => ({ credential: 'setup-code', secret: setupCode }),
    attempts: { get: () => noAttempts, set: () => {} },
    carryOut: async (asked) => {
      done.push(asked);
      return { status: 'done', body: new Uint8Array(0) };
    },
    nowMs: () => 0,
    onDisconnected: () => {},
  });
  return { radio, done };
}

function play(radio: AnsweringLink, handle: number, step: Step, octets: Uint8Array): void {
  if (step === 'first' || step === 'further') {
    const flags = step === 'first' ? 0x20 : 0x10;
    radio.say(Uint8Array.of(0x02, handle & 0xff, (handle >> 8) | flags, octets.length, 0, ...octets));
  } else {
    const [channel, pdu] = pduOf(step, octets);
    radio.sendPdu(handle, channel, Uint8Array.from(pdu));
  }
}

function pduOf(step: Step, octets: Uint8Array): readonly [number, readonly number[]] {
  const { toBeacon, subscription } = attributes;
  switch (step) {
    case 'write':
      return [channels.att, [0x12, toBeacon, 0, ...octets]];
    case 'command':
      return [channels.att, [0x52, toBeacon, 0, ...octets]];
    case 'subscribe':
      return [channels.att, [0x12, subscription, 0, ...octets]];
    case 'prepare':
      return [channels.att, [0x16, toBeacon, 0, ...octets]];
    case 'smp':
      return [channels.smp, [...octets]];
    case 'channel':
      return [(octets[0] ?? 0) | ((octets[1] ?? 0) << 8), [...octets.subarray(2)]];
    default:
      return [channels.att, [...octets]];
  }
}

/** From the search for the service's handles on, an ordinary client; what it hears are notifications. */
async function askHonestly(radio: AnsweringLink, done: Asked[], handle: number): Promise<void> {
  play(radio, handle, 'subscribe', Uint8Array.of(1, 0));
  const greeting = greet('setup-code', setupCode);
  const welcomed = greeting.welcome(await exchange(radio, handle, greeting.hello));
  mustHold(welcomed.ok, 'an honest client is not welcomed afterwards');
  const answered = welcomed.asking.answer(await exchange(radio, handle, welcomed.asking.ask({ asks: 'status' })));
  mustHold(answered.ok && answered.answer.status === 'done', 'an honest client is not answered afterwards');
  mustHold(done.length === 1 && done[0]?.asks === 'status', 'what an honest client asked was not carried out once');
  done.length = 0;
}

async function exchange(radio: AnsweringLink, handle: number, message: Uint8Array): Promise<Uint8Array> {
  radio.takeSent();
  let joining: Joining | undefined;
  for (const value of splitMessage(message, VALUE_OCTETS)) play(radio, handle, 'write', value);
  for (let turns = 0; turns < 20; turns += 1) {
    await nextTurn();
    for (const packet of radio.takeSent()) {
      if (packet[9] !== NOTIFICATION || packet[10] !== attributes.fromBeacon) continue;
      const joined = joinValue(joining, packet.slice(12));
      if (joined.kind === 'message') return joined.message;
      joining = joined.kind === 'more' ? joined.joining : undefined;
    }
  }
  return new Uint8Array(0);
}

function script(...parts: readonly (readonly [number, readonly number[]])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(([step, octets]) => [step, octets.length, ...octets]));
}

function readScript(input: Uint8Array): readonly { readonly step: Step; readonly octets: Uint8Array }[] {
  const read: { step: Step; octets: Uint8Array }[] = [];
  for (let at = 0; at < input.length; ) {
    const length = input[at + 1] ?? 0;
    read.push({
      step: steps[(input[at] as number) % steps.length] as Step,
      octets: input.slice(at + 2, at + 2 + length),
    });
    at += 2 + length;
  }
  return read;
}

const requests = [
  0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x0e, 0x10, 0x12, 0x16, 0x18, 0x1e, 0x52, 0xd2, 0x01, 0x1b,
] as const;

function drawScript(random: RandomStream): Uint8Array {
  const parts = Array.from({ length: 1 + drawBelow(random, 8) }, (): readonly [number, readonly number[]] => {
    const step = drawBelow(random, steps.length);
    const octets = [...drawOctets(random, drawBelow(random, 24))];
    if (octets.length > 0 && steps[step] === 'att') octets[0] = drawOne(random, requests);
    if (octets.length > 2 && steps[step] === 'att') [octets[1], octets[2]] = [drawBelow(random, 18), 0];
    if (octets.length > 3 && steps[step] === 'first')
      octets.splice(0, 4, drawBelow(random, 40), 0, drawOne(random, [4, 4, 6]), 0);
    return [step, octets];
  });
  return script(...parts);
}
