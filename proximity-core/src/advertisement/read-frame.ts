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
 * The power octet of a view.
 * @param view of a frame that has it.
 * @returns the power octet, dBm: at 1 m for iBeacon, AltBeacon and Deskbeacon-EID, at 0 m for Eddystone; `undefined` for telemetry, which has none.
 * @example
 * ```ts
 * const view = findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }));
 * view && powerOf(view); // → -59
 * ```
 */
export function powerOf({ kind, octets, at }: FrameView): number | undefined {
  const offset = powerOffsets[kind];
  return offset === undefined ? undefined : signed(octets[at + offset] as number);
}

/**
 * Major of a view of the iBeacon format.
 * @param view of a frame that has it.
 * @returns major of an iBeacon frame, 0..65535.
 * @example
 * ```ts
 * const view = findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }));
 * view && majorOf(view); // → 1
 * ```
 */
export function majorOf({ octets, at }: FrameView): number {
  return uint16At(octets, at + 20);
}

/**
 * Minor of a view of the iBeacon format.
 * @param view of a frame that has it.
 * @returns minor of an iBeacon frame, 0..65535.
 * @example
 * ```ts
 * const view = findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }));
 * view && minorOf(view); // → 2
 * ```
 */
export function minorOf({ octets, at }: FrameView): number {
  return uint16At(octets, at + 22);
}

/**
 * Octets of a view as text.
 * @param view of any frame.
 * @param from the first octet, 0 or more.
 * @param to the first octet that is left out.
 * @returns octets `from` to `to` of the frame in lower-case hexadecimal, counted as in its codec's table.
 * @example
 * ```ts
 * const view = findFrame(encodeIBeacon({ proximityUuid: new Uint8Array(16), major: 1, minor: 2, measuredPowerDbm: -59 }));
 * view && hexOf(view, 20, 24); // → '00010002'
 * ```
 */
export function hexOf({ octets, at }: FrameView, from: number, to: number): string {
  return encodeHex(octets, at + from, at + to);
}

/**
 * The URL of a view.
 * @param view of a frame that has it.
 * @returns the URL of an Eddystone-URL frame.
 * @example
 * ```ts
 * const view = findFrame(encodeEddystoneUrl({ txPowerAt0mDbm: -18, url: 'https://a.com' }));
 * view && urlOf(view); // → 'https://a.com'
 * ```
 */
export function urlOf({ octets, at, end }: FrameView): string {
  return urlAt(octets, at, end);
}

/**
 * The telemetry of a view.
 * @param view of a frame that has it.
 * @returns the telemetry of an Eddystone-TLM frame.
 * @example
 * ```ts
 * const view = findFrame(encodeEddystoneTlm({ advertisements: 1, uptimeDs: 2 }));
 * view && telemetryOf(view); // → { advertisements: 1, uptimeDs: 2 }
 * ```
 */
export function telemetryOf({ octets, at }: FrameView): Telemetry {
  return decodeTelemetry(octets, at + 2);
}
