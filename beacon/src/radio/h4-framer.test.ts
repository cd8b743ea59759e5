import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createH4Framer, type H4Direction, type H4Item } from './h4-framer.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const parameters = { seed, numRuns: 300 };

const octets = (maxLength: number) => fc.uint8Array({ maxLength });
const headerOctet = fc.integer({ min: 0, max: 255 });
const packetFrom: Record<H4Direction, fc.Arbitrary<Uint8Array>> = {
  'from-controller': fc.oneof(event(), acl(), sco(), iso()),
  'from-host': fc.oneof(command(), acl(), sco(), iso()),
};
const resetComplete = (credits: number) => Uint8Array.of(0x04, 0x0e, 0x04, credits, 0x03, 0x0c, 0x00);
const reset = Uint8Array.of(0x01, 0x03, 0x0c, 0x00);

describe(`an H4 framer (SEED=${seed})`, () => {
  test.each(['from-controller', 'from-host'] as const)('%s finds random packets whatever the cuts are', (direction) => {
    fc.assert(
      fc.property(fc.array(packetFrom[direction], { maxLength: 12 }), fc.array(fc.nat(64)), (packets, cuts) => {
        const framer = createH4Framer({ direction });
        expect(pushCut(framer.push, join(packets), cuts)).toEqual(
          packets.map((packet) => ({ kind: 'packet', packet })),
        );
        expect(framer.isMidPacket()).toBe(false);
      }),
      parameters,
    );
  });

  test('drops garbage and everything after it up to the answer of a reset, whatever the cuts are', () => {
    const garbage = fc
      .tuple(fc.constantFrom(0x00, 0x01, 0x06, 0x5a, 0xff), octets(40))
      .map(([first, rest]) => Uint8Array.of(first, ...rest));
    fc.assert(
      fc.property(
        fc.array(packetFrom['from-controller'], { maxLength: 4 }),
        garbage.filter((some) => !Buffer.from(some).toString('hex').includes('040e04')),
        headerOctet,
        fc.array(packetFrom['from-controller'], { maxLength: 4 }),
        fc.array(fc.nat(16)),
        (before, noise, credits, after, cuts) => {
          const framer = createH4Framer({ direction: 'from-controller' });
          const answer = resetComplete(credits);
          const items = pushCut(framer.push, join([...before, noise, answer, ...after]), cuts);
          expect(items.filter(({ kind }) => kind === 'garbage')).toHaveLength(1);
          expect(packetsOf(items)).toEqual([...before, answer, ...after]);
        },
      ),
      parameters,
    );
  });

  test('keeps no more than one packet, and reports a longer one as garbage', () => {
    const framer = createH4Framer({ direction: 'from-controller', maxPacketOctets: 260 });
    expect(framer.push(Uint8Array.of(0x02, 0x40, 0x00, 0xff, 0xff))).toEqual([
      { kind: 'garbage', reason: 'a packet of 65540 octets' },
    ]);
    expect(framer.isResyncing()).toBe(true);
  });

  test('never throws on random octets in random cuts, and goes on after a reset', () => {
    fc.assert(
      fc.property(octets(300), fc.array(fc.nat(20)), (noise, cuts) => {
        const framer = createH4Framer({ direction: 'from-controller' });
        pushCut(framer.push, noise, cuts);
        framer.resync();
        expect(packetsOf(framer.push(resetComplete(1)))).toEqual([resetComplete(1)]);
      }),
      parameters,
    );
  });

  test('finds the answer of a reset right behind a false beginning of one', () => {
    const framer = createH4Framer({ direction: 'from-controller' });
    framer.resync();
    const falseStart = Uint8Array.of(0x04, 0x0e, 0x04, 0x04, 0x0e, 0x04, 0x01, 0x03, 0x0c, 0x00);
    expect(packetsOf([...falseStart].flatMap((octet) => framer.push(Uint8Array.of(octet))))).toEqual([
      resetComplete(1),
    ]);
  });

  test('does not take the answer of a refused reset', () => {
    const framer = createH4Framer({ direction: 'from-controller' });
    framer.resync();
    expect(framer.push(Uint8Array.of(0x04, 0x0e, 0x04, 0x01, 0x03, 0x0c, 0x0c))).toEqual([]);
  });

  test('on the controller side waits for the reset command instead', () => {
    const framer = createH4Framer({ direction: 'from-host' });
    expect(framer.push(Uint8Array.of(0x04, 0x01))).toMatchObject([{ kind: 'garbage' }]);
    expect(packetsOf(framer.push(Uint8Array.of(0x03, 0x01, ...reset, ...reset)))).toEqual([reset, reset]);
  });

  test('a packet that has begun is told apart from an empty buffer and from resynchronisation', () => {
    const framer = createH4Framer({ direction: 'from-controller' });
    expect(framer.isMidPacket()).toBe(false);
    framer.push(Uint8Array.of(0x04, 0x0e));
    expect(framer.isMidPacket()).toBe(true);
    framer.resync();
    expect(framer.isMidPacket()).toBe(false);
  });

  test.each([259, 65541, Number.NaN])('refuses a bound of %d octets', (maxPacketOctets) => {
    expect(() => createH4Framer({ direction: 'from-host', maxPacketOctets })).toThrow(RangeError);
  });
});

function pushCut(push: (chunk: Uint8Array) => H4Item[], all: Uint8Array, cuts: readonly number[]): H4Item[] {
  const items: H4Item[] = [];
  let offset = 0;
  for (const cut of cuts) {
    items.push(...push(all.subarray(offset, offset + cut)));
    offset += cut;
  }
  return [...items, ...push(all.subarray(offset))];
}

function packetsOf(items: readonly H4Item[]): Uint8Array[] {
  return items.flatMap((item) => (item.kind === 'packet' ? [item.packet] : []));
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function command() {
  return fc.tuple(headerOctet, headerOctet, octets(255)).map(([a, b, p]) => Uint8Array.of(0x01, a, b, p.length, ...p));
}

function acl() {
  return fc
    .tuple(headerOctet, headerOctet, octets(600))
    .map(([a, b, p]) => Uint8Array.of(0x02, a, b, p.length & 0xff, p.length >> 8, ...p));
}

function sco() {
  return fc.tuple(headerOctet, headerOctet, octets(255)).map(([a, b, p]) => Uint8Array.of(0x03, a, b, p.length, ...p));
}

function event() {
  return fc.tuple(headerOctet, octets(255)).map(([code, p]) => Uint8Array.of(0x04, code, p.length, ...p));
}

function iso() {
  return fc
    .tuple(headerOctet, headerOctet, fc.integer({ min: 0, max: 3 }), octets(300))
    .map(([a, b, reserved, p]) => Uint8Array.of(0x05, a, b, p.length & 0xff, (p.length >> 8) | (reserved << 6), ...p));
}
