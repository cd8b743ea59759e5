import {
  type CallState,
  type Certificate,
  certify,
  compileLookup,
  createCall,
  fitSite,
  type Reason,
  type ShadowCounts,
  type SiteModel,
  type SiteProfile,
  siteOfProfile,
  step,
  type WalkPose,
  walkPose,
} from '@deskbeacon/proximity-core';
import type { RecordedPose } from './read-walk.js';

/** What a walk came to. */
export interface Calibrated {
  readonly certificate: Certificate;
  /** Of the desk that was walked. */
  readonly model?: SiteModel;
  readonly poses: readonly JudgedPose[];
  /** What to change, in words; empty where nothing has to. */
  readonly advice: readonly string[];
}

export interface JudgedPose extends Omit<RecordedPose, 'events'> {
  readonly wasSilenced: boolean;
  readonly reason: Reason;
  /** Packets that counted, of all beacons and of the own. */
  readonly packets: number;
  readonly ownPackets: number;
  /** Own beacon's level relative to its power at 1 m, and the loudest other's; absent where not heard. dB. */
  readonly ownDb?: number;
  readonly othersDb?: number;
}

const DEADLINE_MS = 1500;
/** A pose is enough with so many packets of the own beacon at the desk, or of any beacon elsewhere. */
export const ENOUGH_PACKETS = 8;

/**
 * Fits the desk to the poses that were taken at it, and decides every pose as a call would be. A pose at the desk is decided by a
 * model of all the others: what it taught itself would be no test.
 * @param desk one of the profile's own desks.
 */
export function calibrateDesk(
  poses: readonly RecordedPose[],
  { profile, desk, shadow }: { readonly profile: SiteProfile; readonly desk: string; readonly shadow?: ShadowCounts },
): Calibrated {
  const reduced = poses.map((pose) => reduce(pose, profile, desk));
  const atDesk = poses.flatMap(({ place }, i) => (place === 'at-desk' ? [i] : []));
  const modelWithout = (name?: string): SiteModel | undefined => {
    const others = atDesk.filter((i) => poses[i]?.pose !== name).map((i) => reduced[i] as WalkPose);
    return others.length === 0 ? undefined : fitSite(others, positionsOf(profile));
  };
  const model = modelWithout();
  const judged = poses.map((pose, i) =>
    judge(pose, reduced[i] as WalkPose, profile, desk, pose.place === 'at-desk' ? modelWithout(pose.pose) : model),
  );
  const certificate = certify(judged, shadow);
  return { certificate, ...(model === undefined ? {} : { model }), poses: judged, advice: advise(judged, certificate) };
}

function reduce({ events, carriage, wallClockMs = 0 }: RecordedPose, profile: SiteProfile, desk: string): WalkPose {
  return walkPose({ desk, carriage, events }, siteOfProfile(profile), compileLookup(profile, wallClockMs));
}

function judge(
  { events, ...pose }: RecordedPose,
  reduced: WalkPose,
  profile: SiteProfile,
  desk: string,
  fingerprints: SiteModel | undefined,
): JudgedPose {
  const model = fingerprints === undefined ? profile.model : ({ calibration: 'current', fingerprints } as const);
  const start = createCall({ profile: { ...profile, ownDesks: [desk], model }, wallClockMs: pose.wallClockMs ?? 0 });
  const isBegun = events.some(({ event }) => event === 'call');
  const begun = isBegun ? start : step(start, { t: 0, event: 'call', deadlineMs: DEADLINE_MS }).state;
  let state: CallState = begun;
  for (const event of events) {
    if (state.decision !== undefined) break;
    state = step(state, event).state;
  }
  // A recording may end before the deadline, or hold nothing after it.
  if (state.decision === undefined) state = step(state, { t: Number.MAX_SAFE_INTEGER, event: 'tick' }).state;
  const { [desk]: ownDb, ...others } = reduced.levelsDb;
  const loudest = Math.max(...Object.values(others));
  return {
    ...pose,
    wasSilenced: state.decision?.decision === 'silence',
    reason: state.decision?.reason ?? 'nothing-heard',
    packets: state.evidence.used,
    ownPackets: state.evidence.beacons[desk]?.packets ?? 0,
    ...(ownDb === undefined ? {} : { ownDb }),
    ...(Number.isFinite(loudest) ? { othersDb: loudest } : {}),
  };
}

function positionsOf({ beacons }: SiteProfile): Readonly<Record<string, readonly [number, number]>> {
  return Object.fromEntries(
    beacons.flatMap(({ desk, positionM }) => (positionM === undefined ? [] : [[desk, positionM] as const])),
  );
}

/** What a person can change, the gravest first. */
function advise(poses: readonly JudgedPose[], { verdict }: Certificate): readonly string[] {
  const of = (place: RecordedPose['place']): readonly JudgedPose[] => poses.filter((pose) => pose.place === place);
  const silenced = of('out-of-earshot').filter(({ wasSilenced }) => wasSilenced);
  const rung = of('at-desk').filter(({ wasSilenced }) => !wasSilenced);
  const thin = poses.filter(({ packets }) => packets < ENOUGH_PACKETS);
  const advice: string[] = [];
  if (silenced.length > 0) {
    const where = [...new Set(silenced.map(({ pose }) => pose))].slice(0, 3).join(', ');
    advice.push(
      `Silenced out of earshot (${where}): put an anchor there (deskbeacon anchor add), or move the beacon to the side of the desk away from it.`,
    );
  }
  if (verdict !== 'no-data' && rung.length * 2 > of('at-desk').length) {
    const pockets = rung.filter(({ carriage }) => carriage === 'pocket').length;
    advice.push(
      pockets === rung.length
        ? 'In the pocket the desk is not told apart: put the beacon where the body does not stand between, under the edge of the desk.'
        : 'At the desk it mostly rings: put the beacon nearer to where the phone lies, and away from metal.',
    );
  }
  if (rung.some(({ ownPackets }) => ownPackets === 0))
    advice.push(
      'The own beacon was not heard at its desk: is it plugged in, and is this its desk? deskbeacon identify shows it.',
    );
  if (thin.length > 0)
    advice.push(
      `${thin.length} poses heard fewer than ${ENOUGH_PACKETS} packets: stay two seconds longer, or look at the recorder.`,
    );
  return advice;
}
