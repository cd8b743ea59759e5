import {
  counterAt,
  decodeHex,
  deriveAddress,
  deriveEid,
  deriveRecognitionId,
  encodeEddystoneEid,
  encodeHex,
  encodeIBeacon,
  type ProfileBeacon,
} from '@deskbeacon/proximity-core';

/** What a beacon has on the air in one identity window. */
export interface BeaconFrames {
  /** As the air and noble write it. */
  readonly address: string;
  /** Advertising data, hexadecimal: iBeacon-format, Eddystone-EID. */
  readonly data: readonly string[];
}

/** Eddystone states power at 0 m: 41 dB above that at 1 m (Eddystone protocol specification). */
const EDDYSTONE_POWER_DB = 41;

/**
 * What the keys of a profile say that a beacon sends, derived apart from the daemon's own schedule.
 * @param organisationUuid 32 hexadecimal digits.
 * @param unixMs any instant for which the profile has a temporary key.
 * @throws Error when it has none.
 */
export function framesOf(beacon: ProfileBeacon, organisationUuid: string, unixMs: number): BeaconFrames {
  const { exponentK, measuredPowerDbm } = beacon;
  const counterS = counterAt(unixMs, beacon.clockOffsetS);
  const key = beacon.temporaryKeys?.find(({ epoch }) => epoch === counterS >>> 16)?.key;
  if (key === undefined) throw new Error(`no temporary key of ${beacon.desk} for ${new Date(unixMs).toISOString()}`);
  const recognitionKey = bytes(beacon.recognitionKey);
  const { major, minor } = deriveRecognitionId(recognitionKey, counterS, exponentK);
  const eid = deriveEid(bytes(key), counterS, exponentK);
  return {
    address: encodeHex(deriveAddress(recognitionKey, counterS, exponentK)).replace(/(..)(?!$)/g, '$1:'),
    data: [
      encodeHex(encodeIBeacon({ proximityUuid: bytes(organisationUuid), major, minor, measuredPowerDbm })),
      encodeHex(encodeEddystoneEid({ txPowerAt0mDbm: measuredPowerDbm + EDDYSTONE_POWER_DB, eid })),
    ],
  };
}

function bytes(hexadecimal: string): Uint8Array {
  const decoded = decodeHex(hexadecimal);
  if (decoded === undefined) throw new RangeError('expected hexadecimal');
  return decoded;
}
