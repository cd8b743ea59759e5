import type { HostCapabilities } from '../call/events.js';
import { type BeaconEvidence, type Evidence, exposureAt, hasVariedLevels, isStuck } from '../evidence/evidence.js';
import { ownValue } from '../own-value.js';
import { type Assessment, logOdds } from './odds.js';
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
  const veto = vetoOf(evidence, site, host);
  const margin = silenceMargin(look.assessment, host);
  // Fewer than eight equal levels prove no stuck receiver, but there is time to wait for one that differs.
  const isDoubtful = !look.isLast && !hasVariedLevels(evidence.reported);
  if (veto === undefined && margin >= 0 && !isDoubtful) return { decision: 'silence', reason: 'at-own-desk' };
  const alarm = alarmOf(evidence);
  if (alarm !== undefined) return ring(alarm);
  if (look.isLast) return ring(veto ?? (look.assessment.llr < 0 ? 'away' : 'unsure'));
  const isClearlyAway =
    look.assessment.llr <= parameters.ringNats && exposureAt(evidence, look.atMs) >= parameters.earliestRingMs * 0.8;
  return isClearlyAway && evidence.used > 0 ? ring(veto === 'own-desk-not-heard' ? veto : 'away') : undefined;
}

function ring(reason: Reason): Verdict {
  return { decision: 'ring', reason };
}

/**
 * How far the evidence lies above the line of silence, in nats: negative rings. A call whose best look lies within
 * one nat of the line is called close.
 */
export function silenceMargin({ llr, pDesk }: Assessment, host: HostCapabilities): number {
  return Math.min(llr - silenceNatsOf(host), logOdds(pDesk) - logOdds(parameters.silenceProbability));
}

/** Nats that silence needs, by what a wrong one would cost on this host. */
export function silenceNatsOf(host: HostCapabilities): number {
  return host.canRingLate === false ? parameters.silenceNatsWithoutLateRing : parameters.silenceNats;
}

/** What forbids silence whatever the evidence says; the gravest first. */
export function vetoOf(evidence: Evidence, site: Site, host: HostCapabilities): Reason | undefined {
  const alarm = alarmOf(evidence);
  if (alarm !== undefined) return alarm;
  if (evidence.used === 0) {
    if (evidence.scanningSinceMs === undefined && evidence.exposureMs === 0) return 'scan-not-started';
    return (evidence.dropped.sentinel ?? 0) > 0 ? 'no-usable-level' : 'nothing-heard';
  }
  if (site.isCalibrationStale) return 'calibration-stale';
  if (isStuck(evidence.reported)) return 'stuck-receiver';
  let veto: Reason = 'own-desk-not-heard';
  for (const desk of site.ownDesks) {
    const own = vetoOfDesk(ownValue(evidence.beacons, desk), host);
    if (own === undefined) return undefined;
    if (own !== 'own-desk-not-heard') veto = own;
  }
  return veto;
}

/** A frame in the own desk's name that cannot be right: it rings at once, for nothing heard later makes it right. */
export function alarmOf({ dropped }: Pick<Evidence, 'dropped'>): Reason | undefined {
  if (dropped.stale !== undefined) return 'stale-identity';
  if (dropped.replayed !== undefined) return 'replayed-identity';
  if (dropped.ahead !== undefined) return 'clock-too-far-off';
  return dropped['power-mismatch'] === undefined ? undefined : 'power-mismatch';
}

/**
 * The own desks that may silence: those whose frames are proven and enough. Where there is none, all of them, so that
 * the explanation still says what was heard; a veto rings then.
 */
export function eligibleDesks(evidence: Evidence, site: Site, host: HostCapabilities): readonly string[] {
  const eligible = site.ownDesks.filter((desk) => vetoOfDesk(ownValue(evidence.beacons, desk), host) === undefined);
  return eligible.length > 0 ? eligible : site.ownDesks;
}

function vetoOfDesk(beacon: BeaconEvidence | undefined, host: HostCapabilities): Reason | undefined {
  if (beacon === undefined) return 'own-desk-not-heard';
  if (beacon.authenticated === 0) return 'not-authenticated';
  // A ranging cycle is a mean over packets of a second and more, in a slot of its own; only some hosts may count it so.
  const cycles = host.countsRangingCycles === true ? beacon.cycles : 0;
  const packets = beacon.packets - beacon.rangedPackets + cycles;
  if (packets < parameters.minimumPackets || beacon.slots + cycles < parameters.minimumSlots) return 'too-few-packets';
  return isStuck(beacon.reported) ? 'stuck-receiver' : undefined;
}
