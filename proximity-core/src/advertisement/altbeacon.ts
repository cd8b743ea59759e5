import { adTypes, beaconFlags, encodeAdStructures } from './ad-structures.js';
import { type Decoded, malformed, requireInteger, requireOctets, signed } from './result.js';

/**
 * AltBeacon 1.0 (AltBeacon/spec): manufacturer data of any company.
 *
 * | octets | 0–1 | 2–3 | 4–23 | 24 | 25 |
 * |---|---|---|---|---|---|
 * | | company, little-endian | be ac | beacon id; 4–19 name the organisation | RSSI at 1 m, int8 dBm | of the manufacturer |
 */
export interface AltBeaconFields {
  /** 0..65535. */
  readonly companyId: number;
  /** 20 octets. */
  readonly beaconId: Uint8Array;
  /** Received power at 1 m, −127..0 dBm. */
  readonly measuredPowerDbm: number;
  /** 0..255. */
  readonly manufacturerReserved: number;
}

/** The fields of a frame that was decoded. */
export type AltBeaconFrame = AltBeaconFields & { readonly kind: 'altbeacon' };

const OCTETS = 26;

/** Whether manufacturer data claims to be of this format. */
export function isAltBeacon(octets: Uint8Array, at = 0, end = octets.length): boolean {
  return end - at >= 4 && octets[at + 2] === 0xbe && octets[at + 3] === 0xac;
}

/** What is wrong with manufacturer data that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfAltBeacon(octets: Uint8Array, at: number, end: number): string | undefined {
  if (!isAltBeacon(octets, at, end)) return 'not-altbeacon';
  if (end - at !== OCTETS) return 'altbeacon-length';
  const measuredPowerDbm = signed(octets[at + 24] as number);
  return measuredPowerDbm > 0 || measuredPowerDbm < -127 ? 'altbeacon-power' : undefined;
}

/**
 * Writes an AltBeacon frame (AltBeacon 1.0).
 * @param fields of the frame, each with its range.
 * @returns the whole advertising data, 31 octets.
 * @throws RangeError for a field out of range.
 * @example encodeAltBeacon({ companyId: 0x118, beaconId: new Uint8Array(20), measuredPowerDbm: -59, manufacturerReserved: 0 }).length // 31
 */
export function encodeAltBeacon({
  companyId,
  beaconId,
  measuredPowerDbm,
  manufacturerReserved,
}: AltBeaconFields): Uint8Array {
  requireInteger('companyId', companyId, 0, 0xffff);
  requireOctets('beaconId', beaconId, 20);
  requireInteger('measuredPowerDbm', measuredPowerDbm, -127, 0);
  requireInteger('manufacturerReserved', manufacturerReserved, 0, 255);
  const data = new Uint8Array(OCTETS);
  data.set([companyId & 255, companyId >>> 8, 0xbe, 0xac]);
  data.set(beaconId, 4);
  data.set([measuredPowerDbm & 255, manufacturerReserved], 24);
  return encodeAdStructures([beaconFlags, { type: adTypes.manufacturerData, data }]);
}

/**
 * Reads an AltBeacon frame (AltBeacon 1.0).
 * @param manufacturerData from the company identifier on.
 * @returns the frame, or `not-altbeacon`, `altbeacon-length`, `altbeacon-power`.
 * @example decodeAltBeacon(Uint8Array.of(0x18, 1, 0xbe, 0xac)) // { ok: false, reason: 'altbeacon-length' }
 */
export function decodeAltBeacon(manufacturerData: Uint8Array): Decoded<{ readonly frame: AltBeaconFrame }> {
  const fault = faultOfAltBeacon(manufacturerData, 0, manufacturerData.length);
  if (fault !== undefined) return malformed(fault);
  return {
    ok: true,
    frame: {
      kind: 'altbeacon',
      companyId: (manufacturerData[0] as number) + 256 * (manufacturerData[1] as number),
      beaconId: manufacturerData.slice(4, 24),
      measuredPowerDbm: signed(manufacturerData[24] as number),
      manufacturerReserved: manufacturerData[25] as number,
    },
  };
}
