import { type AdStructure, adTypes, decodeAdStructures } from './ad-structures.js';
import {
  DESKBEACON_SERVICE_OCTETS,
  type DeskbeaconEidFrame,
  decodeDeskbeaconEid,
  isDeskbeaconService,
} from './deskbeacon-eid.js';
import { EDDYSTONE_UUID, eddystoneTypes } from './eddystone.js';
import { decodeEddystoneEid, type EddystoneEidFrame } from './eddystone-eid.js';
import { decodeIBeacon, type IBeaconFrame, isIBeacon } from './ibeacon.js';
import type { Decoded } from './result.js';

/** The frames that tell whose beacon it is. A call looks at no other, so that an app that only decides carries no other decoder. */
export type IdentityFrame = IBeaconFrame | EddystoneEidFrame | DeskbeaconEidFrame;

/**
 * Reads of advertising data as heard what says whose it is.
 * @param bytes AD structures.
 * @returns those frames in order, or `structure-past-end` when the structures themselves are broken.
 */
export function decodeIdentityFrames(bytes: Uint8Array): Decoded<{ readonly frames: readonly IdentityFrame[] }> {
  const decoded = decodeAdStructures(bytes);
  if (!decoded.ok) return decoded;
  const frames: IdentityFrame[] = [];
  for (const structure of decoded.structures) {
    const result = decodeIdentityStructure(structure);
    if (result?.ok) frames.push(result.frame);
  }
  return { ok: true, frames };
}

/** @returns `undefined` for a structure that does not claim to be such a frame. */
export function decodeIdentityStructure({
  type,
  data,
}: AdStructure): Decoded<{ readonly frame: IdentityFrame }> | undefined {
  if (type === adTypes.manufacturerData) return isIBeacon(data) ? decodeIBeacon(data) : undefined;
  if (type === adTypes.serviceData128) {
    return isDeskbeaconService(data) ? decodeDeskbeaconEid(data.subarray(DESKBEACON_SERVICE_OCTETS)) : undefined;
  }
  return type === adTypes.serviceData16 && isEddystone(data) && data[2] === eddystoneTypes.eid
    ? decodeEddystoneEid(data.subarray(2))
    : undefined;
}

/** Whether service data of a 16-bit UUID is Eddystone's. */
export function isEddystone(data: Uint8Array): boolean {
  return data[0] === EDDYSTONE_UUID[0] && data[1] === EDDYSTONE_UUID[1];
}
