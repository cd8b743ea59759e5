import { isWholeAdvertisingData } from '../advertisement/ad-structures.js';
import { decodeHex, encodeHex } from '../advertisement/bytes.js';
import { findView, type IdentityView, identityAt, statedPowerOf } from '../advertisement/identity-view.js';
import { type FramePowerKind, framePowerDbm, type Site } from '../decision/site.js';
import {
  addSighting,
  beginScan,
  type DropReason,
  drop,
  type Evidence,
  endScan,
  isLevel,
  noteWindow,
  type Sighting,
} from '../evidence/evidence.js';
import { statesOtherPower } from '../evidence/stated-power.js';
import { isWindowBefore } from '../identity/window.js';
import { clamp } from '../math/elementary.js';
import { ownValue } from '../own-value.js';
import type { IdentityLookup } from '../profile/lookup.js';
import type { CallEvent, ScanMode } from './events.js';

/** An advertisement that the platform heard before the call says nothing about now. */
const OLDEST_CACHED_MS = 1000;

/** Share of the time that a scan mode really listens (mobile note §1.4, Android 13 and newer; foreground iOS assumed whole). */
const duties: Readonly<Record<ScanMode, number>> = {
  'low-latency': 1,
  balanced: 183 / 730,
  'low-power': 0.1,
  foreground: 1,
  background: 0.05,
  ranging: 1,
};

/**
 * Adds what one event says to the evidence. Knows nothing of decisions: it serves the reducer and the replayer alike.
 * @param startedAtMs when the call came in; packets are put into slots from there.
 */
export function observe(
  evidence: Evidence,
  event: CallEvent,
  site: Site,
  lookup: IdentityLookup | undefined,
  startedAtMs: number,
): Evidence {
  switch (event.event) {
    case 'scan-started':
      return beginScan(evidence, event.t, dutyOf(event));
    case 'scan-stopped':
    case 'scan-failed':
      return endScan(evidence, event.t);
    default: {
      const heard = interpret(event, evidence, site, lookup, startedAtMs);
      if (heard === undefined) return evidence;
      if (heard.dropped !== undefined) return drop(heard.windows ?? evidence, heard.dropped);
      return addSighting(heard.windows ?? evidence, heard.sighting);
    }
  }
}

/** @returns share of the time that a scan listens, 0..1. */
export function dutyOf(event: Extract<CallEvent, { event: 'scan-started' }>): number {
  return event.windowMs !== undefined && event.intervalMs !== undefined && event.intervalMs > 0
    ? clamp(event.windowMs / event.intervalMs, 0, 1)
    : duties[event.mode ?? 'low-latency'];
}

/** A packet that counts, or why it does not; `windows` is the evidence with the identity window noted, where there is one. */
export type Interpretation =
  | { readonly sighting: Sighting; readonly dropped?: undefined; readonly windows?: Evidence }
  | { readonly dropped: DropReason; readonly windows?: Evidence };

/** What one event says of one beacon; `undefined` for an event that is no packet. Only the windows of `evidence` are looked at. */
export function interpret(
  event: CallEvent,
  evidence: Evidence,
  site: Site,
  lookup: IdentityLookup | undefined,
  startedAtMs: number,
): Interpretation | undefined {
  const atMs = event.t - startedAtMs;
  switch (event.event) {
    case 'advertisement':
      return interpretAdvertisement(evidence, event.data, event.rssiDbm, atMs, site, lookup);
    case 'sighting': {
      const { desk, rssiDbm, frame, ageMs, authenticated } = event;
      if (!isLevel(rssiDbm)) return { dropped: 'sentinel' };
      if (ageMs !== undefined && ageMs > OLDEST_CACHED_MS) return { dropped: 'cached' };
      const powerDbm = framePowerDbm(site, desk, frame ?? 'eid');
      return { sighting: sightingOf(site, desk, atMs, rssiDbm, powerDbm, authenticated !== false) };
    }
    case 'ranging': {
      const { desk, rssiDbm, count } = event;
      if (!isLevel(rssiDbm) || (count !== undefined && !(count >= 1))) return { dropped: 'sentinel' };
      // An aggregate API reports a mean of the iBeacon format and proves nothing about who sent it.
      const sighting = sightingOf(site, desk, atMs, rssiDbm, framePowerDbm(site, desk, 'ibeacon'), false);
      return { sighting: { ...sighting, cyclePackets: count ?? 1 } };
    }
    default:
      return undefined;
  }
}

/** By which of the profile's powers a kind of frame is judged. */
const powerKinds: Readonly<Record<IdentityView['kind'], FramePowerKind>> = {
  ibeacon: 'ibeacon',
  'eddystone-eid': 'eid',
  'deskbeacon-eid': 'deskbeacon-eid',
};

function interpretAdvertisement(
  evidence: Evidence,
  data: string,
  rssiDbm: number,
  atMs: number,
  site: Site,
  lookup: IdentityLookup | undefined,
): Interpretation {
  const octets = decodeHex(data);
  if (octets === undefined || !isWholeAdvertisingData(octets)) return { dropped: 'malformed' };
  const found = resolve(octets, lookup);
  if (typeof found === 'string') return { dropped: found };
  const { desk, frame, windowS, isAuthenticated } = found;
  const isOwn = isOwnDesk(site, desk);
  let windows = evidence;
  if (desk !== null && windowS !== undefined) {
    const newestS = ownValue(evidence.windowsS, desk);
    if (newestS !== undefined && isWindowBefore(windowS, newestS))
      return { dropped: isOwn ? 'replayed' : 'superseded' };
    windows = noteWindow(evidence, desk, windowS, isOwn && isAuthenticated);
  }
  const powerDbm = framePowerDbm(site, desk, powerKinds[frame.kind]);
  if (isOwn && statesOtherPower(frame.kind, statedPowerOf(frame), powerDbm))
    return { dropped: 'power-mismatch', windows };
  // Whose packet it is comes first: a stranger's sentinel is a stranger's, and a replay is one at any level.
  if (!isLevel(rssiDbm)) return { dropped: 'sentinel', windows };
  return { sighting: sightingOf(site, desk, atMs, rssiDbm, powerDbm, isAuthenticated), windows };
}

function sightingOf(
  site: Site,
  desk: string | null,
  atMs: number,
  rssiDbm: number,
  powerDbm: number,
  isProven: boolean,
): Sighting {
  const isOwn = isOwnDesk(site, desk);
  return { desk, atMs, rssiDbm, gainDb: rssiDbm - powerDbm, isAuthenticated: isOwn && isProven, isOwn };
}

function isOwnDesk(site: Site, desk: string | null): boolean {
  return desk !== null && site.ownDesks.indexOf(desk) >= 0;
}

interface Resolved {
  readonly desk: string | null;
  readonly frame: IdentityView;
  /** Absent where the beacon is not known. */
  readonly windowS?: number | undefined;
  readonly isAuthenticated: boolean;
}

/** Whose frames these are; the first that can be resolved counts. The tables' keys are hexadecimal, so no inherited name is one. */
function resolve(
  octets: Uint8Array,
  lookup: IdentityLookup | undefined,
): Resolved | 'unknown' | 'ambiguous' | 'stale' | 'ahead' {
  if (lookup === undefined) return 'unknown';
  const { eids, staleEids, futureEids, recognitionIds, windowsS, organisationUuid } = lookup;
  for (let frame = nextFrame(octets, 0); frame !== undefined; frame = nextFrame(octets, frame.end)) {
    const { kind, at } = frame;
    if (kind !== 'ibeacon') {
      const eid = encodeHex(octets, at + 2, at + 10);
      const own = eids[eid];
      if (own !== undefined) return { desk: own, frame, windowS: windowsS[eid], isAuthenticated: true };
      if (staleEids[eid] !== undefined) return 'stale';
      if (futureEids[eid] !== undefined) return 'ahead';
    } else if (encodeHex(octets, at + 4, at + 20) === organisationUuid) {
      const id = encodeHex(octets, at + 20, at + 24);
      const desk = recognitionIds[id];
      if (desk === null) return 'ambiguous';
      if (desk !== undefined) return { desk, frame, windowS: windowsS[id], isAuthenticated: false };
      // The organisation's, but of no beacon in the profile (or of a time that is over): the site's, unknown whose.
      return { desk: null, frame, isAuthenticated: false };
    }
  }
  return 'unknown';
}

function nextFrame(octets: Uint8Array, from: number): IdentityView | undefined {
  return findView(octets, from, identityAt);
}
