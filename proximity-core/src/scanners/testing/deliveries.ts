import type { Library } from '../table.js';

/**
 * What each library makes of a packet on each platform, written from the libraries' own sources and with Node's Buffer: the
 * other side of the adapters, sharing no code with them.
 */

export interface Delivery {
  readonly library: Library;
  readonly name: string;
  /** The platform keeps the iBeacon format to itself. */
  readonly hidesIBeacon?: boolean;
  readonly report: (bytes: Uint8Array, rssiDbm: number) => unknown;
}

interface Parts {
  /** Company identifier and data, as sent. */
  readonly manufacturer: Buffer | undefined;
  /** UUID as 4 or 32 digits, most significant first. */
  readonly services: readonly { readonly uuid: string; readonly data: Buffer }[];
}

/** The parts of a whole record, as the parsers of the platforms read them. */
function partsOf(bytes: Uint8Array): Parts {
  let rest = Buffer.from(bytes);
  let manufacturer: Buffer | undefined;
  const services: { uuid: string; data: Buffer }[] = [];
  while (rest.length > 1 && rest[0] !== 0) {
    const length = rest[0] as number;
    const data = rest.subarray(2, length + 1);
    if (rest[1] === 0xff) manufacturer = data;
    const uuidOctets = rest[1] === 0x16 ? 2 : rest[1] === 0x21 ? 16 : 0;
    if (uuidOctets > 0) {
      const uuid = Buffer.from(data.subarray(0, uuidOctets)).reverse().toString('hex');
      services.push({ uuid, data: data.subarray(uuidOctets) });
    }
    rest = rest.subarray(length + 1);
  }
  return { manufacturer, services };
}

function hyphenated(uuid: string): string {
  const full = uuid.length === 4 ? `0000${uuid}00001000800000805f9b34fb` : uuid;
  return full.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** 16-bit UUIDs stay short, others get their hyphens: CBUUID, and what ble-manager and NativeScript make of Android's. */
function shortest(uuid: string): string {
  return uuid.length === 4 ? uuid : hyphenated(uuid);
}

const mac = '12:34:56:78:9A:BC';
const phonesOwn = '6C9A3B0E-7C1D-4E0B-9D55-0A4F6E0C2B11';

/** Android fills its record with zeros to 62 octets. */
function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes], Math.max(62, bytes.length));
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** A view that begins in the middle of a buffer full of other things. */
function viewInside(bytes: Uint8Array): DataView {
  const buffer = new ArrayBuffer(bytes.length + 7);
  new Uint8Array(buffer).fill(0xee).set(bytes, 3);
  return new DataView(buffer, 3, bytes.length);
}

function cdv(bytes: Uint8Array): unknown {
  return { CDVType: 'ArrayBuffer', bytes: [...bytes], data: Buffer.from(bytes).toString('base64') };
}

function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries);
}

function blePlxIos(bytes: Uint8Array, rssi: number): unknown {
  const { manufacturer, services } = partsOf(bytes);
  const parts = {
    id: phonesOwn,
    name: null,
    rssi,
    mtu: 23,
    manufacturerData: manufacturer?.toString('base64') ?? null,
    serviceData:
      services.length === 0
        ? null
        : record(services.map(({ uuid, data }) => [hyphenated(uuid), data.toString('base64')])),
    isConnectable: false,
  };
  return { ...parts, rawScanRecord: Buffer.from(JSON.stringify(parts)).toString('base64') };
}

function bleManagerParts(bytes: Uint8Array): Record<string, unknown> {
  const { manufacturer, services } = partsOf(bytes);
  const company = manufacturer?.readUInt16LE(0).toString(16).padStart(4, '0');
  return {
    serviceData: record(services.map(({ uuid, data }) => [shortest(uuid), cdv(data)])),
    manufacturerData: company === undefined ? {} : { [company]: cdv((manufacturer as Buffer).subarray(2)) },
  };
}

function capacitorParts(bytes: Uint8Array): Record<string, unknown> {
  const { manufacturer, services } = partsOf(bytes);
  return {
    txPower: 127,
    manufacturerData:
      manufacturer === undefined
        ? {}
        : { [String(manufacturer.readUInt16LE(0))]: viewInside(manufacturer.subarray(2)) },
    serviceData: record(services.map(({ uuid, data }) => [hyphenated(uuid), viewInside(data)])),
    uuids: [],
  };
}

function nativeScript(bytes: Uint8Array, rssi: number, key: (uuid: string) => string): unknown {
  const { manufacturer, services } = partsOf(bytes);
  return {
    UUID: mac,
    RSSI: rssi,
    advertismentData: {
      manufacturerId: manufacturer?.readUInt16LE(0) ?? -1,
      manufacturerData: manufacturer === undefined ? undefined : arrayBuffer(manufacturer.subarray(2)),
      serviceData: record(services.map(({ uuid, data }) => [key(uuid), arrayBuffer(data)])),
    },
  };
}

export const deliveries: readonly Delivery[] = [
  {
    library: 'ble-plx',
    name: 'ble-plx on Android',
    report: (bytes, rssi) => ({
      ...(blePlxIos(bytes, rssi) as object),
      id: mac,
      rawScanRecord: padded(bytes).toString('base64'),
    }),
  },
  { library: 'ble-plx', name: 'ble-plx on iOS', hidesIBeacon: true, report: blePlxIos },
  {
    library: 'ble-manager',
    name: 'ble-manager on Android',
    report: (bytes, rssi) => ({
      id: mac,
      rssi,
      advertising: { ...bleManagerParts(bytes), rawData: cdv(padded(bytes)) },
    }),
  },
  {
    library: 'ble-manager',
    name: 'ble-manager on iOS',
    hidesIBeacon: true,
    report: (bytes, rssi) => ({ id: phonesOwn, rssi, advertising: bleManagerParts(bytes) }),
  },
  {
    library: 'capacitor-ble',
    name: 'capacitor on Android',
    report: (bytes, rssi) => ({
      device: { deviceId: mac },
      rssi,
      ...capacitorParts(bytes),
      rawAdvertisement: viewInside(padded(bytes)),
    }),
  },
  {
    library: 'capacitor-ble',
    name: 'capacitor on iOS',
    hidesIBeacon: true,
    report: (bytes, rssi) => ({ device: { deviceId: phonesOwn }, rssi, ...capacitorParts(bytes) }),
  },
  {
    library: 'cordova-ble',
    name: 'cordova on Android',
    report: (bytes, rssi) => ({ id: mac, rssi, advertising: arrayBuffer(padded(bytes)) }),
  },
  {
    library: 'cordova-ble',
    name: 'cordova on iOS',
    hidesIBeacon: true,
    report: (bytes, rssi) => {
      const { manufacturer, services } = partsOf(bytes);
      return {
        id: phonesOwn,
        rssi,
        advertising: {
          kCBAdvDataIsConnectable: 0,
          ...(manufacturer === undefined ? {} : { kCBAdvDataManufacturerData: arrayBuffer(manufacturer) }),
          kCBAdvDataServiceData: record(
            services.map(({ uuid, data }) => [shortest(uuid).toUpperCase(), arrayBuffer(data)]),
          ),
        },
      };
    },
  },
  {
    library: 'nativescript-ble',
    name: 'NativeScript on Android',
    report: (bytes, rssi) => nativeScript(bytes, rssi, shortest),
  },
  {
    library: 'nativescript-ble',
    name: 'NativeScript on iOS',
    hidesIBeacon: true,
    report: (bytes, rssi) => nativeScript(bytes, rssi, (uuid) => shortest(uuid).toUpperCase()),
  },
  {
    library: 'noble',
    name: 'noble’s HCI layer',
    report: (bytes, rssi) => ({ address: mac, rssiDbm: rssi, data: Buffer.from(bytes) }),
  },
  {
    library: 'noble',
    name: 'noble’s discover',
    report: (bytes, rssi) => {
      const { manufacturer, services } = partsOf(bytes);
      return { id: '123456789abc', rssi, advertisement: { manufacturerData: manufacturer, serviceData: services } };
    },
  },
  {
    library: 'web-bluetooth',
    name: 'Web Bluetooth',
    hidesIBeacon: true,
    report: (bytes, rssi) => {
      const { manufacturer, services } = partsOf(bytes);
      return {
        device: { id: 'aGVsbG8=' },
        rssi,
        manufacturerData: new Map(
          manufacturer === undefined ? [] : [[manufacturer.readUInt16LE(0), viewInside(manufacturer.subarray(2))]],
        ),
        serviceData: new Map(services.map(({ uuid, data }) => [hyphenated(uuid), viewInside(data)])),
      };
    },
  },
];

/** The report as a host would write it into JSON: binary as base64, a Map as an object. */
export function asJson(report: unknown): unknown {
  return JSON.parse(JSON.stringify(report, withBase64)) as unknown;
}

function withBase64(this: unknown, key: string, value: unknown): unknown {
  // A Buffer has become an object by its own toJSON before it comes here: such objects stay, for adapters read them.
  if (value instanceof Map) return Object.fromEntries(value);
  const given = key === '' ? value : (this as Record<string, unknown>)[key];
  if (given instanceof ArrayBuffer) return Buffer.from(given).toString('base64');
  if (given instanceof DataView)
    return Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('base64');
  return value;
}
