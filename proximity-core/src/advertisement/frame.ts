import { type AdStructure, adTypes, decodeAdStructures } from './ad-structures.js';
import { type AltBeaconFrame, decodeAltBeacon, isAltBeacon } from './altbeacon.js';
import { eddystoneTypes } from './eddystone.js';
import { decodeEddystoneEtlm, type EddystoneEtlmFrame } from './eddystone-etlm.js';
import { decodeEddystoneTlm, type EddystoneTlmFrame } from './eddystone-tlm.js';
import { decodeEddystoneUid, type EddystoneUidFrame } from './eddystone-uid.js';
import { decodeEddystoneUrl, type EddystoneUrlFrame } from './eddystone-url.js';
import { decodeIdentityStructure, type IdentityFrame, isEddystone } from './identity-frame.js';
import { type Decoded, malformed } from './result.js';

/** Any frame of a beacon that we know. */
export type Frame =
  | IdentityFrame
  | AltBeaconFrame
  | EddystoneUidFrame
  | EddystoneUrlFrame
  | EddystoneTlmFrame
  | EddystoneEtlmFrame;

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

function decodeStructure(structure: AdStructure): Decoded<{ readonly frame: Frame }> | undefined {
  const { type, data } = structure;
  const identity = decodeIdentityStructure(structure);
  if (identity !== undefined) return identity;
  if (type === adTypes.manufacturerData) return isAltBeacon(data) ? decodeAltBeacon(data) : undefined;
  return type === adTypes.serviceData16 && isEddystone(data) ? decodeEddystone(data.subarray(2)) : undefined;
}

/** All but the EID. */
function decodeEddystone(frame: Uint8Array): Decoded<{ readonly frame: Frame }> {
  switch (frame[0]) {
    case undefined:
      return malformed('eddystone-empty');
    case eddystoneTypes.uid:
      return decodeEddystoneUid(frame);
    case eddystoneTypes.url:
      return decodeEddystoneUrl(frame);
    case eddystoneTypes.tlm:
      return frame[1] === 1 ? decodeEddystoneEtlm(frame) : decodeEddystoneTlm(frame);
    default:
      return malformed('eddystone-type');
  }
}
