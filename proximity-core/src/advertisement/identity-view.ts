import { adTypes, isWholeAdvertisingData } from './ad-structures.js';
import { DESKBEACON_SERVICE_OCTETS, faultOfDeskbeaconEid, isDeskbeaconService } from './deskbeacon-eid.js';
import { EDDYSTONE_UUID } from './eddystone.js';
import { faultOfEddystoneEid } from './eddystone-eid.js';
import { faultOfIBeacon } from './ibeacon.js';
import { signed } from './result.js';

/**
 * A frame where it stands in the advertising data: as thoroughly checked as a decoded one, and nothing of it copied. A phone
 * hears a hundred packets a second of which it needs eight octets each.
 */
export interface View<Kind extends string> {
  /** Which codec reads it. */
  readonly kind: Kind;
  /** The whole advertising data. The view is as good as these octets: whoever lends them must not write into them meanwhile. */
  readonly octets: Uint8Array;
  /** Where the frame begins: at the company identifier, or after the service's UUID. The codecs' tables count from here. */
  readonly at: number;
  /** The first octet after the frame, which is where the next structure begins. */
  readonly end: number;
}

/** What one structure's data at `at` of `octets` hold, which end before `end`. */
export type ViewAt<Kind extends string> = (
  type: number,
  octets: Uint8Array,
  at: number,
  end: number,
) => View<Kind> | undefined;

/** The frames that tell whose beacon it is. A call looks at no other, so that an app that only decides carries no other reader. */
export type IdentityView = View<'ibeacon' | 'eddystone-eid' | 'deskbeacon-eid'>;

/**
 * Finds the next structure from `from` on that holds a frame.
 * @returns `undefined` when there is none, or the structures are broken anywhere.
 */
export function findView<Kind extends string>(
  octets: Uint8Array,
  from: number,
  viewAt: ViewAt<Kind>,
): View<Kind> | undefined {
  if (!isWholeAdvertisingData(octets)) return undefined;
  let start = from;
  while (start < octets.length) {
    const length = octets[start] as number;
    if (length === 0) return undefined;
    const end = start + 1 + length;
    const view = viewAt(octets[start + 1] as number, octets, start + 2, end);
    if (view !== undefined) return view;
    start = end;
  }
  return undefined;
}

/** The structure's frame, if it is one of those that tell an identity. */
export const identityAt: ViewAt<IdentityView['kind']> = (type, octets, at, end) => {
  if (type === adTypes.manufacturerData) {
    return faultOfIBeacon(octets, at, end) === undefined ? { kind: 'ibeacon', octets, at, end } : undefined;
  }
  if (type === adTypes.serviceData16 && isEddystone(octets, at, end)) {
    const frameAt = at + EDDYSTONE_UUID.length;
    return faultOfEddystoneEid(octets, frameAt, end) === undefined
      ? { kind: 'eddystone-eid', octets, at: frameAt, end }
      : undefined;
  }
  const frameAt = at + DESKBEACON_SERVICE_OCTETS;
  return type === adTypes.serviceData128 &&
    isDeskbeaconService(octets, at, end) &&
    faultOfDeskbeaconEid(octets, frameAt, end) === undefined
    ? { kind: 'deskbeacon-eid', octets, at: frameAt, end }
    : undefined;
};

/** @returns the power octet of such a frame, dBm: at 0 m for Eddystone, else at 1 m. */
export function statedPowerOf({ kind, octets, at }: IdentityView): number {
  return signed(octets[kind === 'ibeacon' ? at + 24 : at + 1] as number);
}

/** Whether service data of a 16-bit UUID is Eddystone's. */
export function isEddystone(octets: Uint8Array, at: number, end: number): boolean {
  return end - at >= 2 && octets[at] === EDDYSTONE_UUID[0] && octets[at + 1] === EDDYSTONE_UUID[1];
}
