import {
  type Certificate,
  certifyCalibration,
  type Reason,
  type ShadowCounters,
  type SiteModel,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { CliError } from '../../errors/cli-error.js';
import { type Advice, adviseDesk } from './advice.js';
import { type DecidedWindow, decideRecording, profileFor } from './decide-recording.js';
import { deskStoodAt, fitPoses, groupPoses, type WalkedPose } from './fit-walk.js';
import { decidedPose, type PoseResult, resultOf } from './pose-result.js';
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
