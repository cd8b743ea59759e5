import type { BtsnoopRecord } from '@deskbeacon/beacon/radio';

/** One advertising report as it stands in a capture. */
export interface CapturedReport {
  readonly atUs: number;
  readonly type: number;
  readonly addressType: 'public' | 'random';
  /** Hexadecimal with colons, most significant octet first. */
  readonly address: string;
  readonly data: Uint8Array;
  readonly rssiDbm: number;
}

const LE_META = [0x04, 0x3e] as const;
const ADVERTISING_REPORT = 0x02;

/**
 * Takes the LE Advertising Reports out of a capture (Core Vol 4 Part E §7.7.65.2), without noble and without our own link.
 * | octet | 0 | 1 | 2 | 3 | 4 | then per report: type 1, address type 1, address 6, length 1, data n, RSSI 1 |
 * |---|---|---|---|---|---|---|
 * | | 04 | 3e | length | 02 | reports | |
 */
export function readAdvertisingReports(records: readonly BtsnoopRecord[]): readonly CapturedReport[] {
  const reports: CapturedReport[] = [];
  for (const { direction, atUs, packet } of records) {
    if (
      direction !== 'received' ||
      packet[0] !== LE_META[0] ||
      packet[1] !== LE_META[1] ||
      packet[3] !== ADVERTISING_REPORT
    )
      continue;
    let offset = 5;
    for (let i = 0; i < (packet[4] ?? 0); i += 1) {
      const length = packet[offset + 8] ?? 0;
      const data = packet.subarray(offset + 9, offset + 9 + length);
      const rssi = packet[offset + 9 + length] ?? 127;
      const octets = [...packet.subarray(offset + 2, offset + 8)].reverse();
      reports.push({
        atUs,
        type: packet[offset] ?? 0,
        addressType: packet[offset + 1] === 0 ? 'public' : 'random',
        address: octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':'),
        data,
        rssiDbm: rssi > 127 ? rssi - 256 : rssi,
      });
      offset += 10 + length;
    }
  }
  return reports;
}
