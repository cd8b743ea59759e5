import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * What Wireshark's own decoder makes of a capture: an opinion that shares no code with ours.
 *
 * How much of an iBeacon it names depends on its version, so it is asked which fields it has:
 * - 4.0 (Debian 12) takes the AD structure apart, company and data, and leaves the data "Undecoded". Its own iBeacon
 *   dissector can be forced on it, but begins two octets too early (at type and length) and knows no measured power.
 *   There UUID, major, minor and power are read here, from the octets that tshark took out.
 * - Where `bluetooth.apple.ibeacon.measured_power` exists, all four are tshark's own fields; the dissector `ibeacon` is
 *   only used when it is asked for (`-d`), where it still exists (Wireshark's packet-bluetooth.c).
 * What Eddystone says in its service data no version names.
 */
const fields = {
  uuid: 'bluetooth.apple.ibeacon.uuid128',
  major: 'bluetooth.apple.ibeacon.major',
  minor: 'bluetooth.apple.ibeacon.minor',
  power: 'bluetooth.apple.ibeacon.measured_power',
  company: 'btcommon.eir_ad.entry.company_id',
  data: 'btcommon.eir_ad.entry.data',
  serviceData: 'btcommon.eir_ad.entry.service_data',
} as const;

const PROGRAM = '/usr/bin/tshark';
const REPORTS = 'bthci_evt.le_meta_subevent == 0x02';
const FORCE_IBEACON = ['-d', 'btcommon.eir_ad.manufacturer_company_id==0x004c,ibeacon'];
const LIMIT_MS = 30_000;
const APPLE = 0x004c;
/** Type and length of an iBeacon among Apple's manufacturer data; the frame type of Eddystone-EID. */
const IBEACON = 0x0215;
const EDDYSTONE_EID = 0x30;

/** What tshark said of one packet: per field its values in order. */
export type TsharkLayers = Readonly<Record<string, readonly string[]>>;

export interface TsharkReading {
  /** Each advertising report in order. */
  readonly advertisements: readonly Record<string, string | number>[];
  /** Whether the iBeacon's parts are fields of tshark, or were read from the manufacturer data it took out. */
  readonly ibeaconBy: 'fields' | 'manufacturer data';
}

/** @returns why tshark cannot be asked here; nothing when it can. */
export function whyNoTshark(): string | undefined {
  return existsSync(PROGRAM) ? undefined : 'tshark is not installed (Debian package tshark)';
}

/**
 * @param file a btsnoop capture.
 * @throws Error when tshark fails, or knows a field no more that every version had.
 */
export async function tsharkAdvertisements(file: string): Promise<TsharkReading> {
  const registered = await run(['-G', 'fields']);
  const has = (field: string): boolean => registered.includes(`\t${field}\t`);
  const namesIbeacon = [fields.uuid, fields.major, fields.minor, fields.power].every(has);
  for (const field of [fields.company, fields.data, fields.serviceData]) {
    if (!has(field)) throw new Error(`this tshark has no field ${field}: see how it names it now`);
  }
  const decodeAs = namesIbeacon && /^P\t[^\t]*\tibeacon$/m.test(registered) ? FORCE_IBEACON : [];
  const wanted = Object.values(fields).filter(has);
  const arguments_ = [
    '-r',
    file,
    ...decodeAs,
    '-Y',
    REPORTS,
    '-T',
    'json',
    ...wanted.flatMap((field) => ['-e', field]),
  ];
  const packets = JSON.parse(await run(arguments_)) as readonly { _source: { layers: TsharkLayers } }[];
  return {
    advertisements: packets.map(({ _source }) => readTsharkLayers(_source.layers, namesIbeacon)),
    ibeaconBy: namesIbeacon ? 'fields' : 'manufacturer data',
  };
}

/** @returns the frame in one packet; `unknown` for everything that is neither of our two, with what tshark said. */
export function readTsharkLayers(layers: TsharkLayers, namesIbeacon: boolean): Record<string, string | number> {
  const first = (field: keyof typeof fields): string | undefined => layers[fields[field]]?.[0];
  if (namesIbeacon && first('uuid') !== undefined) {
    return {
      kind: 'ibeacon',
      uuid: plainHex(first('uuid')),
      major: Number(first('major')),
      minor: Number(first('minor')),
      powerDbm: Number(first('power')),
    };
  }
  const data = Buffer.from(plainHex(first('data')), 'hex');
  if (Number(first('company')) === APPLE && data.length === 23 && data.readUInt16BE(0) === IBEACON) {
    return {
      kind: 'ibeacon',
      uuid: data.subarray(2, 18).toString('hex'),
      major: data.readUInt16BE(18),
      minor: data.readUInt16BE(20),
      powerDbm: data.readInt8(22),
    };
  }
  const service = Buffer.from(plainHex(first('serviceData')), 'hex');
  if (service.length === 10 && service[0] === EDDYSTONE_EID) {
    return { kind: 'eddystone-eid', powerDbm: service.readInt8(1), eid: service.subarray(2).toString('hex') };
  }
  return { kind: 'unknown', layers: JSON.stringify(layers) };
}

async function run(arguments_: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(PROGRAM, arguments_, { timeout: LIMIT_MS, maxBuffer: 256 << 20 });
  return stdout;
}

function plainHex(text: string | undefined): string {
  return (text ?? '').replace(/[^0-9a-f]/gi, '').toLowerCase();
}
