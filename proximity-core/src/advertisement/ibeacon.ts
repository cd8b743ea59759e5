import { adTypes, beaconFlags, encodeAdStructures } from './ad-structures.js';
import { type Decoded, malformed, requireInteger, requireOctets, signed, uint16At } from './result.js';

/**
 * The iBeacon format: manufacturer data of company 0x004c (Apple, Proximity Beacon Specification R1).
 *
 * | octets | 0–1 | 2 | 3 | 4–19 | 20–21 | 22–23 | 24 |
 * |---|---|---|---|---|---|---|---|
 * | | 4c 00 | 02 | 15 | proximity UUID | major, big-endian | minor, big-endian | RSSI at 1 m, int8 dBm |
 */
export interface IBeaconFields {
  /** 16 octets. */
  readonly proximityUuid: Uint8Array;
  /** 0..65535. */
  readonly major: number;
  /** 0..65535. */
  readonly minor: number;
  /** Received power at 1 m, −128..127 dBm. */
  readonly measuredPowerDbm: number;
}

/** The fields of a frame that was decoded. */
export type IBeaconFrame = IBeaconFields & { readonly kind: 'ibeacon' };

const PREFIX = [0x4c, 0x00, 0x02, 0x15] as const;
const OCTETS = 25;

/** Whether manufacturer data claims to be of this format. */
export function isIBeacon(octets: Uint8Array, at = 0, end = octets.length): boolean {
  return end - at >= 3 && octets[at] === PREFIX[0] && octets[at + 1] === PREFIX[1] && octets[at + 2] === PREFIX[2];
}

/** What is wrong with manufacturer data that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfIBeacon(octets: Uint8Array, at: number, end: number): string | undefined {
  if (!isIBeacon(octets, at, end)) return 'not-ibeacon';
  return end - at === OCTETS && octets[at + 3] === PREFIX[3] ? undefined : 'ibeacon-length';
}

/**
 * Writes a frame of the iBeacon format (Proximity Beacon Specification R1).
 * @param fields of the frame, each with its range.
 * @returns the whole advertising data, 30 octets.
 * @throws RangeError for a field out of range.
 * @example encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }).length // 30
 */
export function encodeIBeacon({ proximityUuid, major, minor, measuredPowerDbm }: IBeaconFields): Uint8Array {
  requireOctets('proximityUuid', proximityUuid, 16);
  requireInteger('major', major, 0, 0xffff);
  requireInteger('minor', minor, 0, 0xffff);
  requireInteger('measuredPowerDbm', measuredPowerDbm, -128, 127);
  const data = new Uint8Array(OCTETS);
  data.set(PREFIX);
  data.set(proximityUuid, 4);
  data.set([major >>> 8, major & 255, minor >>> 8, minor & 255, measuredPowerDbm & 255], 20);
  return encodeAdStructures([beaconFlags, { type: adTypes.manufacturerData, data }]);
}

/**
 * Reads a frame of the iBeacon format (Proximity Beacon Specification R1).
 * @param manufacturerData from the company identifier on.
 * @returns the frame, or `not-ibeacon`, `ibeacon-length`.
 * @example decodeIBeacon(Uint8Array.of(0x4c, 0, 0x10, 5)) // { ok: false, reason: 'not-ibeacon' }
 */
export function decodeIBeacon(manufacturerData: Uint8Array): Decoded<{ readonly frame: IBeaconFrame }> {
  const fault = faultOfIBeacon(manufacturerData, 0, manufacturerData.length);
  if (fault !== undefined) return malformed(fault);
  return {
    ok: true,
    frame: {
      kind: 'ibeacon',
      proximityUuid: manufacturerData.slice(4, 20),
      major: uint16At(manufacturerData, 20),
      minor: uint16At(manufacturerData, 22),
      measuredPowerDbm: signed(manufacturerData[24] as number),
    },
  };
}
