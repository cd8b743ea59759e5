import { eddystoneTypes, encodeEddystone, encodePower, isPower, WRONG_POWER, WRONG_TYPE } from './eddystone.js';
import { type Decoded, malformed, requireOctets, signed } from './result.js';

/**
 * Eddystone-UID (google/eddystone, eddystone-uid/README.md). Older beacons leave the reserved octets out.
 *
 * | octets | 0 | 1 | 2–11 | 12–17 | 18–19 |
 * |---|---|---|---|---|---|
 * | | 00 | power at 0 m, int8 dBm | namespace | instance | 0, reserved |
 */
export interface EddystoneUidFields {
  /** −100..20 dBm. */
  readonly txPowerAt0mDbm: number;
  /** 10 octets. */
  readonly namespace: Uint8Array;
  /** 6 octets. */
  readonly instance: Uint8Array;
}

/** The fields of a frame that was decoded. */
export type EddystoneUidFrame = EddystoneUidFields & { readonly kind: 'eddystone-uid' };

const OCTETS = 20;
const OCTETS_WITHOUT_RESERVED = 18;

/**
 * Writes an Eddystone-UID frame (eddystone-uid/README.md).
 * @param fields of the frame, each with its range.
 * @returns the whole advertising data, 31 octets.
 * @throws RangeError for a field out of range.
 * @example encodeEddystoneUid({ txPowerAt0mDbm: -18, namespace: new Uint8Array(10), instance: new Uint8Array(6) }).length // 31
 */
export function encodeEddystoneUid({ txPowerAt0mDbm, namespace, instance }: EddystoneUidFields): Uint8Array {
  requireOctets('namespace', namespace, 10);
  requireOctets('instance', instance, 6);
  return encodeEddystone(
    Uint8Array.of(eddystoneTypes.uid, encodePower(txPowerAt0mDbm), ...namespace, ...instance, 0, 0),
  );
}

/** What is wrong with a frame that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfEddystoneUid(octets: Uint8Array, at: number, end: number): string | undefined {
  if (end <= at || octets[at] !== eddystoneTypes.uid) return WRONG_TYPE;
  if (end - at !== OCTETS && end - at !== OCTETS_WITHOUT_RESERVED) return 'uid-length';
  return isPower(octets[at + 1] as number) ? undefined : WRONG_POWER;
}

/**
 * Reads an Eddystone-UID frame (eddystone-uid/README.md).
 * @param frame service data after the UUID.
 * @returns the frame, or `eddystone-type`, `eddystone-power`, `uid-length`.
 * @example decodeEddystoneUid(Uint8Array.of(0x00, 0xee)) // { ok: false, reason: 'uid-length' }
 */
export function decodeEddystoneUid(frame: Uint8Array): Decoded<{ readonly frame: EddystoneUidFrame }> {
  const fault = faultOfEddystoneUid(frame, 0, frame.length);
  if (fault !== undefined) return malformed(fault);
  return {
    ok: true,
    frame: {
      kind: 'eddystone-uid',
      txPowerAt0mDbm: signed(frame[1] as number),
      namespace: frame.slice(2, 12),
      instance: frame.slice(12, 18),
    },
  };
}
