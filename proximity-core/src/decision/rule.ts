import type { HostCapabilities } from '../call/events.js';
import { type BeaconEvidence, type Evidence, exposureAt } from '../evidence/evidence.js';
import { isStuck } from '../evidence/robust-level.js';
import { naturalLog } from '../math/elementary.js';
import type { Assessment } from './assess.js';
import { parameters } from './parameters.js';
import type { Reason } from './reasons.js';
import type { Site } from './site.js';

/** What one look at the evidence comes to. `undefined`: go on listening. */
export type Verdict = { readonly decision: 'ring' | 'silence'; readonly reason: Reason } | undefined;

export interface Look {
  readonly atMs: number;
  readonly isLast: boolean;
  readonly assessment: Assessment;
}

/**
 * The rule: silence only when nothing forbids it and the evidence is clear; ring early when it is clear the other way;
 * ring at the deadline whatever it says.
 */
export function judge(look: Look, evidence: Evidence, site: Site, host: HostCapabilities): Verdict {
  const veto = vetoOf(evidence, site);
  const margin = silenceMargin(look.assessment, host);
  if (veto === undefined && margin >= 0) return { decision: 'silence', reason: 'at-own-desk' };
  if (veto === 'stale-identity') return { decision: 'ring', reason: veto };
  if (look.isLast) return { decision: 'ring', reason: veto ?? (look.assessment.llr < 0 ? 'away' : 'unsure') };
  const isClearlyAway =
    look.assessment.llr <= parameters.ringNats && exposureAt(evidence, look.atMs) >= parameters.earliestRingMs * 0.8;
  if (isClearlyAway && evidence.used > 0)
    return { decision: 'ring', reason: veto === 'own-desk-not-heard' ? veto : 'away' };
  return undefined;
}

/**
 * How far the evidence lies above the line of silence, in nats: negative rings. A call whose best look lies within
 * one nat of the line is called close.
 */
export function silenceMargin({ llr, pDesk }: Assessment, host: HostCapabilities): number {
  const threshold = host.canRingLate === false ? parameters.silenceNatsWithoutLateRing : parameters.silenceNats;
  return Math.min(llr - threshold, logOdds(pDesk) - logOdds(parameters.silenceProbability));
}

/** What forbids silence whatever the evidence says; the gravest first. */
export function vetoOf(evidence: Evidence, site: Site): Reason | undefined {
  if ((evidence.dropped.stale ?? 0) > 0) return 'stale-identity';
  if (evidence.used === 0) {
    if (evidence.scanningSinceMs === undefined && evidence.exposureMs === 0) return 'scan-not-started';
    return (evidence.dropped.sentinel ?? 0) > 0 ? 'no-usable-level' : 'nothing-heard';
  }
  if (site.isCalibrationStale) return 'calibration-stale';
  let veto: Reason = 'own-desk-not-heard';
  for (const desk of site.ownDesks) {
    const own = vetoOfDesk(evidence.beacons[desk]);
    if (own === undefined) return undefined;
    if (own !== 'own-desk-not-heard') veto = own;
  }
  return veto;
}

/**
 * The own desks that may silence: those whose frames are proven and enough. Where there is none, all of them, so that
 * the explanation still says what was heard; a veto rings then.
 */
export function eligibleDesks(evidence: Evidence, site: Site): readonly string[] {
  const eligible = site.ownDesks.filter((desk) => vetoOfDesk(evidence.beacons[desk]) === undefined);
  return eligible.length > 0 ? eligible : site.ownDesks;
}

function vetoOfDesk(beacon: BeaconEvidence | undefined): Reason | undefined {
  if (beacon === undefined) return 'own-desk-not-heard';
  if (beacon.authenticated === 0) return 'not-authenticated';
  if (beacon.packets < parameters.minimumPackets || beacon.slots < parameters.minimumSlots) return 'too-few-packets';
  return isStuck(beacon.levelsDb) ? 'stuck-receiver' : undefined;
}

function logOdds(p: number): number {
  const bounded = Math.min(Math.max(p, 1e-9), 1 - 1e-9);
  return naturalLog(bounded) - naturalLog(1 - bounded);
}
