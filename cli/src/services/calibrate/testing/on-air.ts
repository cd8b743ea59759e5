import {
  counterAt,
  decodeHex,
  deriveEid,
  deriveRecognitionId,
  deriveTemporaryKey,
  encodeEddystoneEid,
  encodeHex,
  encodeIBeacon,
  type ProfileBeacon,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import type { Recording } from '../recording.js';

/** The same recordings as a phone would have made them: frames with rotating identities in the place of sightings. */

const identityKey = Uint8Array.from({ length: 16 }, (_, i) => 5 * i + 1);

/** Gives one desk the temporary keys that prove its frames at this time. */
export function withKeys(profile: SiteProfile, desk: string, unixMs: number): SiteProfile {
  const epoch = (counterAt(unixMs, 0) >>> 16) & 0xffff;
  const temporaryKeys = [{ epoch, key: encodeHex(deriveTemporaryKey(identityKey, epoch)) }];
  return { ...profile, beacons: profile.beacons.map((one) => (one.desk === desk ? { ...one, temporaryKeys } : one)) };
}

/** @param own the desk whose beacon sends the Eddystone frame in every other event. */
export function onAir(recording: Recording, profile: SiteProfile, own: string, unixMs: number): Recording {
  const sent = new Map<string, number>();
  const events = recording.events.map((event) => {
    if (event.event !== 'sighting' || event.desk === null) return event;
    const { t, desk, rssiDbm } = event;
    const count = (sent.get(desk) ?? 0) + 1;
    sent.set(desk, count);
    const beacon = profile.beacons.find((one) => one.desk === desk) as ProfileBeacon;
    const data = encodeHex(
      desk === own && count % 2 === 0 ? eidFrame(unixMs + t) : iBeacon(beacon, profile, unixMs + t),
    );
    return { t, event: 'advertisement' as const, address: '1a:11:22:33:44:55', rssiDbm, data };
  });
  return { ...recording, wallClockMs: unixMs, events };
}

function eidFrame(unixMs: number): Uint8Array {
  const counterS = counterAt(unixMs, 0);
  const eid = deriveEid(deriveTemporaryKey(identityKey, counterS >>> 16), counterS, 9);
  return encodeEddystoneEid({ txPowerAt0mDbm: -18, eid });
}

function iBeacon({ recognitionKey, exponentK }: ProfileBeacon, profile: SiteProfile, unixMs: number): Uint8Array {
  const id = deriveRecognitionId(decodeHex(recognitionKey) as Uint8Array, counterAt(unixMs, 0), exponentK);
  const proximityUuid = decodeHex(profile.organisationUuid) as Uint8Array;
  return encodeIBeacon({ proximityUuid, ...id, measuredPowerDbm: -59 });
}
