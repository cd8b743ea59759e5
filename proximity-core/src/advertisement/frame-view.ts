import { adTypes } from './ad-structures.js';
import { faultOfAltBeacon } from './altbeacon.js';
import { EDDYSTONE_UUID, eddystoneTypes } from './eddystone.js';
import { faultOfEddystoneEtlm } from './eddystone-etlm.js';
import { faultOfEddystoneTlm } from './eddystone-tlm.js';
import { faultOfEddystoneUid } from './eddystone-uid.js';
import { faultOfEddystoneUrl } from './eddystone-url.js';
import type { Frame } from './frame.js';
import { findView, identityAt, isEddystone, type View, type ViewAt } from './identity-view.js';

/** A view of any frame that we know. */
export type FrameView = View<Frame['kind']>;

/**
 * Finds the next valid frame.
 * @param octets advertising data.
 * @param from where a structure begins; 0 when absent, `end` of a view for the frame after it.
 * @returns `undefined` when there is none, or the structures are broken anywhere.
 * @example findFrame(Uint8Array.of(2, 1, 6)) // undefined
 */
export function findFrame(octets: Uint8Array, from = 0): FrameView | undefined {
  return findView(octets, from, viewAt);
}

const viewAt: ViewAt<Frame['kind']> = (type, octets, at, end) => {
  const identity = identityAt(type, octets, at, end);
  if (identity !== undefined) return identity;
  if (type === adTypes.manufacturerData) {
    return faultOfAltBeacon(octets, at, end) === undefined ? { kind: 'altbeacon', octets, at, end } : undefined;
  }
  if (type !== adTypes.serviceData16 || !isEddystone(octets, at, end)) return undefined;
  const frameAt = at + EDDYSTONE_UUID.length;
  const kind = kindOfEddystone(octets, frameAt, end);
  return kind === undefined ? undefined : { kind, octets, at: frameAt, end };
};

/** All but the EID. */
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
    default:
      return undefined;
  }
}
