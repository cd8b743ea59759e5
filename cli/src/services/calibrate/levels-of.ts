import {
  type CallEvent,
  compileLookup,
  decodeAdvertisement,
  decodeHex,
  encodeHex,
  type Frame,
  framePowerDbm,
  type IdentityLookup,
  type SiteProfile,
  siteOfProfile,
} from '@deskbeacon/proximity-core';
import type { Recording } from './recording.js';

/** One packet for a plot. */
export interface HeardLevel {
  readonly desk: string;
  /** Relative to the beacon's power at 1 m. */
  readonly levelDb: number;
  /** From the beginning of the recording. */
  readonly atMs: number;
}

/**
 * What a plot shows of a recording. It is for eyes alone: what counts is judged by the core, packet by packet.
 * @param profile with temporary keys of the desks whose Eddystone frames are to be shown.
 * @returns packets of known beacons with a level, in the order of their arrival.
 */
export function levelsOf({ events, wallClockMs }: Recording, profile: SiteProfile): readonly HeardLevel[] {
  const site = siteOfProfile(profile);
  const lookup = wallClockMs === undefined ? undefined : compileLookup(profile, wallClockMs);
  return events.flatMap((event) => {
    const sender = senderOf(event, lookup);
    if (sender === undefined || !('rssiDbm' in event)) return [];
    const { rssiDbm, t } = event;
    // Receivers report 127, 0 or −127 where they measured nothing.
    if (!(rssiDbm < 0 && rssiDbm > -127)) return [];
    const { desk, frame } = sender;
    return [{ desk, levelDb: rssiDbm - framePowerDbm(site, desk, frame), atMs: t }];
  });
}

interface Sender {
  readonly desk: string;
  /** As a profile names the powers of frames. */
  readonly frame: string;
}

function senderOf(event: CallEvent, lookup: IdentityLookup | undefined): Sender | undefined {
  if (event.event === 'sighting')
    return event.desk === null ? undefined : { desk: event.desk, frame: event.frame ?? 'eid' };
  if (event.event === 'ranging') return { desk: event.desk, frame: 'ibeacon' };
  if (event.event !== 'advertisement' || lookup === undefined) return undefined;
  const octets = decodeHex(event.data);
  const decoded = octets === undefined ? undefined : decodeAdvertisement(octets);
  if (decoded?.ok !== true) return undefined;
  for (const frame of decoded.frames) {
    const desk = resolve(frame, lookup);
    if (desk !== undefined) return { desk, frame: frame.kind === 'eddystone-eid' ? 'eid' : frame.kind };
  }
  return undefined;
}

function resolve(frame: Frame, { eids, recognitionIds, organisationUuid }: IdentityLookup): string | undefined {
  if (frame.kind === 'eddystone-eid' || frame.kind === 'deskbeacon-eid') return eids[encodeHex(frame.eid)];
  if (frame.kind !== 'ibeacon' || encodeHex(frame.proximityUuid) !== organisationUuid) return undefined;
  const { major, minor } = frame;
  return recognitionIds[encodeHex(Uint8Array.of(major >>> 8, major & 255, minor >>> 8, minor & 255))] ?? undefined;
}
