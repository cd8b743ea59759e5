import { eddystoneTypes, encodeEddystone, encodePower, isPower, WRONG_POWER, WRONG_TYPE } from './eddystone.js';
import { type Decoded, malformed, requireOctets, signed } from './result.js';

/**
 * Eddystone-EID (google/eddystone, eddystone-eid/README.md).
 *
 * | octets | 0 | 1 | 2–9 |
 * |---|---|---|---|
 * | | 30 | power at 0 m, int8 dBm | ephemeral identifier |
 */
export interface EddystoneEidFields {
  /** −100..20 dBm. */
  readonly txPowerAt0mDbm: number;
  /** 8 octets. */
  readonly eid: Uint8Array;
}

/** The fields of a frame that was decoded. */
export type EddystoneEidFrame = EddystoneEidFields & { readonly kind: 'eddystone-eid' };

const OCTETS = 10;

/**
 * Writes an Eddystone-EID frame (eddystone-eid/README.md).
 * @param fields of the frame, each with its range.
 * @returns the whole advertising data, 21 octets.
 * @throws RangeError for a field out of range.
 * @example encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -20, eid: new Uint8Array(8) })) // '0201060303aafe0d16aafe30ec0000000000000000'
 */
export function encodeEddystoneEid({ txPowerAt0mDbm, eid }: EddystoneEidFields): Uint8Array {
  requireOctets('eid', eid, 8);
  return encodeEddystone(Uint8Array.of(eddystoneTypes.eid, encodePower(txPowerAt0mDbm), ...eid));
}

/** What is wrong with a frame that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfEddystoneEid(octets: Uint8Array, at: number, end: number): string | undefined {
  if (end <= at || octets[at] !== eddystoneTypes.eid) return WRONG_TYPE;
  if (end - at !== OCTETS) return 'eid-length';
  return isPower(octets[at + 1] as number) ? undefined : WRONG_POWER;
}

/**
 * Reads an Eddystone-EID frame (eddystone-eid/README.md).
 * @param frame service data after the UUID.
 * @returns the frame, or `eddystone-type`, `eddystone-power`, `eid-length`.
 * @example decodeEddystoneEid(Uint8Array.of(0x30, 0xec)) // { ok: false, reason: 'eid-length' }
 */
export function decodeEddystoneEid(frame: Uint8Array): Decoded<{ readonly frame: EddystoneEidFrame }> {
  const fault = faultOfEddystoneEid(frame, 0, frame.length);
  if (fault !== undefined) return malformed(fault);
  return {
    ok: true,
    frame: { kind: 'eddystone-eid', txPowerAt0mDbm: signed(frame[1] as number), eid: frame.slice(2, OCTETS) },
  };
}
