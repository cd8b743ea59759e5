import { createH4Framer, type H4Direction, type H4Framer, type H4Item } from '@deskbeacon/beacon/radio';
import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOctets, drawOne, type FuzzTarget, mustHold } from '../target.js';

const MOST_PACKET_OCTETS = 260;
const resetComplete = Uint8Array.of(0x04, 0x0e, 0x04, 0x01, 0x03, 0x0c, 0x00);
const reset = Uint8Array.of(0x01, 0x03, 0x0c, 0x00);
const event = Uint8Array.of(0x04, 0x3e, 0x02, 0x01, 0x00);
const command = Uint8Array.of(0x01, 0x0a, 0x20, 0x01, 0x00);

/**
 * A serial line's octets (octet 0 chooses direction and cuts): the same packets come out wherever the stream is cut; those
 * before the first loss are the stream itself; and after any loss the reset pattern brings the packets back.
 */
export const h4: FuzzTarget = {
  name: 'h4',
  mostOctets: 512,
  dictionary: [resetComplete, reset, event, command, Uint8Array.of(0x02, 0x01, 0x20, 0x08, 0x00)],
  seeds: () => [
    Uint8Array.of(0, ...resetComplete, ...event, 0x02, 0x40, 0x20, 0x05, 0x00, 1, 0, 4, 0, 0x0a),
    Uint8Array.of(1, ...reset, ...command),
    Uint8Array.of(2, 0x03, 0x01, 0x00, 0x02, 9, 9, 0x05, 0x01, 0x00, 0x01, 0x40, 7, 0xff),
  ],
  generate: drawStream,
  run(input) {
    const [head = 0] = input;
    const direction = head % 2 === 0 ? 'from-controller' : 'from-host';
    const stream = input.subarray(1);
    const whole = framerFor(direction);
    const items = whole.push(stream);
    const cut = framerFor(direction);
    mustHold(isSame(items, pushInPieces(cut, stream, head)), 'other packets where the stream is cut');
    mustHold(
      whole.isMidPacket() === cut.isMidPacket() && whole.isResyncing() === cut.isResyncing(),
      'another state where the stream is cut',
    );
    checkPackets(items, stream);
    checkReturn(whole, direction);
  },
};

function framerFor(direction: H4Direction): H4Framer {
  return createH4Framer({ direction, maxPacketOctets: MOST_PACKET_OCTETS });
}

function drawStream(random: RandomStream): Uint8Array {
  const parts: number[] = [drawBelow(random, 256)];
  for (let count = drawBelow(random, 8); count >= 0; count -= 1) {
    const draw = random.uniform();
    if (draw < 0.1) parts.push(...drawOctets(random, drawBelow(random, 9)));
    else if (draw < 0.3) parts.push(...drawOne(random, [resetComplete, reset]));
    else {
      const body = drawOctets(random, drawBelow(random, 40));
      const type = 1 + drawBelow(random, 5);
      const length = type === 2 || type === 5 ? [body.length, 0] : [body.length];
      parts.push(type, ...(type === 4 ? [0x3e] : [0x01, 0x20]), ...length, ...body);
    }
  }
  return Uint8Array.from(parts);
}

function pushInPieces(framer: H4Framer, stream: Uint8Array, head: number): H4Item[] {
  const items: H4Item[] = [];
  let at = 0;
  // Marsaglia's xorshift (2003): a random stream of its own would cost each input as much as its packets.
  let draw = ((head + 1) * 0x9e3779b1 + stream.length) | 1;
  while (at < stream.length) {
    draw ^= draw << 13;
    draw ^= draw >>> 17;
    draw ^= draw << 5;
    const octets = 1 + ((draw >>> 8) % ((draw & 1) === 0 ? 3 : 64));
    // A view of a copy that is overwritten: what the framer keeps has to be its own.
    const piece = stream.slice(at, at + octets);
    items.push(...framer.push(piece));
    piece.fill(0xee);
    at += octets;
  }
  return items;
}

function checkPackets(items: readonly H4Item[], stream: Uint8Array): void {
  let at = 0;
  for (const item of items) {
    if (item.kind === 'garbage') return;
    const { packet } = item;
    mustHold(packet.length >= 3 && packet.length <= MOST_PACKET_OCTETS, 'a packet of a length that is not allowed');
    for (const octet of packet) {
      mustHold(octet === stream[at], 'a packet that is not what came');
      at += 1;
    }
  }
}

function checkReturn(framer: H4Framer, direction: H4Direction): void {
  const [pattern, after] = direction === 'from-controller' ? [resetComplete, event] : [reset, command];
  if (!framer.isResyncing()) framer.resync();
  const items = framer.push(Uint8Array.of(...pattern, ...after));
  const expected: readonly H4Item[] = [
    { kind: 'packet', packet: pattern },
    { kind: 'packet', packet: after },
  ];
  mustHold(isSame(items, expected), 'the reset pattern does not bring the packets back');
}

/** What isDeepStrictEqual says of items, in a tenth of its time. */
function isSame(some: readonly H4Item[], others: readonly H4Item[]): boolean {
  return some.length === others.length && some.every((item, at) => isSameItem(item, others[at] as H4Item));
}

function isSameItem(item: H4Item, other: H4Item): boolean {
  if (item.kind === 'garbage') return other.kind === 'garbage' && item.reason === other.reason;
  return other.kind === 'packet' && Buffer.compare(item.packet, other.packet) === 0;
}
