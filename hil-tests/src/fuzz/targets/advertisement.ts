import { isDeepStrictEqual } from 'node:util';
import {
  type Advertisement,
  decodeAdvertisement,
  decryptTelemetry,
  encodeAdStructures,
  encodeAltBeacon,
  encodeDeskbeaconEid,
  encodeEddystoneEid,
  encodeEddystoneTlm,
  encodeEddystoneUid,
  encodeEddystoneUrl,
  encodeIBeacon,
  type Frame,
  findFrame,
} from '@deskbeacon/proximity-core';
import type { RandomStream } from '../../study/random-stream.js';
import { drawBelow, drawOctets, drawOne, type FuzzTarget, mustHold } from '../target.js';

/** The longest data of extended advertising (Core Vol 4 Part E §7.7.65.13): what a phone may be handed. */
const MOST_OCTETS = 1650;
const flags = Uint8Array.of(2, 0x01, 0x06);
const heads = [
  Uint8Array.of(0x1a, 0xff, 0x4c, 0x00, 0x02, 0x15),
  Uint8Array.of(0x1b, 0xff, 0x18, 0x01, 0xbe, 0xac),
  ...[0x00, 0x10, 0x20, 0x30].map((type) => Uint8Array.of(0x03, 0x03, 0xaa, 0xfe, 0x11, 0x16, 0xaa, 0xfe, type)),
];
const typedHeads = heads.map((head) => head.slice(head.length - 5));

/**
 * Whatever is heard: it is decoded or refused and never thrown over; what is decoded comes out the same when it is encoded
 * and decoded again, unknown structures too; and the view that a phone uses sees the same frames as the decoder.
 */
export const advertisement: FuzzTarget = {
  name: 'advertisement',
  mostOctets: MOST_OCTETS,
  dictionary: [flags, ...heads, Uint8Array.of(0), Uint8Array.of(0x16, 0xaa, 0xfe), Uint8Array.of(0xff, 0x4c, 0x00)],
  seeds() {
    const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
    return [
      encodeIBeacon({ proximityUuid: octets(16), major: 1, minor: 0xffff, measuredPowerDbm: -59 }),
      encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: octets(8) }),
      encodeEddystoneUid({ txPowerAt0mDbm: -18, namespace: octets(10), instance: octets(6) }),
      encodeEddystoneUrl({ txPowerAt0mDbm: -18, url: 'https://www.example.com/a' }),
      encodeEddystoneTlm({ batteryMv: 3000, temperatureC: 21.5, advertisements: 1, uptimeDs: 2 }),
    ];
  },
  generate: drawStructures,
  run(input) {
    const decoded = decodeAdvertisement(input);
    if (!decoded.ok) {
      mustHold(findFrame(input) === undefined, 'a frame is seen in data that do not decode');
      return;
    }
    checkStructures(input, decoded);
    checkViews(input, decoded);
    for (const frame of decoded.frames) checkFrame(frame);
  },
};

function drawStructures(random: RandomStream): Uint8Array {
  const parts: number[] = [];
  for (let count = drawBelow(random, 5); count >= 0; count -= 1) {
    const head = random.uniform() < 0.2 ? Uint8Array.of(drawBelow(random, 256)) : drawOne(random, typedHeads);
    const data = [...head, ...drawOctets(random, drawOne(random, [0, 8, 12, 14, 16, 20, 24, drawBelow(random, 40)]))];
    parts.push(data.length, ...data);
  }
  return Uint8Array.from(parts);
}

function checkStructures(input: Uint8Array, { structures, frames, malformed }: Advertisement): void {
  const encoded = encodeAdStructures(structures, MOST_OCTETS);
  mustHold(
    encoded.every((octet, at) => octet === input[at]),
    'the structures are other octets when they are encoded again',
  );
  mustHold(
    encoded.length === input.length || input[encoded.length] === 0,
    'the structures end before the data, and no length of 0 ends them',
  );
  const again = decodeAdvertisement(encoded);
  mustHold(
    again.ok && isDeepStrictEqual({ structures, frames, malformed, ok: true }, again),
    'decoding what was encoded gives something else',
  );
}

function checkViews(input: Uint8Array, { frames }: Advertisement): void {
  const kinds: string[] = [];
  for (let view = findFrame(input); view !== undefined; view = findFrame(input, view.end)) kinds.push(view.kind);
  mustHold(
    isDeepStrictEqual(
      kinds,
      frames.map(({ kind }) => kind),
    ),
    'the view sees other frames than the decoder',
  );
}

function checkFrame(frame: Frame): void {
  // Without its key it cannot be made again; with another one it must say so.
  if (frame.kind === 'eddystone-etlm') {
    decryptTelemetry(frame, { identityKey: new Uint8Array(16), windowS: 1024 });
    return;
  }
  const decoded = decodeAdvertisement(encodeFrame(frame));
  mustHold(
    decoded.ok && isDeepStrictEqual(decoded.frames, [frame]),
    `a frame ${frame.kind} changes when it is sent on`,
  );
}

function encodeFrame(frame: Exclude<Frame, { readonly kind: 'eddystone-etlm' }>): Uint8Array {
  switch (frame.kind) {
    case 'ibeacon':
      return encodeIBeacon(frame);
    case 'altbeacon':
      return encodeAltBeacon(frame);
    case 'eddystone-uid':
      return encodeEddystoneUid(frame);
    case 'eddystone-url':
      return encodeEddystoneUrl(frame);
    case 'eddystone-tlm':
      return encodeEddystoneTlm(frame);
    case 'eddystone-eid':
      return encodeEddystoneEid(frame);
    case 'deskbeacon-eid':
      return encodeDeskbeaconEid(frame);
  }
}
