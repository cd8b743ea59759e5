import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAdStructures } from './ad-structures.js';
import { encodeHex } from './bytes.js';
import { encodeDeskbeaconEid } from './deskbeacon-eid.js';
import { encodeEddystoneEid } from './eddystone-eid.js';
import { encodeEddystoneTlm } from './eddystone-tlm.js';
import { encodeEddystoneUrl } from './eddystone-url.js';
import { decodeAdvertisement, type Frame } from './frame.js';
import { type FrameView, findFrame } from './frame-view.js';
import { encodeIBeacon } from './ibeacon.js';
import { hexOf, majorOf, minorOf, powerOf, telemetryOf, urlOf } from './read-frame.js';
import { fcParameters, hex } from './testing/codec-laws.js';

/** Every view, one after the other. */
function viewsOf(octets: Uint8Array): readonly FrameView[] {
  const views: FrameView[] = [];
  for (let view = findFrame(octets); view !== undefined; view = findFrame(octets, view.end)) views.push(view);
  return views;
}

function framesOf(octets: Uint8Array): readonly Frame[] {
  const decoded = decodeAdvertisement(octets);
  return decoded.ok ? decoded.frames : [];
}

/** What begins like a frame of some kind, so that most are nearly right. */
const service = 'f3c4f2a117c5229ef846763e2cc0db66';
const prefixes = [
  ...['4c000215', '1801beac', 'aafe00', 'aafe10', 'aafe2000', 'aafe2001', 'aafe30', 'aafe40', ''],
  ...[service, `${service}10`, `${service}10c5a9b76a71c5f892`],
].map(hex);
const structure = fc
  .record({
    type: fc.constantFrom(0xff, 0x16, 0x16, 0x21, 0x21, 0x09),
    prefix: fc.constantFrom(...prefixes),
    rest: fc.uint8Array({ maxLength: 26 }),
    power: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ type, prefix, rest }) => ({ type, data: Uint8Array.from([...prefix, ...rest]) }));
const advertisement = fc.array(structure, { maxLength: 3 }).map((list) => encodeAdStructures(list, 255));

describe('a view of a frame', () => {
  it('is there exactly where decoding gives a frame, of the same kind, in the same order', () => {
    fc.assert(
      fc.property(fc.oneof(advertisement, fc.uint8Array({ maxLength: 62 })), (octets) => {
        expect(viewsOf(octets).map(({ kind }) => kind)).toEqual(framesOf(octets).map(({ kind }) => kind));
      }),
      fcParameters(5000),
    );
  });

  it('is not there when any one octet is missing, and never wrong when any one is changed', () => {
    const eid = encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: hex('0011223344556677') });
    const iBeacon = encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 });
    const own = encodeDeskbeaconEid({ measuredPowerDbm: -59, eid: hex('0011223344556677') });
    for (const octets of [eid, iBeacon, own]) {
      for (let i = 0; i < octets.length; i += 1) {
        expect(findFrame(octets.slice(0, i))).toBeUndefined();
        for (let value = 0; value < 256; value += 1) {
          const changed = Uint8Array.from(octets);
          changed[i] = value;
          expect(viewsOf(changed).map(({ kind }) => kind)).toEqual(framesOf(changed).map(({ kind }) => kind));
        }
      }
    }
  });

  it('reads the same fields as decoding', () => {
    const url = encodeEddystoneUrl({ txPowerAt0mDbm: -18, url: 'https://example.com/desk' });
    const tlm = encodeEddystoneTlm({ batteryMv: 3000, advertisements: 1, uptimeDs: 2 });
    const iBeacon = encodeIBeacon({
      proximityUuid: hex('00'.repeat(16)),
      major: 258,
      minor: 772,
      measuredPowerDbm: -59,
    });
    expect([majorOf, minorOf, powerOf].map((read) => read(findFrame(iBeacon) as FrameView))).toEqual([258, 772, -59]);
    expect(urlOf(findFrame(url) as FrameView)).toBe('https://example.com/desk');
    expect(powerOf(findFrame(url) as FrameView)).toBe(-18);
    expect(telemetryOf(findFrame(tlm) as FrameView)).toEqual({ batteryMv: 3000, advertisements: 1, uptimeDs: 2 });
    expect(powerOf(findFrame(tlm) as FrameView)).toBeUndefined();
  });

  it('tells where the fields stand that the codec describes, whatever buffer the octets are in', () => {
    const octets = hex(`ffff${encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -18, eid: hex('0011223344556677') }))}`);
    const view = findFrame(octets.subarray(2)) as FrameView;
    expect(hexOf(view, 2, 10)).toBe('0011223344556677');
    const own = findFrame(encodeDeskbeaconEid({ measuredPowerDbm: -59, eid: hex('8899aabbccddeeff') })) as FrameView;
    expect([hexOf(own, 2, 10), powerOf(own), own.end - own.at]).toEqual(['8899aabbccddeeff', -59, 10]);
  });
});
