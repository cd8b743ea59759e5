import {
  type Certificate,
  certifyCalibration,
  type DecidedPose,
  type Reason,
  type ShadowCounters,
  type SiteModel,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { CliError } from '../../errors/cli-error.js';
import { type Advice, adviseDesk } from './advice.js';
import { type DecidedWindow, decideRecording, profileFor } from './decide-recording.js';
import { deskStoodAt, fitPoses, groupPoses, type WalkedPose } from './fit-walk.js';
import type { PoseLabel } from './pose-label.js';
import type { Recording } from './recording.js';

const NEAR_M = 15;

export interface CalibrateDeskOptions {
  readonly desk: string;
  /** Those labelled with `desk` are decided; those of desks around it teach the model as well. */
  readonly recordings: readonly Recording[];
  /** All beacons of the site, with temporary keys of the desk where advertisements were recorded. */
  readonly profile: SiteProfile;
  readonly shadow?: ShadowCounters;
}

/** What one pose came to, decided with a model that never saw it. */
export interface PoseResult {
  readonly label: PoseLabel;
  /** Windows that were decided, and of these, how many were silent. */
  readonly windows: number;
  readonly silenced: number;
  readonly wasSilenced: boolean;
  /** Of the window that counts: the nearest to silence away from the desk, the furthest from it at the desk. */
  readonly reason: Reason;
  readonly marginNats: number;
  readonly ownDb?: number;
  readonly strongestOtherDb?: number;
}

export interface CalibrateDeskResult {
  readonly desk: string;
  /** Of all poses; absent where none was at a desk. */
  readonly model?: SiteModel;
  readonly poses: readonly PoseResult[];
  /** Poses that prove nothing: the scanner or the keys were at fault, or nothing was heard. */
  readonly unfit: readonly { readonly pose: string; readonly reason: Reason }[];
  readonly certificate: Certificate;
  readonly advice: readonly Advice[];
}

/**
 * Calibrates one desk from a walk. Each pose is decided by a model that was fitted to all the others, through the reducer of the
 * phones, so that no pose speaks for itself; the model that is handed on is fitted to all.
 * @throws CliError `bad-walk` when no recording is of this desk, the profile does not know it, or recordings of one pose disagree.
 */
export function calibrateDesk({ desk, recordings, profile, shadow }: CalibrateDeskOptions): CalibrateDeskResult {
  const ofDesk = recordings.filter(({ label }) => label.desk === desk);
  if (ofDesk.length === 0) throw new CliError('bad-walk', `no recording of the walk is labelled with desk "${desk}"`);
  if (!profile.beacons.some((beacon) => beacon.desk === desk))
    throw new CliError('bad-walk', `the profile has no beacon at desk "${desk}"`);
  const own = profileFor(desk, profile, undefined);
  const walked = groupPoses(near(desk, recordings, profile), own);
  const model = fitPoses(walked, own);
  const poses: PoseResult[] = [];
  const unfit: { readonly pose: string; readonly reason: Reason }[] = [];
  for (const pose of walked.filter(({ recordings: [first] }) => first.label.desk === desk)) {
    checkLabels(pose);
    // A pose that taught nothing is not in the model: leaving it out changes nothing.
    const without =
      pose.taught === undefined
        ? model
        : fitPoses(
            walked.filter((other) => other !== pose),
            own,
          );
    const decided = pose.recordings.flatMap((one) => decideRecording(one, profileFor(desk, profile, without)));
    const result = resultOf(pose, decided);
    if (result === undefined) unfit.push({ pose: pose.name, reason: (decided[0] as DecidedWindow).reason });
    else poses.push(result);
  }
  const certificate = certifyCalibration(poses.map(decidedPose), shadow);
  const beacons = profile.beacons.length;
  return {
    desk,
    ...(model === undefined ? {} : { model }),
    poses,
    unfit,
    certificate,
    advice: adviseDesk({ poses, unfit, certificate, beacons }),
  };
}

/** As the certificate counts it. */
export function decidedPose({ label, wasSilenced }: PoseResult): DecidedPose {
  const { desk: _relative, at: _where, ...rest } = label;
  return { ...rest, wasSilenced };
}

function resultOf({ recordings }: WalkedPose, decided: readonly DecidedWindow[]): PoseResult | undefined {
  const { label } = recordings[0];
  const fit = decided.filter(({ isFit }) => isFit);
  const [first, ...rest] = fit;
  if (first === undefined) return undefined;
  const isAtDesk = label.place === 'at-desk';
  const worst = rest.reduce((one, other) => (isWorse(other, one, isAtDesk) ? other : one), first);
  const silenced = fit.filter(({ wasSilenced }) => wasSilenced).length;
  return {
    label,
    windows: fit.length,
    silenced,
    wasSilenced: isAtDesk ? silenced === fit.length : silenced > 0,
    reason: worst.reason,
    marginNats: worst.marginNats,
    ...(worst.ownDb === undefined ? {} : { ownDb: worst.ownDb }),
    ...(worst.strongestOtherDb === undefined ? {} : { strongestOtherDb: worst.strongestOtherDb }),
  };
}

/** A silent window is the worst away from the desk, a ringing one at the desk; among equals the margin tells. */
function isWorse(a: DecidedWindow, b: DecidedWindow, isAtDesk: boolean): boolean {
  if (a.wasSilenced !== b.wasSilenced) return a.wasSilenced !== isAtDesk;
  return isAtDesk ? a.marginNats < b.marginNats : a.marginNats > b.marginNats;
}

/** Walked desks further off are no places of a decision, and would only make each of its fits take longer. */
function near(desk: string, recordings: readonly Recording[], profile: SiteProfile): readonly Recording[] {
  const placeOf = (name: string | undefined) => profile.beacons.find((beacon) => beacon.desk === name)?.positionM;
  const from = placeOf(desk);
  return recordings.filter((recording) => {
    if (recording.label.desk === desk) return true;
    const to = placeOf(deskStoodAt(recording));
    return from !== undefined && to !== undefined && Math.hypot(from[0] - to[0], from[1] - to[1]) <= NEAR_M;
  });
}

function checkLabels({ name, recordings }: WalkedPose): void {
  const [first, ...rest] = recordings;
  for (const { label, source } of rest) {
    for (const field of ['place', 'at', 'carriage', 'phone', 'walker', 'floor', 'receiver'] as const) {
      if (label[field] !== first.label[field])
        throw new CliError(
          'bad-walk',
          `${source}: pose "${name}" has ${field} ${String(label[field])} here and ${String(first.label[field])} in ${first.source}`,
        );
    }
  }
}
