import { adTypes, isWholeAdvertisingData } from './ad-structures.js';
import { faultOfAltBeacon, isAltBeacon } from './altbeacon.js';
import { DESKBEACON_SERVICE_OCTETS, faultOfDeskbeaconEid, isDeskbeaconService } from './deskbeacon-eid.js';
import { EDDYSTONE_UUID, eddystoneTypes } from './eddystone.js';
import { faultOfEddystoneEid } from './eddystone-eid.js';
import { faultOfEddystoneEtlm } from './eddystone-etlm.js';
import { faultOfEddystoneTlm } from './eddystone-tlm.js';
import { faultOfEddystoneUid } from './eddystone-uid.js';
import { faultOfEddystoneUrl } from './eddystone-url.js';
import type { Frame } from './frame.js';
import { faultOfIBeacon, isIBeacon } from './ibeacon.js';

/**
 * A frame where it stands in the advertising data: as thoroughly checked as a decoded one, and nothing of it copied. A phone
 * hears a hundred packets a second of which it needs eight octets each.
 */
export interface FrameView {
  /** Which codec reads it. */
  readonly kind: Frame['kind'];
  /** The whole advertising data. The view is as good as these octets: whoever lends them must not write into them meanwhile. */
  readonly octets: Uint8Array;
  /** Where the frame begins: at the company identifier, or after the service's UUID. The codecs' tables count from here. */
  readonly at: number;
  /** The first octet after the frame, which is where the next structure begins. */
  readonly end: number;
}

/**
 * Finds the next valid frame.
 * @param octets advertising data.
 * @param from where a structure begins; 0 when absent, `end` of a view for the frame after it.
 * @returns `undefined` when there is none, or the structures are broken anywhere.
 * @example findFrame(Uint8Array.of(2, 1, 6)) // undefined
 */
export function findFrame(octets: Uint8Array, from = 0): FrameView | undefined {
  if (!isWholeAdvertisingData(octets)) return undefined;
  let start = from;
  while (start < octets.length) {
    const length = octets[start] as number;
    if (length === 0) return undefined;
    const end = start + 1 + length;
    const type = octets[start + 1];
    if (type === adTypes.manufacturerData) {
      const kind = kindOfManufacturerData(octets, start + 2, end);
      if (kind !== undefined) return { kind, octets, at: start + 2, end };
    } else if (type === adTypes.serviceData16 && isEddystone(octets, start + 2, end)) {
      const kind = kindOfEddystone(octets, start + 4, end);
      if (kind !== undefined) return { kind, octets, at: start + 4, end };
    } else if (type === adTypes.serviceData128 && isDeskbeaconService(octets, start + 2, end)) {
      const at = start + 2 + DESKBEACON_SERVICE_OCTETS;
      if (faultOfDeskbeaconEid(octets, at, end) === undefined) return { kind: 'deskbeacon-eid', octets, at, end };
    }
    start = end;
  }
  return undefined;
}

function isEddystone(octets: Uint8Array, at: number, end: number): boolean {
  return end - at >= 2 && octets[at] === EDDYSTONE_UUID[0] && octets[at + 1] === EDDYSTONE_UUID[1];
}

function kindOfManufacturerData(octets: Uint8Array, at: number, end: number): Frame['kind'] | undefined {
  if (isIBeacon(octets, at, end)) return faultOfIBeacon(octets, at, end) === undefined ? 'ibeacon' : undefined;
  return isAltBeacon(octets, at, end) && faultOfAltBeacon(octets, at, end) === undefined ? 'altbeacon' : undefined;
}

function kindOfEddystone(octets: Uint8Array, at: number, end: number): Frame['kind'] | undefined {
  if (end <= at) return undefined;
  switch (octets[at]) {
    case eddystoneTypes.uid:
      return faultOfEddystoneUid(octets, at, end) === undefined ? 'eddystone-uid' : undefined;
    case eddystoneTypes.url:
      return faultOfEddystoneUrl(octets, at, end) === undefined ? 'eddystone-url' : undefined;
    case eddystoneTypes.tlm:
      if (octets[at + 1] === 1 && end - at >= 2) {
        return faultOfEddystoneEtlm(octets, at, end) === undefined ? 'eddystone-etlm' : undefined;
      }
      return faultOfEddystoneTlm(octets, at, end) === undefined ? 'eddystone-tlm' : undefined;
    case eddystoneTypes.eid:
      return faultOfEddystoneEid(octets, at, end) === undefined ? 'eddystone-eid' : undefined;
    default:
      return undefined;
  }
}
