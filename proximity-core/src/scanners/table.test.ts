import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeAltBeacon } from '../advertisement/altbeacon.js';
import { decodeHex, encodeHex } from '../advertisement/bytes.js';
import { encodeDeskbeaconEid } from '../advertisement/deskbeacon-eid.js';
import { encodeEddystoneEid } from '../advertisement/eddystone-eid.js';
import { encodeEddystoneTlm } from '../advertisement/eddystone-tlm.js';
import { encodeEddystoneUid } from '../advertisement/eddystone-uid.js';
import { encodeEddystoneUrl } from '../advertisement/eddystone-url.js';
import { decodeAdvertisement, type Frame } from '../advertisement/frame.js';
import { encodeIBeacon } from '../advertisement/ibeacon.js';
import { fcParameters, hex } from '../advertisement/testing/codec-laws.js';
import { organisation, profile } from '../call/testing/desk.js';
import { compileLookup } from '../profile/lookup.js';
import { decodeTraceLine } from '../trace/decode-trace.js';
import { fromReport, isLibrary, libraries } from './table.js';
import { asJson, deliveries } from './testing/deliveries.js';

const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const power = fc.integer({ min: -100, max: 20 });
const iBeacons = fc
  .record({ proximityUuid: octets(16), major: uint16, minor: uint16, measuredPowerDbm: power })
  .map(encodeIBeacon);
/** Every format that a beacon of ours sends. */
const advertisements = fc.oneof(
  iBeacons,
  fc.record({ txPowerAt0mDbm: power, eid: octets(8) }).map(encodeEddystoneEid),
  fc.record({ measuredPowerDbm: power, eid: octets(8) }).map(encodeDeskbeaconEid),
  fc.record({ txPowerAt0mDbm: power, namespace: octets(10), instance: octets(6) }).map(encodeEddystoneUid),
  fc.record({ advertisements: uint16, uptimeDs: uint16, batteryMv: fc.constant(3000) }).map(encodeEddystoneTlm),
  power.map((txPowerAt0mDbm) => encodeEddystoneUrl({ txPowerAt0mDbm, url: 'https://example.com/a' })),
  fc
    .record({
      companyId: uint16,
      beaconId: octets(20),
      measuredPowerDbm: fc.integer({ min: -127, max: 0 }),
      manufacturerReserved: fc.nat(255),
    })
    .map(encodeAltBeacon),
);

function framesOf(bytes: Uint8Array): readonly Frame[] {
  const decoded = decodeAdvertisement(bytes);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.frames;
}

/** The frames of the one event that a report gives. */
function framesHeard(library: (typeof deliveries)[number]['library'], report: unknown): readonly Frame[] {
  const events = fromReport(library, report, 7);
  expect(events).toHaveLength(1);
  const [event] = events;
  if (event?.event !== 'advertisement') throw new Error(`unexpected ${event?.event}`);
  expect(event).toMatchObject({ t: 7, rssiDbm: -61 });
  expect(event.address.length).toBeGreaterThan(0);
  return framesOf(decodeHex(event.data) as Uint8Array);
}

describe('the table of adapters', () => {
  it('has every library of the documentation, and each delivers in a test below', () => {
    expect(libraries).toEqual([
      'ble-plx',
      'ble-manager',
      'capacitor-ble',
      'cordova-ble',
      'nativescript-ble',
      'noble',
      'web-bluetooth',
      'ibeacon-ranging',
    ]);
    const delivered = new Set(deliveries.map(({ library }) => library));
    expect(libraries.filter((library) => !delivered.has(library))).toEqual(['ibeacon-ranging']);
  });

  it('knows its names and nothing that every object has', () => {
    expect(isLibrary('noble')).toBe(true);
    for (const name of ['toString', '__proto__', '', undefined, 1]) expect(isLibrary(name)).toBe(false);
  });
});

describe.each(deliveries)('$name', ({ library, hidesIBeacon, report }) => {
  it('gives the frames that stand in the bytes, whichever format of ours was sent', () => {
    let compared = 0;
    fc.assert(
      fc.property(advertisements, (bytes) => {
        const frames = framesOf(bytes);
        // What the platform hides is never reported.
        if (hidesIBeacon === true && frames.some(({ kind }) => kind === 'ibeacon')) return;
        compared += 1;
        expect(framesHeard(library, report(bytes, -61))).toEqual(frames);
      }),
      fcParameters(150),
    );
    expect(compared).toBeGreaterThan(75);
  });

  it('gives the same event when the report went through JSON', () => {
    fc.assert(
      fc.property(advertisements, (bytes) => {
        const given = report(bytes, -61);
        expect(fromReport(library, asJson(given), 7)).toEqual(fromReport(library, given, 7));
      }),
      fcParameters(50),
    );
  });

  it.each([127, 0, -127, 5, -60.5])('hands on a level of %d as it is, for the core judges it', (rssiDbm) => {
    const [event] = fromReport(library, report(hex('020106'), rssiDbm), 0);
    expect(event).toMatchObject({ event: 'advertisement', rssiDbm });
  });

  it.each([
    null,
    undefined,
    '-60',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    {},
  ])('gives 127, "no level", for a level that is %s', (level) => {
    const [event] = fromReport(library, report(hex('020106'), level as number), 0);
    expect(event).toMatchObject({ event: 'advertisement', rssiDbm: 127 });
  });

  it('gives nothing for what is no report', () => {
    for (const none of [undefined, null, '', 'text', 1, true, [], [1]]) {
      expect(fromReport(library, none, 0)).toEqual([]);
    }
  });

  it('gives one event without frames for a report whose fields are all missing', () => {
    expect(fromReport(library, {}, 3)).toEqual([{ t: 3, event: 'advertisement', address: '', rssiDbm: 127, data: '' }]);
  });
});

/** Names of fields that some adapter reads, so that hostile values get where they matter. */
const fieldNames = [
  ...['id', 'rssi', 'manufacturerData', 'rawScanRecord', 'serviceData', 'advertising', 'rawData', 'device', 'deviceId'],
  ...['rawAdvertisement', 'kCBAdvDataManufacturerData', 'kCBAdvDataServiceData', 'UUID', 'RSSI', 'advertismentData'],
  ...['manufacturerId', 'address', 'rssiDbm', 'data', 'bytes', 'advertisement', 'uuid', 'major', 'minor', 'beacons'],
  ...['feaa', '004c', '76', 'length', '__proto__'],
];
const leaf = fc.oneof(
  fc.anything(),
  fc.constantFrom<unknown>(null, '', 'TAACFQ==', '====', '0215', -1, 1e308, [0, 256], [-1], new ArrayBuffer(3)),
  fc.uint8Array({ maxLength: 80 }),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => new DataView(bytes.buffer)),
);
const { hostile } = fc.letrec<{ hostile: unknown; node: unknown }>((tie) => ({
  node: fc.dictionary(fc.constantFrom(...fieldNames), tie('hostile'), { maxKeys: 8 }),
  hostile: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    tie('node'),
    fc.array(tie('hostile'), { maxLength: 5 }),
    tie('node').map((node) => new Map(Object.entries(node as object))),
  ),
}));

describe('reports of any shape', () => {
  const lookup = compileLookup(profile, 0);

  it.each(libraries)('never throw in the adapter of %s, and give events that the trace format takes', (library) => {
    fc.assert(
      fc.property(hostile, (report) => {
        for (const event of fromReport(library, report, 1, lookup)) {
          expect(decodeTraceLine(event)).toMatchObject({ ok: true });
        }
      }),
      fcParameters(400),
    );
  });

  it.each(libraries)('cost the adapter of %s few reads and give a short event, however much they hold', (library) => {
    let reads = 0;
    const numbers = new Proxy(new Array<number>(1_000_000).fill(1), {
      get: (list, name) => {
        reads += 1;
        return Reflect.get(list, name) as unknown;
      },
    });
    const text = 'A'.repeat(10_000_000);
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [String(i), 'AAAA']));
    for (const value of [numbers, text, many, new ArrayBuffer(50_000_000), new Uint8Array(50_000_000)]) {
      const report: Record<string, unknown> = Object.fromEntries(fieldNames.map((name) => [name, value]));
      for (const holder of ['advertising', 'advertisement', 'advertismentData']) report[holder] = { ...report };
      for (const event of fromReport(library, report, 1, lookup)) {
        expect(decodeTraceLine(event)).toMatchObject({ ok: true });
        expect(JSON.stringify(event).length).toBeLessThan(1000);
      }
    }
    expect(reads).toBeLessThan(500);
  });

  it('of ranging name at most 64 beacons', () => {
    const beacon = { uuid: encodeHex(organisation), major: 1, minor: 2, rssi: -60 };
    expect(fromReport('ibeacon-ranging', new Array(100_000).fill(beacon), 1, lookup)).toHaveLength(64);
  });
});
