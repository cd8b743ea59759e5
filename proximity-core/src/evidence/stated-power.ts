import type { IdentityFrame } from '../advertisement/identity-frame.js';

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
 * @param frame a decoded frame.
 * @param powerDbm the profile's power at 1 m for this kind of frame.
 * @returns whether the frame states a power more than 6 dB off.
 * @example statesOtherPower({ kind: 'ibeacon', proximityUuid: new Uint8Array(16), major: 1, minor: 1, measuredPowerDbm: -59 }, -59) // false
 */
export function statesOtherPower(frame: IdentityFrame, powerDbm: number): boolean {
  if (frame.kind !== 'eddystone-eid') return Math.abs(frame.measuredPowerDbm - powerDbm) > POWER_TOLERANCE_DB;
  const expectedDbm = Math.min(Math.max(powerDbm + EDDYSTONE_OFFSET_DB, -100), 20);
  return Math.abs(frame.txPowerAt0mDbm - expectedDbm) > POWER_TOLERANCE_DB;
}
