import { type AdStructure, adTypes, decodeAdStructures } from './ad-structures.js';
import { type AltBeaconFrame, decodeAltBeacon, isAltBeacon } from './altbeacon.js';
import {
  DESKBEACON_SERVICE_OCTETS,
  type DeskbeaconEidFrame,
  decodeDeskbeaconEid,
  isDeskbeaconService,
} from './deskbeacon-eid.js';
import { EDDYSTONE_UUID } from './eddystone.js';
import { decodeEddystoneEid, type EddystoneEidFrame } from './eddystone-eid.js';
import { decodeEddystoneEtlm, type EddystoneEtlmFrame } from './eddystone-etlm.js';
import { decodeEddystoneTlm, type EddystoneTlmFrame } from './eddystone-tlm.js';
import { decodeEddystoneUid, type EddystoneUidFrame } from './eddystone-uid.js';
import { decodeEddystoneUrl, type EddystoneUrlFrame } from './eddystone-url.js';
import { decodeIBeacon, type IBeaconFrame, isIBeacon } from './ibeacon.js';
import { type Decoded, malformed } from './result.js';

/** Any frame of a beacon that we know. */
export type Frame =
  | IBeaconFrame
  | AltBeaconFrame
  | EddystoneUidFrame
  | EddystoneUrlFrame
  | EddystoneTlmFrame
  | EddystoneEtlmFrame
  | EddystoneEidFrame
  | DeskbeaconEidFrame;

/** What one packet says. */
export interface Advertisement {
  /** All of it, in order. */
  readonly structures: readonly AdStructure[];
  /** The frames of beacons in it, in order; mostly one. */
  readonly frames: readonly Frame[];
  /** Why structures that claim to be a known frame are none. */
  readonly malformed: readonly string[];
}

/**
 * Reads advertising data as heard.
 * @param bytes AD structures.
 * @returns every known frame in it, or `structure-past-end` when the structures themselves are broken.
 * @example decodeAdvertisement(Uint8Array.of(2, 1, 6)).ok // true
 */
export function decodeAdvertisement(bytes: Uint8Array): Decoded<Advertisement> {
  const decoded = decodeAdStructures(bytes);
  if (!decoded.ok) return decoded;
  const frames: Frame[] = [];
  const faults: string[] = [];
  for (const structure of decoded.structures) {
    const result = decodeStructure(structure);
    if (result === undefined) continue;
    if (result.ok) frames.push(result.frame);
    else faults.push(result.reason);
  }
  return { ok: true, structures: decoded.structures, frames, malformed: faults };
}

function decodeStructure({ type, data }: AdStructure): Decoded<{ readonly frame: Frame }> | undefined {
  if (type === adTypes.manufacturerData) {
    if (isIBeacon(data)) return decodeIBeacon(data);
    return isAltBeacon(data) ? decodeAltBeacon(data) : undefined;
  }
  if (type === adTypes.serviceData128) {
    return isDeskbeaconService(data) ? decodeDeskbeaconEid(data.subarray(DESKBEACON_SERVICE_OCTETS)) : undefined;
  }
  if (type !== adTypes.serviceData16 || data[0] !== EDDYSTONE_UUID[0] || data[1] !== EDDYSTONE_UUID[1])
    return undefined;
  return decodeEddystone(data.subarray(2));
}

function decodeEddystone(frame: Uint8Array): Decoded<{ readonly frame: Frame }> {
  switch (frame[0]) {
    case undefined:
      return malformed('eddystone-empty');
    case 0x00:
      return decodeEddystoneUid(frame);
    case 0x10:
      return decodeEddystoneUrl(frame);
    case 0x20:
      return frame[1] === 1 ? decodeEddystoneEtlm(frame) : decodeEddystoneTlm(frame);
    case 0x30:
      return decodeEddystoneEid(frame);
    default:
      return malformed('eddystone-type');
  }
}
