/**
 * btsnoop version 1, the capture format of BlueZ's btmon, Android and Wireshark (RFC 1761 with another epoch;
 * fte.com "BTSnoop File Format"). Integers are big-endian.
 *
 * | file header        | octets | record             | octets | record             | octets |
 * | ------------------ | ------ | ------------------ | ------ | ------------------ | ------ |
 * | "btsnoop\0"        | 8      | original length    | 4      | cumulative drops   | 4      |
 * | version, 1         | 4      | included length    | 4      | µs since year 0 AD | 8      |
 * | datalink, 1002: H4 | 4      | flags              | 4      | packet             | n      |
 *
 * Flags: bit 0 set = received from the controller; bit 1 set = command or event, clear = data.
 */
export type BtsnoopDirection = 'sent' | 'received';

export interface BtsnoopRecord {
  readonly direction: BtsnoopDirection;
  /** Microseconds since the Unix epoch. */
  readonly atUs: number;
  /** An H4 packet, the type octet first. */
  readonly packet: Uint8Array;
}

export type BtsnoopReading =
  | {
      readonly ok: true;
      readonly records: readonly BtsnoopRecord[];
      /** Octets of a last record that was cut off, as after a power cut; 0 when the file is whole. */
      readonly truncatedOctets: number;
    }
  | { readonly ok: false; readonly reason: string };

const magic = Uint8Array.of(0x62, 0x74, 0x73, 0x6e, 0x6f, 0x6f, 0x70, 0);
const version = 1;
const datalinkH4 = 1002;
const fileHeaderOctets = 16;
const recordHeaderOctets = 24;
/** Microseconds from the year 0 AD to 1970, as btmon and Wireshark count them. */
const epochOffsetUs = 0x00dcddb30f2f8000n;
/** No H4 packet is longer: an ISO or ACL header with 65535 octets. */
const longestPacket = 65540;

/** @returns the 16 octets a capture begins with. */
export function encodeBtsnoopHeader(): Uint8Array {
  const header = new Uint8Array(fileHeaderOctets);
  header.set(magic);
  const view = new DataView(header.buffer);
  view.setUint32(8, version);
  view.setUint32(12, datalinkH4);
  return header;
}

/**
 * @returns one record.
 * @throws RangeError when the packet is empty or longer than any H4 packet, or the time is not a safe positive integer.
 */
export function encodeBtsnoopRecord({ direction, atUs, packet }: BtsnoopRecord): Uint8Array {
  const type = packet[0];
  if (type === undefined || packet.length > longestPacket) {
    throw new RangeError(`packet: 1 to ${longestPacket} octets, got ${packet.length}`);
  }
  if (!Number.isSafeInteger(atUs) || atUs < 0) throw new RangeError(`atUs: a safe positive integer, got ${atUs}`);
  const record = new Uint8Array(recordHeaderOctets + packet.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, packet.length);
  view.setUint32(4, packet.length);
  view.setUint32(8, (direction === 'received' ? 1 : 0) | (type === 0x01 || type === 0x04 ? 2 : 0));
  view.setBigUint64(16, BigInt(atUs) + epochOffsetUs);
  record.set(packet, recordHeaderOctets);
  return record;
}

/** Reads a capture. A cut-off tail is tolerated and reported; anything else that is wrong is a reason. */
export function readBtsnoop(octets: Uint8Array): BtsnoopReading {
  if (octets.length < fileHeaderOctets) return { ok: false, reason: 'shorter than a file header' };
  if (!magic.every((octet, index) => octets[index] === octet)) return { ok: false, reason: 'not a btsnoop file' };
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (view.getUint32(8) !== version) return { ok: false, reason: `version ${view.getUint32(8)}, expected ${version}` };
  if (view.getUint32(12) !== datalinkH4) {
    return { ok: false, reason: `datalink ${view.getUint32(12)}, expected ${datalinkH4} (H4)` };
  }
  const records: BtsnoopRecord[] = [];
  let offset = fileHeaderOctets;
  while (octets.length - offset >= recordHeaderOctets) {
    const included = view.getUint32(offset + 4);
    if (included === 0 || included > longestPacket) {
      return { ok: false, reason: `record ${records.length} claims ${included} octets` };
    }
    const end = offset + recordHeaderOctets + included;
    if (end > octets.length) break;
    const atUs = view.getBigUint64(offset + 16) - epochOffsetUs;
    if (atUs < 0n || atUs > BigInt(Number.MAX_SAFE_INTEGER)) {
      return { ok: false, reason: `record ${records.length} has a time before 1970 or after 2255` };
    }
    const direction = (view.getUint32(offset + 8) & 1) === 1 ? 'received' : 'sent';
    records.push({
      direction,
      atUs: Number(atUs),
      packet: Uint8Array.from(octets.subarray(offset + recordHeaderOctets, end)),
    });
    offset = end;
  }
  return { ok: true, records, truncatedOctets: octets.length - offset };
}
