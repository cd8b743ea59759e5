import { decodeHex, encodeHex } from '../advertisement/bytes.js';
import { decodeAdvertisement, type Frame } from '../advertisement/frame.js';
import type { Site } from '../decision/site.js';
import { addSighting, beginScan, drop, type Evidence, endScan, isLevel } from '../evidence/evidence.js';
import { type IdentityLookup, recognitionIdText } from '../profile/lookup.js';
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
  const atMs = event.t - startedAtMs;
  switch (event.event) {
    case 'scan-started': {
      const duty =
        event.windowMs !== undefined && event.intervalMs !== undefined && event.intervalMs > 0
          ? Math.min(1, Math.max(0, event.windowMs / event.intervalMs))
          : duties[event.mode ?? 'low-latency'];
      return beginScan(evidence, event.t, duty);
    }
    case 'scan-stopped':
    case 'scan-failed':
      return endScan(evidence, event.t);
    case 'advertisement':
      return observeAdvertisement(evidence, event.data, event.rssiDbm, atMs, site, lookup);
    case 'sighting': {
      if (!isLevel(event.rssiDbm)) return drop(evidence, 'sentinel');
      if (event.ageMs !== undefined && event.ageMs > OLDEST_CACHED_MS) return drop(evidence, 'cached');
      return addLevel(evidence, event.desk, event.rssiDbm, atMs, site, event.authenticated !== false);
    }
    case 'ranging':
      if (!isLevel(event.rssiDbm)) return drop(evidence, 'sentinel');
      // An aggregate API reports a mean and proves nothing about who sent it.
      return addLevel(evidence, event.desk, event.rssiDbm, atMs, site, false);
    default:
      return evidence;
  }
}

function observeAdvertisement(
  evidence: Evidence,
  data: string,
  rssiDbm: number,
  atMs: number,
  site: Site,
  lookup: IdentityLookup | undefined,
): Evidence {
  const bytes = decodeHex(data);
  if (bytes === undefined) return drop(evidence, 'malformed');
  const decoded = decodeAdvertisement(bytes);
  if (!decoded.ok) return drop(evidence, 'malformed');
  const found = resolve(decoded.frames, lookup);
  if (typeof found === 'string') return drop(evidence, found);
  // Whose packet it is comes first: a stranger's sentinel is a stranger's, and a replay is one at any level.
  if (!isLevel(rssiDbm)) return drop(evidence, 'sentinel');
  return addLevel(evidence, found.desk, rssiDbm, atMs, site, found.isAuthenticated);
}

function addLevel(
  evidence: Evidence,
  desk: string | null,
  rssiDbm: number,
  atMs: number,
  site: Site,
  isProven: boolean,
): Evidence {
  const isOwn = desk !== null && site.ownDesks.indexOf(desk) >= 0;
  const powerDbm = desk === null ? site.defaultPowerDbm : (site.powersDbm[desk] ?? site.defaultPowerDbm);
  return addSighting(evidence, { desk, atMs, gainDb: rssiDbm - powerDbm, isAuthenticated: isOwn && isProven, isOwn });
}

type Resolved = { readonly desk: string | null; readonly isAuthenticated: boolean };

/** Whose frames these are; the first that can be resolved counts. The tables' keys are hexadecimal, so no inherited name is one. */
function resolve(
  frames: readonly Frame[],
  lookup: IdentityLookup | undefined,
): Resolved | 'unknown' | 'ambiguous' | 'stale' {
  if (lookup === undefined) return 'unknown';
  for (const frame of frames) {
    if (frame.kind === 'eddystone-eid') {
      const eid = encodeHex(frame.eid);
      const own = lookup.eids[eid];
      if (own !== undefined) return { desk: own, isAuthenticated: true };
      if (lookup.staleEids[eid] !== undefined) return 'stale';
    } else if (frame.kind === 'ibeacon' && encodeHex(frame.proximityUuid) === lookup.organisationUuid) {
      const desk = lookup.recognitionIds[recognitionIdText(frame.major, frame.minor)];
      if (desk === null) return 'ambiguous';
      if (desk !== undefined) return { desk, isAuthenticated: false };
      // The organisation's, but of no beacon in the profile (or of a time that is over): the site's, unknown whose.
      return { desk: null, isAuthenticated: false };
    }
  }
  return 'unknown';
}
