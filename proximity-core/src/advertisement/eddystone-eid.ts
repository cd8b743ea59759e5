import { decodePower, eddystoneTypes, encodeEddystone, encodePower, wrongPower, wrongType } from './eddystone.js';
import { type Decoded, malformed, requireOctets } from './result.js';

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

export type EddystoneEidFrame = EddystoneEidFields & { readonly kind: 'eddystone-eid' };

const OCTETS = 10;

/**
 * @returns the whole advertising data, 21 octets.
 * @throws RangeError for a field out of range.
 * @example encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: -20, eid: new Uint8Array(8) })) // '0201060303aafe0d16aafe30ec0000000000000000'
 */
export function encodeEddystoneEid({ txPowerAt0mDbm, eid }: EddystoneEidFields): Uint8Array {
  requireOctets('eid', eid, 8);
  return encodeEddystone(Uint8Array.of(eddystoneTypes.eid, encodePower(txPowerAt0mDbm), ...eid));
}

/**
 * @param frame service data after the UUID.
 * @returns the frame, or `eddystone-type`, `eddystone-power`, `eid-length`.
 * @example decodeEddystoneEid(Uint8Array.of(0x30, 0xec)) // { ok: false, reason: 'eid-length' }
 */
export function decodeEddystoneEid(frame: Uint8Array): Decoded<{ readonly frame: EddystoneEidFrame }> {
  if (frame[0] !== eddystoneTypes.eid) return wrongType;
  if (frame.length !== OCTETS) return malformed('eid-length');
  const txPowerAt0mDbm = decodePower(frame[1] as number);
  if (txPowerAt0mDbm === undefined) return wrongPower;
  return { ok: true, frame: { kind: 'eddystone-eid', txPowerAt0mDbm, eid: frame.slice(2, OCTETS) } };
}
