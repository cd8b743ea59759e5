import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAdStructures } from './ad-structures.js';
import { encodeEddystoneEid } from './eddystone-eid.js';
import { decodeAdvertisement } from './frame.js';
import { encodeIBeacon } from './ibeacon.js';
import { expectSameAsTwin, fcParameters, hex } from './testing/codec-laws.js';

const valid = [
  '0201061aff4c000215585cde931b0142cc9a1325009bedc65e00000000c5',
  '0201061bff1801beac000102030405060708090a0b0c0d0e0f10111213c57e',
  '0201060303aafe1716aafe00ec8b0ca750095477cb3e770102030405060000',
  '0201060303aafe0f16aafe10ec016578616d706c650061',
  '0201060303aafe1116aafe20000bb8ff8000000102fffffffe',
  '0201060303aafe1516aafe2001d5d89979ae79ebee4e385fa5f6830efb',
  '0201060303aafe0d16aafe30eca9b76a71c5f89290',
  '0201061b21f3c4f2a117c5229ef846763e2cc0db6610c5a9b76a71c5f89290',
].map(hex);

/** What a structure of a known kind may begin with, so that random octets get past the first comparison. */
const beginnings = [
  'ff4c000215',
  'ff1801beac',
  '16aafe00',
  '16aafe10',
  '16aafe2000',
  '16aafe2001',
  '16aafe30',
  '16aafe',
  '21f3c4f2a117c5229ef846763e2cc0db66',
  '21f3c4f2a117c5229ef846763e2cc0db6610c5',
]
  .map(hex)
  .map((beginning) => fc.constant(beginning));
const claim = fc
  .tuple(fc.oneof(...beginnings, fc.uint8Array({ minLength: 1, maxLength: 4 })), fc.uint8Array({ maxLength: 26 }))
  .map(([beginning, rest]) => Uint8Array.of(beginning.length + rest.length, ...beginning, ...rest));

describe('decoding an advertisement', () => {
  it('is what the documentation shows', () => {
    expect(decodeAdvertisement(Uint8Array.of(2, 1, 6)).ok).toBe(true);
  });

  it('tells what the slow twin tells, for any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => expectSameAsTwin(bytes)),
      fcParameters(3000),
    );
  });

  it('tells what the slow twin tells, for structures that claim to be a known frame and may not be', () => {
    fc.assert(
      fc.property(fc.array(claim, { maxLength: 3 }), (claims) =>
        expectSameAsTwin(Uint8Array.from(claims.flatMap((bytes) => [...bytes]))),
      ),
      fcParameters(3000),
    );
  });

  it('tells what the slow twin tells, for valid advertisements with up to three octets changed', () => {
    const change = fc.tuple(fc.nat(30), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.array(change, { maxLength: 3 }), (advertisement, changes) => {
        const mutated = advertisement.slice();
        for (const [at, octet] of changes) mutated[at % mutated.length] = octet;
        expectSameAsTwin(mutated);
      }),
      fcParameters(3000),
    );
  });

  it('gives the frames of one packet in their order, beside the structures it does not know', () => {
    const measured = { major: 1, minor: 2, measuredPowerDbm: -59 };
    const iBeacon = encodeIBeacon({ proximityUuid: new Uint8Array(16), ...measured });
    const eid = encodeEddystoneEid({ txPowerAt0mDbm: -20, eid: new Uint8Array(8) });
    const decoded = decodeAdvertisement(Uint8Array.of(...eid, ...hex('05 09 6465736b'), ...iBeacon));
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.frames.map(({ kind }) => kind)).toEqual(['eddystone-eid', 'ibeacon']);
    expect(decoded.malformed).toEqual([]);
    expect(decoded.structures.map(({ type }) => type)).toEqual([0x01, 0x03, 0x16, 0x09, 0x01, 0xff]);
  });

  it('gives the good frame and the reason for the bad one when a packet has both', () => {
    const decoded = decodeAdvertisement(hex('04 16 aafe 40  0d 16 aafe 30 ec a9b76a71c5f89290  03 16 aafe'));
    expect(decoded).toMatchObject({
      ok: true,
      frames: [{ kind: 'eddystone-eid', txPowerAt0mDbm: -20 }],
      malformed: ['eddystone-type', 'eddystone-empty'],
    });
  });

  it('gives neither frame nor fault for manufacturer and service data of others', () => {
    for (const text of [
      '05 ff e000 0102',
      '05 ff 4c00 1005',
      '02 ff 4c',
      '05 16 0f18 64ff',
      '02 16 aa',
      '0c 21 f3c4f2a117c5229ef84676',
      '13 21 f3c4f2a117c5229ef846763e2cc0db67 10c5',
      '01 16',
      '01 ff',
    ]) {
      expect(decodeAdvertisement(hex(text)), text).toMatchObject({ ok: true, frames: [], malformed: [] });
    }
  });

  it('keeps every structure, known, malformed or unknown, so that encoding gives the octets that were heard', () => {
    const others = fc.record({ type: fc.integer({ min: 0, max: 255 }), data: fc.uint8Array({ maxLength: 8 }) });
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.array(others, { maxLength: 4 }), (advertisement, list) => {
        const heard = Uint8Array.of(...advertisement, ...encodeAdStructures(list, 64));
        const decoded = decodeAdvertisement(heard);
        if (!decoded.ok) throw new Error(decoded.reason);
        expect(encodeAdStructures(decoded.structures, 128)).toEqual(heard);
      }),
      fcParameters(),
    );
  });

  it('gives fields that outlive the Buffer of Node they were read from', () => {
    for (const advertisement of valid) {
      const expected = decodeAdvertisement(advertisement);
      if (!expected.ok) throw new Error(expected.reason);
      const received = Buffer.from(advertisement);
      const decoded = decodeAdvertisement(received);
      received.fill(0);
      if (!decoded.ok) throw new Error(decoded.reason);
      expect(decoded.frames).toStrictEqual(expected.frames);
    }
  });
});
