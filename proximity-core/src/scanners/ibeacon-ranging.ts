import type { CallEvent, ScanFailure } from '../call/events.js';
import { ownValue } from '../own-value.js';
import { type IdentityLookup, recognitionIdText } from '../profile/lookup.js';
import { fieldsOf, levelOf } from './read-report.js';
import { scanFailedOf } from './scan-failure.js';
import { canonicalUuid } from './uuid.js';

/**
 * Parsed iBeacon sightings, as ranging gives them: CLLocationManager behind react-native-beacon-radar 0.3.2,
 * react-native-kontaktio 4.1.0, com.unarin.cordova.beacon 3.8.1; on Android the same packages over AltBeacon or Kontakt.io.
 *
 * They become `ranging` events, and not frames of the iBeacon format put together again. What is reported is a mean over a
 * cycle of a second: as a frame it would count as a packet with a slot and a fade of its own. And the report lacks the
 * measured power, so a frame would have to state one, which the core holds against the profile's. So the desk is looked up
 * here, with the table that the call itself was made with.
 */
export interface RangedBeacon {
  /** Upper-case on iOS. */
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
  /** Mean of the cycle; 0 where iOS has none, absent from react-native-beacon-radar on Android. */
  readonly rssi?: number | null | undefined;
}

/** One beacon, the list of a cycle, or an event that holds the list. */
export type RangingReport =
  | RangedBeacon
  | readonly RangedBeacon[]
  | { readonly beacons: readonly RangedBeacon[] }
  | null
  | undefined;

/** More beacons than a room has; a cycle that names more is cut. */
const MOST_BEACONS = 64;

/**
 * What one cycle ranged, for the reducer.
 * `distance`, `accuracy` and `proximity` are never read: each library has a curve of its own behind them, iOS gives −1 for
 * "unknown", and kontaktio's types call the number a text.
 * @param report what one cycle gave.
 * @param t milliseconds on the call's clock.
 * @param lookup the identities of this instant, `compileLookup` or the call's own; without it nothing can be told.
 * @returns `ranging` for a desk of the profile; `sighting` of no desk for another beacon of the organisation; nothing for
 * strangers, and for a value that two desks share just now.
 * @example fromIBeaconRanging([], 5) // []
 */
export function fromIBeaconRanging(report: RangingReport, t: number, lookup?: IdentityLookup): readonly CallEvent[] {
  if (lookup === undefined) return [];
  const events: CallEvent[] = [];
  const beacons = beaconsOf(report);
  for (let i = 0; i < beacons.length && i < MOST_BEACONS; i += 1) {
    const event = eventOf(beacons[i], t, lookup);
    if (event !== undefined) events.push(event);
  }
  return events;
}

function beaconsOf(report: unknown): readonly unknown[] {
  if (Array.isArray(report)) return report;
  const fields = fieldsOf(report);
  if (fields === undefined) return [];
  return Array.isArray(fields.beacons) ? fields.beacons : [fields];
}

function eventOf(beacon: unknown, t: number, lookup: IdentityLookup): CallEvent | undefined {
  const fields = fieldsOf(beacon);
  if (fields === undefined || canonicalUuid(fields.uuid) !== lookup.organisationUuid) return undefined;
  const major = uint16Of(fields.major);
  const minor = uint16Of(fields.minor);
  if (major === undefined || minor === undefined) return undefined;
  const rssiDbm = levelOf(fields.rssi);
  const desk = ownValue(lookup.recognitionIds, recognitionIdText(major, minor));
  if (desk === null) return undefined;
  if (desk === undefined) {
    return { t, event: 'sighting', desk: null, rssiDbm, frame: 'ibeacon', authenticated: false };
  }
  return { t, event: 'ranging', desk, rssiDbm };
}

/** A number, or a text of digits, which bridges make of one. */
function uint16Of(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^[0-9]{1,5}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number === (number & 0xffff) ? number : undefined;
}

/** For the region: the organisation's UUID and nothing else, since major and minor rotate. */
export const ibeaconRangingOptions = { anyMajorAndMinor: true, foregroundOnly: true } as const;

export const ibeaconRangingReasons: Readonly<Record<keyof typeof ibeaconRangingOptions, string>> = {
  anyMajorAndMinor: 'both rotate with every window: a region that names them is empty minutes later',
  foregroundOnly: 'in background iOS ranges for about ten seconds after a region event and not when a call comes',
};

/** `CLError.Code` of ranging; a code that is not here is `internal`. */
export const ibeaconRangingFailures: Readonly<Record<number, ScanFailure>> = {
  1: 'unauthorized',
  4: 'unauthorized',
  // Ranging unavailable: flight mode, Bluetooth or location switched off.
  16: 'bluetooth-off',
  17: 'internal',
};

/**
 * Ranging that failed, for the reducer.
 * @param error with the code of CLError where the library hands it on.
 * @param t milliseconds on the call's clock.
 * @returns `scan-failed` with its reason.
 * @example fromIBeaconRangingError({ code: 16 }, 5) // [{ t: 5, event: 'scan-failed', reason: 'bluetooth-off' }]
 */
export function fromIBeaconRangingError(error: unknown, t: number): readonly CallEvent[] {
  const code = fieldsOf(error)?.code;
  const known = typeof code === 'number' ? ibeaconRangingFailures[code] : undefined;
  return scanFailedOf(t, known ?? 'internal');
}
