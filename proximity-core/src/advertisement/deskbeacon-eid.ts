import { adTypes, beaconFlags, encodeAdStructures } from './ad-structures.js';
import { EDDYSTONE_POWER_DBM } from './eddystone.js';
import { type Decoded, malformed, requireInteger, requireOctets, signed } from './result.js';

/**
 * Deskbeacon-EID, a frame of our own: the same ephemeral identifier as in Eddystone-EID, under a service of our own. Android
 * keeps Eddystone and the iBeacon format from apps that declare `neverForLocation`; this frame is on no list of those.
 *
 * The advertising data (Core Specification Supplement, Part A §1.11), 31 octets:
 *
 * | octets | 02 01 06 | 1b | 21 | 16 octets | 10 octets |
 * |---|---|---|---|---|---|
 * | | flags | length | service data, 128-bit UUID | the service, little-endian | frame |
 *
 * The frame; integers are big-endian:
 *
 * | octets | 0 | 1 | 2–9 |
 * |---|---|---|---|
 * | | 10: version 1 in the upper half, kind 0 in the lower | power at 1 m, int8 dBm | ephemeral identifier of the window |
 */
export interface DeskbeaconEidFields {
  /** Received power at 1 m, −100..20 dBm. */
  readonly measuredPowerDbm: number;
  /** 8 octets. */
  readonly eid: Uint8Array;
}

/** The fields of a frame that was decoded. */
export type DeskbeaconEidFrame = DeskbeaconEidFields & { readonly kind: 'deskbeacon-eid' };

/** The service 66dbc02c-3e76-46f8-9e22-c517a1f2c4f3, drawn once at random (RFC 9562 §5.4); as it is written, not as it is sent. */
export const DESKBEACON_SERVICE = '66dbc02c3e7646f89e22c517a1f2c4f3';

/** As it is sent. */
const SERVICE = [
  0xf3, 0xc4, 0xf2, 0xa1, 0x17, 0xc5, 0x22, 0x9e, 0xf8, 0x46, 0x76, 0x3e, 0x2c, 0xc0, 0xdb, 0x66,
] as const;
const TYPE = 0x10;
const OCTETS = 10;

/** How many octets of service data stand before the frame. */
export const DESKBEACON_SERVICE_OCTETS = SERVICE.length;

/**
 * Writes a Deskbeacon-EID frame (docs/frames.md).
 * @param fields of the frame, each with its range.
 * @returns the whole advertising data, 31 octets.
 * @throws RangeError for a field out of range.
 * @example encodeDeskbeaconEid({ measuredPowerDbm: -59, eid: new Uint8Array(8) }).length // 31
 */
export function encodeDeskbeaconEid({ measuredPowerDbm, eid }: DeskbeaconEidFields): Uint8Array {
  requireInteger('measuredPowerDbm', measuredPowerDbm, EDDYSTONE_POWER_DBM.least, EDDYSTONE_POWER_DBM.most);
  requireOctets('eid', eid, 8);
  const data = Uint8Array.of(...SERVICE, TYPE, measuredPowerDbm & 255, ...eid);
  return encodeAdStructures([beaconFlags, { type: adTypes.serviceData128, data }]);
}

/** Whether service data of a 128-bit UUID is of our service. */
export function isDeskbeaconService(octets: Uint8Array, at = 0, end = octets.length): boolean {
  if (end - at < SERVICE.length) return false;
  for (let i = 0; i < SERVICE.length; i += 1) if (octets[at + i] !== SERVICE[i]) return false;
  return true;
}

/** What is wrong with a frame that stands at `at` of `octets` and ends before `end`; `undefined`: it is such a frame. */
export function faultOfDeskbeaconEid(octets: Uint8Array, at: number, end: number): string | undefined {
  if (end <= at || octets[at] !== TYPE) return 'deskbeacon-type';
  if (end - at !== OCTETS) return 'deskbeacon-length';
  const dbm = signed(octets[at + 1] as number);
  return dbm >= EDDYSTONE_POWER_DBM.least && dbm <= EDDYSTONE_POWER_DBM.most ? undefined : 'deskbeacon-power';
}

/**
 * Reads a Deskbeacon-EID frame (docs/frames.md).
 * @param frame service data after the UUID.
 * @returns the frame, or `deskbeacon-type`, `deskbeacon-length`, `deskbeacon-power`.
 * @example decodeDeskbeaconEid(Uint8Array.of(0x10, 0xc5)) // { ok: false, reason: 'deskbeacon-length' }
 */
export function decodeDeskbeaconEid(frame: Uint8Array): Decoded<{ readonly frame: DeskbeaconEidFrame }> {
  const fault = faultOfDeskbeaconEid(frame, 0, frame.length);
  if (fault !== undefined) return malformed(fault);
  return {
    ok: true,
    frame: { kind: 'deskbeacon-eid', measuredPowerDbm: signed(frame[1] as number), eid: frame.slice(2, OCTETS) },
  };
}
