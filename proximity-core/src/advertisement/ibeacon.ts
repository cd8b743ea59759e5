import { adTypes, beaconFlags, encodeAdStructures } from './ad-structures.js';
import { type Decoded, malformed, requireInteger, requireOctets, signed } from './result.js';

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

export type IBeaconFrame = IBeaconFields & { readonly kind: 'ibeacon' };

const PREFIX = [0x4c, 0x00, 0x02, 0x15] as const;
const OCTETS = 25;

/** Whether manufacturer data claims to be of this format. */
export function isIBeacon(manufacturerData: Uint8Array): boolean {
  return PREFIX.slice(0, 3).every((octet, i) => manufacturerData[i] === octet);
}

/**
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
 * @param manufacturerData from the company identifier on.
 * @returns the frame, or `not-ibeacon`, `ibeacon-length`.
 * @example decodeIBeacon(Uint8Array.of(0x4c, 0, 0x10, 5)) // { ok: false, reason: 'not-ibeacon' }
 */
export function decodeIBeacon(manufacturerData: Uint8Array): Decoded<{ readonly frame: IBeaconFrame }> {
  if (!isIBeacon(manufacturerData)) return malformed('not-ibeacon');
  if (manufacturerData.length !== OCTETS || manufacturerData[3] !== PREFIX[3]) return malformed('ibeacon-length');
  const view = new DataView(manufacturerData.buffer, manufacturerData.byteOffset);
  return {
    ok: true,
    frame: {
      kind: 'ibeacon',
      proximityUuid: manufacturerData.slice(4, 20),
      major: view.getUint16(20),
      minor: view.getUint16(22),
      measuredPowerDbm: signed(manufacturerData[24] as number),
    },
  };
}
