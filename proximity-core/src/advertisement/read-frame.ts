import { encodeHex } from './bytes.js';
import { decodeTelemetry, type Telemetry } from './eddystone-tlm.js';
import { urlAt } from './eddystone-url.js';
import type { FrameView } from './frame-view.js';
import { signed, uint16At } from './result.js';

/** The fields of a view, read where they stand. Each is for the kinds that have it; a view of another kind gives nonsense. */

/** Where the power stands, counted from the frame's beginning. */
const powerOffsets: Readonly<Record<FrameView['kind'], number | undefined>> = {
  ibeacon: 24,
  altbeacon: 24,
  'eddystone-uid': 1,
  'eddystone-url': 1,
  'eddystone-eid': 1,
  'deskbeacon-eid': 1,
  'eddystone-tlm': undefined,
  'eddystone-etlm': undefined,
};

/**
 * @returns the power octet, dBm: at 1 m for iBeacon, AltBeacon and Deskbeacon-EID, at 0 m for Eddystone; `undefined` for telemetry, which has none.
 * @example powerOf(findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }))) // -59
 */
export function powerOf({ kind, octets, at }: FrameView): number | undefined {
  const offset = powerOffsets[kind];
  return offset === undefined ? undefined : signed(octets[at + offset] as number);
}

/**
 * @returns major of an iBeacon frame, 0..65535.
 * @example majorOf(findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }))) // 1
 */
export function majorOf({ octets, at }: FrameView): number {
  return uint16At(octets, at + 20);
}

/**
 * @returns minor of an iBeacon frame, 0..65535.
 * @example minorOf(findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }))) // 2
 */
export function minorOf({ octets, at }: FrameView): number {
  return uint16At(octets, at + 22);
}

/**
 * @returns octets `from` to `to` of the frame in lower-case hexadecimal, counted as in its codec's table.
 * @example hexOf(findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 })), 20, 24) // '00010002'
 */
export function hexOf({ octets, at }: FrameView, from: number, to: number): string {
  return encodeHex(octets, at + from, at + to);
}

/**
 * @returns the URL of an Eddystone-URL frame.
 * @example urlOf(findFrame(encodeEddystoneUrl({ txPowerAt0mDbm: -18, url: 'https://a.com' }))) // 'https://a.com'
 */
export function urlOf({ octets, at, end }: FrameView): string {
  return urlAt(octets, at, end);
}

/**
 * @returns the telemetry of an Eddystone-TLM frame.
 * @example telemetryOf(findFrame(encodeEddystoneTlm({ advertisements: 1, uptimeDs: 2 }))) // { advertisements: 1, uptimeDs: 2 }
 */
export function telemetryOf({ octets, at }: FrameView): Telemetry {
  return decodeTelemetry(octets, at + 2);
}
