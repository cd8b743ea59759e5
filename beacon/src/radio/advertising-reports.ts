import { eventCodes, packetTypes } from './hci-packets.js';

/**
 * LE Advertising Report, Bluetooth Core 5.4 Vol 4 Part E §7.7.65.2.
 *
 * | octets     | what                                                                        |
 * | ---------- | --------------------------------------------------------------------------- |
 * | 3          | subevent 0x02                                                               |
 * | 4          | number of reports, 1..25                                                    |
 * | of each: 1 | event type, 0x00 ADV_IND .. 0x04 SCAN_RSP                                   |
 * | 1          | address type                                                                |
 * | 6          | address, least significant octet first                                      |
 * | 1          | length of the data, 0..31                                                   |
 * | n          | data                                                                        |
 * | 1          | RSSI, int8 dBm; 127: not available                                          |
 *
 * The specification sets the fields of several reports as arrays; controllers and the Linux kernel put one whole report after the
 * other, and so does this.
 */
export interface HeardAdvertisement {
  /** Most significant octet first. */
  readonly address: Uint8Array;
  readonly data: Uint8Array;
  /** Absent where the controller cannot tell. */
  readonly rssiDbm?: number;
}

const SUBEVENT = 0x02;
const FIRST_REPORT = 5;
const HEAD_OCTETS = 9;
const NO_RSSI = 127;

/** @returns the reports of one event, up to the first that is cut off; none for every other packet. */
export function readAdvertisingReports(packet: Uint8Array): readonly HeardAdvertisement[] {
  if (packet[0] !== packetTypes.event || packet[1] !== eventCodes.leMeta || packet[3] !== SUBEVENT) return [];
  const reports: HeardAdvertisement[] = [];
  let at = FIRST_REPORT;
  for (let left = packet[4] ?? 0; left > 0; left -= 1) {
    const length = packet[at + HEAD_OCTETS - 1];
    if (length === undefined) break;
    const end = at + HEAD_OCTETS + length;
    const level = packet[end];
    if (level === undefined) break;
    reports.push({
      address: packet.slice(at + 2, at + 8).reverse(),
      data: packet.slice(at + HEAD_OCTETS, end),
      ...(level === NO_RSSI ? {} : { rssiDbm: (level << 24) >> 24 }),
    });
    at = end + 1;
  }
  return reports;
}
