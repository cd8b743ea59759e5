import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlenoStack, startBleno } from '../radio/index.js';
import { type AnsweringLink, makeAnsweringLink } from '../radio/testing/answering-link.js';
import { until } from '../radio/testing/until.js';
import { noAttempts } from './attempts.js';
import { type ConnectionEnd, type ControlService, openControlService } from './gatt-service.js';
import type { Asked } from './requests.js';

/** What anybody within range can send while the pairing window is open, to the real bleno with the real service. */

const ATT = 4;
const SMP = 6;
const HANDLE = 0x40;
const readName = Uint8Array.of(0x0a, 3, 0);

let radio: AnsweringLink;
let stack: BlenoStack;
let service: ControlService;
const done: Asked[] = [];
const ends: ConnectionEnd[] = [];

beforeAll(async () => {
  radio = makeAnsweringLink();
  stack = await startBleno(radio.link);
  service = await openControlService(stack.bleno, {
    admitting: () => ({ credential: 'setup-code', secret: new Uint8Array(16).fill(1) }),
    attempts: { get: () => noAttempts, set: () => {} },
    carryOut: async (asked) => {
      done.push(asked);
      return { status: 'done', body: new Uint8Array(0) };
    },
    nowMs: () => 0,
    onDisconnected: (end) => void ends.push(end),
    limits: { admissionMs: 30 },
  });
});
afterAll(() => {
  service.close();
  stack.close();
});

/** PDUs that were answered on a channel, without their L2CAP heads. */
function answersTo(channel: number, pdu: Uint8Array, fragmentOctets?: number): readonly Uint8Array[] {
  radio.takeSent();
  radio.sendPdu(HANDLE, channel, pdu, fragmentOctets);
  return radio.takeSent().map((packet) => packet.subarray(9));
}

describe('a central that sends what no stack would', () => {
  it.each([
    ['no octets at all', ATT, [], []],
    ['a search by type without a value', ATT, [0x06, 1, 0, 0xff, 0xff, 0, 0x28], [0x01, 0x06, 0, 0, 0x04]],
    ['a search by type that ends early', ATT, [0x06, 1, 0], [0x01, 0x06, 0, 0, 0x04]],
    ['a read by type without a type', ATT, [0x08, 1, 0, 0xff, 0xff], [0x01, 0x08, 0, 0, 0x04]],
    ['a read by group without a type', ATT, [0x10, 1, 0, 0xff, 0xff], [0x01, 0x10, 0, 0, 0x04]],
    ['a read of three octets and a half', ATT, [0x0a, 3], [0x01, 0x0a, 0, 0, 0x04]],
    ['an exchange of MTU with one octet', ATT, [0x02, 23], [0x01, 0x02, 0, 0, 0x04]],
    ['a write without a handle', ATT, [0x12], [0x01, 0x12, 0, 0, 0x04]],
    ['a command that nobody knows', ATT, [0xd2, 3, 0, 1], []],
    ['an answer to no question', ATT, [0x01, 0x0a, 3, 0, 1], []],
    ['a request of a kind that does not exist', ATT, [0x3c], [0x01, 0x3c, 0, 0, 0x06]],
    ['pairing of the link layer', SMP, [0x01, 3, 0, 1, 16, 0, 1], [0x05, 0x05]],
    ['a pairing request that ends early', SMP, [0x01], [0x05, 0x05]],
    ['a pairing confirm that nothing came before', SMP, [0x03, ...new Uint8Array(16)], []],
    ['a pairing random that nothing came before', SMP, [0x04, ...new Uint8Array(16)], []],
    ['nothing on the channel of pairing', SMP, [], []],
    ['a channel that does not exist', 0x1234, [1, 2, 3], []],
  ])('with %s does not end the daemon, and the next question is answered', (_, channel, pdu, expected) => {
    radio.connect(HANDLE);
    const answers = answersTo(channel, Uint8Array.from(pdu));
    expect(answers.map((answer) => [...answer])).toEqual(expected.length === 0 ? [] : [expected]);
    expect(answersTo(ATT, readName)[0]?.[0]).toBe(0x0b);
    radio.disconnect(HANDLE);
  });

  it('with fragments that never end is kept from filling the memory', () => {
    radio.connect(HANDLE);
    radio.say(Uint8Array.of(0x02, HANDLE, 0x20, 5, 0, 4, 0, ATT, 0, 0x0a));
    const more = Uint8Array.of(0x02, HANDLE, 0x10, 250, 0, ...new Uint8Array(250));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 4000; i += 1) radio.say(more);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    expect(answersTo(ATT, readName, 2)[0]?.[0]).toBe(0x0b);
    radio.disconnect(HANDLE);
  });

  it.each([1, 2, 3, 5, 27])('is understood in fragments of %i octets', (octets) => {
    radio.connect(HANDLE);
    expect(answersTo(ATT, readName, octets)[0]?.[0]).toBe(0x0b);
    radio.disconnect(HANDLE);
  });

  it('is heard on no handle that is not its own', () => {
    radio.connect(HANDLE);
    radio.takeSent();
    radio.sendPdu(HANDLE + 1, ATT, readName);
    expect(radio.takeSent()).toEqual([]);
    radio.disconnect(HANDLE);
  });

  it('has nothing carried out', () => {
    expect(done).toEqual([]);
  });
});

describe('a central that connects and holds', () => {
  it.each([0x40, 0])('is sent away within the limit, on handle %i', async (handle) => {
    const before = radio.disconnects.length;
    radio.connect(handle);
    await until('the beacon disconnects', () => radio.disconnects.length > before);
    expect(radio.disconnects.at(-1)).toEqual({ handle, reason: 0x13 });
    radio.disconnect(handle);
    expect(ends.at(-1)).toEqual({ reason: 'not-admitted-in-time', wasAdmitted: false });
  });
});
