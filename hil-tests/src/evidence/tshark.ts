import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What Wireshark's own decoder makes of a capture: an opinion that shares no code with ours. */

const FIELDS = [
  'bluetooth.apple.ibeacon.uuid128',
  'bluetooth.apple.ibeacon.major',
  'bluetooth.apple.ibeacon.minor',
  'btcommon.apple.ibeacon.measured_power',
  'btcommon.eir_ad.entry.service_data',
] as const;
const LIMIT_MS = 30_000;

/**
 * @param file a btsnoop capture.
 * @returns each advertising report in order, by the fields that tshark names.
 */
export async function tsharkAdvertisements(file: string): Promise<readonly Record<string, string | number>[]> {
  const wanted = FIELDS.flatMap((field) => ['-e', field]);
  const { stdout } = await promisify(execFile)(
    'tshark',
    ['-r', file, '-Y', 'bthci_evt.le_meta_subevent == 0x02', '-T', 'json', ...wanted],
    {
      timeout: LIMIT_MS,
      maxBuffer: 64 << 20,
    },
  );
  const packets = JSON.parse(stdout) as readonly { _source: { layers: Record<string, readonly string[]> } }[];
  return packets.map(({ _source }) => fieldsOf(_source.layers));
}

function fieldsOf(layers: Record<string, readonly string[]>): Record<string, string | number> {
  const [uuid, major, minor, power, serviceData] = FIELDS.map((field) => layers[field]?.[0]);
  if (uuid !== undefined) {
    return {
      kind: 'ibeacon',
      uuid: plainHex(uuid),
      major: Number(major),
      minor: Number(minor),
      powerDbm: Number(power),
    };
  }
  // tshark takes the service data out of the AD structures; what Eddystone says in them it leaves to its reader.
  const bytes = Buffer.from(plainHex(serviceData ?? ''), 'hex');
  if (bytes[0] === 0x30)
    return { kind: 'eddystone-eid', powerDbm: bytes.readInt8(1), eid: bytes.subarray(2, 10).toString('hex') };
  return { kind: 'unknown' };
}

function plainHex(text: string): string {
  return text.replace(/[^0-9a-f]/gi, '').toLowerCase();
}
