import type { IdentityView } from '../advertisement/identity-view.js';
import { clamp } from '../math/elementary.js';

/**
 * What a frame says of its own power, against what the profile says. The profile is the truth: it came from who set the
 * beacon up. The octet on the air is not covered by any key, so it never shifts a level. It can only take one away: a frame
 * of the own desk that states another power was altered, or its beacon was set anew since the profile was made, and either
 * way its level would be read wrongly.
 *
 * iBeacon and Deskbeacon-EID state the power received at 1 m, Eddystone that at 0 m, 41 dB above it and within −100..20 dBm (Eddystone-EID
 * and Eddystone-UID frame formats, "Ranging Data").
 */

/** Octets are whole decibels and calibrations are made by hand: so far apart is still the same power. */
export const POWER_TOLERANCE_DB = 6;

const EDDYSTONE_OFFSET_DB = 41;

/**
 * @param kind of the frame.
 * @param statedDbm the power it states, dBm.
 * @param powerDbm the profile's power at 1 m for this kind of frame, dBm.
 * @returns whether the frame states a power more than 6 dB off.
 * @example statesOtherPower('ibeacon', -59, -59) // false
 */
export function statesOtherPower(kind: IdentityView['kind'], statedDbm: number, powerDbm: number): boolean {
  const expectedDbm = kind === 'eddystone-eid' ? clamp(powerDbm + EDDYSTONE_OFFSET_DB, -100, 20) : powerDbm;
  return Math.abs(statedDbm - expectedDbm) > POWER_TOLERANCE_DB;
}
