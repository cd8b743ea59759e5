import { adTypes, beaconFlags, encodeAdStructures } from './ad-structures.js';
import { requireInteger, signed } from './result.js';

/**
 * What all Eddystone frames share (google/eddystone, protocol-specification.md): flags, the complete list of 16-bit service
 * UUIDs with feaa, and service data of feaa whose first octet holds the frame type in its upper half and 0 in its lower.
 *
 * | octets | 02 01 06 | 03 03 aa fe | n | 16 | aa fe | frame |
 * |---|---|---|---|---|---|---|
 */
export const EDDYSTONE_UUID = [0xaa, 0xfe] as const;

export const eddystoneTypes = { uid: 0x00, url: 0x10, tlm: 0x20, eid: 0x30 } as const;

/** The power octet: what would be received at 0 m, −100..20 dBm. */
export const EDDYSTONE_POWER_DBM = { least: -100, most: 20 } as const;

/** @returns the whole advertising data around a frame. */
export function encodeEddystone(frame: Uint8Array): Uint8Array {
  const serviceData = new Uint8Array(2 + frame.length);
  serviceData.set(EDDYSTONE_UUID);
  serviceData.set(frame, 2);
  return encodeAdStructures([
    beaconFlags,
    { type: adTypes.serviceUuids16, data: Uint8Array.from(EDDYSTONE_UUID) },
    { type: adTypes.serviceData16, data: serviceData },
  ]);
}

/** @throws RangeError when no Eddystone frame can state this power. */
export function encodePower(txPowerAt0mDbm: number): number {
  requireInteger('txPowerAt0mDbm', txPowerAt0mDbm, EDDYSTONE_POWER_DBM.least, EDDYSTONE_POWER_DBM.most);
  return txPowerAt0mDbm & 255;
}

/** Whether the octet is a power that the specification allows. */
export function isPower(octet: number): boolean {
  const dbm = signed(octet);
  return dbm >= EDDYSTONE_POWER_DBM.least && dbm <= EDDYSTONE_POWER_DBM.most;
}

/** What every frame decoder says of a frame that is not its own. */
export const WRONG_TYPE = 'eddystone-type';
export const WRONG_POWER = 'eddystone-power';
