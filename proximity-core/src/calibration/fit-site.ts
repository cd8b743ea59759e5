import { pathGainDb } from '../decision/hypotheses.js';
import { distanceM } from '../decision/plan.js';
import { clamp } from '../math/elementary.js';
import { ownValue } from '../own-value.js';
import { type DeskPrint, type LinkPrint, type SiteModel, siteModelBounds } from '../profile/site-model.js';
import type { WalkPose } from './walk.js';

/** Assumptions of the fit, each with its source; none is fitted to the study. */
export const fitParameters = {
  /** What a receiver and a way of carrying shift together, and a pose about its like (decision note §1.3: 4.4 and 4–6 dB). */
  carriageMeanDb: -3,
  carriageSdDb: 6,
  poseSdDb: 4,
  /** How far a link may stay off the plan: shadow 3–6 dB and unequal power; unknown places say next to nothing. */
  planSdDb: 5.5,
  unplacedGainDb: -12,
  unplacedSdDb: 12,
  /** From the beacon to a phone on its desk, m (decision note §4: 0.3–0.9). */
  deskM: 0.55,
  /** Where the pooled spread over poses starts, and with how many poses' weight it enters that of one link. */
  startSdDb: 4,
  pooledPoses: 6,
  /** No spread is taken for smaller than this: poses of one morning do not show all. */
  leastSdDb: 2,
  iterations: 100,
} as const;

interface Link {
  readonly desk: string;
  readonly beacon: string;
  readonly priorDb: number;
  readonly priorVarianceDb2: number;
  readonly poses: readonly number[];
  readonly levelsDb: readonly number[];
}

/**
 * Fits how each walked desk hears the beacons: level = what carrying shifts (one term a pose) + the link's gain + a rest. The
 * gain is drawn to the plan's free space, the pose to its way of carrying, the rest to its spread over all desks: few poses
 * change little. The pose's own term takes out the walker's receiver and pocket, which are not the user's.
 * @param poses at least one; any number per desk.
 * @param positionsM places in the plan, metres; may be incomplete.
 * @returns the model, in hundredths of a decibel.
 * @throws RangeError when there is no pose, or a desk or a level is out of bounds, with its path.
 * @example fitSite([{ desk: 'd-1', levelsDb: { 'd-1': 4 } }], {}).desks['d-1']?.poses // 1
 */
export function fitSite(
  poses: readonly WalkPose[],
  positionsM: Readonly<Record<string, readonly [number, number]>>,
): SiteModel {
  checkPoses(poses);
  const links = collectLinks(poses, positionsM);
  let gainsDb: readonly number[] = links.map(({ priorDb }) => priorDb);
  const start = fitParameters.startSdDb * fitParameters.startSdDb;
  let spread: Spread = { own: start, other: start };
  for (let i = 0; i < fitParameters.iterations; i += 1) {
    const shiftsDb = fitShifts(poses, links, gainsDb, spread);
    gainsDb = fitGains(links, shiftsDb, spread);
    spread = pooledSpread(links, gainsDb, shiftsDb);
  }
  const shiftsDb = fitShifts(poses, links, gainsDb, spread);
  return printModel(poses, links, gainsDb, shiftsDb, spread);
}

interface Spread {
  /** Variance of a desk's own beacon over poses, and of all others', dB². */
  readonly own: number;
  readonly other: number;
}

function spreadOf({ desk, beacon }: Link, spread: Spread): number {
  return desk === beacon ? spread.own : spread.other;
}

/** What carrying shifts in each pose, given the gains; poses carried alike are drawn to their mean. */
function fitShifts(
  poses: readonly WalkPose[],
  links: readonly Link[],
  gainsDb: readonly number[],
  spread: Spread,
): readonly number[] {
  const weights = poses.map(() => 0);
  const sums = poses.map(() => 0);
  links.forEach((link, j) => {
    const weight = 1 / spreadOf(link, spread);
    link.poses.forEach((pose, k) => {
      weights[pose] = (weights[pose] as number) + weight;
      sums[pose] = (sums[pose] as number) + weight * ((link.levelsDb[k] as number) - (gainsDb[j] as number));
    });
  });
  const poseVariance = fitParameters.poseSdDb * fitParameters.poseSdDb;
  const meanPrecision = 1 / (fitParameters.carriageSdDb * fitParameters.carriageSdDb);
  const groups = new Map<string, { weight: number; sum: number }>();
  poses.forEach(({ carriage = 'any' }, i) => {
    const weight = weights[i] as number;
    if (weight === 0) return;
    const group = groups.get(carriage) ?? { weight: meanPrecision, sum: meanPrecision * fitParameters.carriageMeanDb };
    const precision = 1 / (poseVariance + 1 / weight);
    groups.set(carriage, {
      weight: group.weight + precision,
      sum: group.sum + (precision * (sums[i] as number)) / weight,
    });
  });
  return poses.map(({ carriage = 'any' }, i) => {
    const { weight, sum } = groups.get(carriage) ?? { weight: 1, sum: fitParameters.carriageMeanDb };
    return ((sums[i] as number) + sum / weight / poseVariance) / ((weights[i] as number) + 1 / poseVariance);
  });
}

function fitGains(links: readonly Link[], shiftsDb: readonly number[], spread: Spread): readonly number[] {
  return links.map((link) => fitGain(link, shiftsDb, spread));
}

function fitGain(link: Link, shiftsDb: readonly number[], spread: Spread): number {
  const weight = 1 / spreadOf(link, spread);
  let sum = link.priorDb / link.priorVarianceDb2;
  link.poses.forEach((pose, k) => {
    sum += weight * ((link.levelsDb[k] as number) - (shiftsDb[pose] as number));
  });
  return sum / (1 / link.priorVarianceDb2 + weight * link.poses.length);
}

/** One link's squared rests over its poses. */
function restsOf(link: Link, gainDb: number, shiftsDb: readonly number[]): number {
  return link.poses.reduce((sum, pose, k) => {
    const restDb = (link.levelsDb[k] as number) - gainDb - (shiftsDb[pose] as number);
    return sum + restDb * restDb;
  }, 0);
}

/** The spread over poses, pooled over all desks; a link's gain costs it one degree of freedom. */
function pooledSpread(links: readonly Link[], gainsDb: readonly number[], shiftsDb: readonly number[]): Spread {
  const start = fitParameters.startSdDb * fitParameters.startSdDb;
  const own = { sum: start * fitParameters.pooledPoses, freedom: fitParameters.pooledPoses as number };
  const other = { ...own };
  links.forEach((link, j) => {
    if (link.poses.length < 2) return;
    const pool = link.desk === link.beacon ? own : other;
    pool.sum += restsOf(link, gainsDb[j] as number, shiftsDb);
    pool.freedom += link.poses.length - 1;
  });
  const least = fitParameters.leastSdDb * fitParameters.leastSdDb;
  return { own: Math.max(own.sum / own.freedom, least), other: Math.max(other.sum / other.freedom, least) };
}

function collectLinks(
  poses: readonly WalkPose[],
  positionsM: Readonly<Record<string, readonly [number, number]>>,
): readonly Link[] {
  const posesOf = new Map<string, number[]>();
  poses.forEach(({ desk }, i) => {
    posesOf.set(desk, [...(posesOf.get(desk) ?? []), i]);
  });
  return [...posesOf].flatMap(([desk, atDesk]) => {
    const heard = new Set(atDesk.flatMap((pose) => Object.keys((poses[pose] as WalkPose).levelsDb)));
    const ofDesk = [...heard].sort().map((beacon) => collectLink(desk, beacon, atDesk, poses, positionsM));
    // A beacon heard in few poses was heard on the crest of a fade: its mean would say too much. The loudest are kept.
    const often = ofDesk.filter((link) => 2 * link.poses.length >= atDesk.length);
    return often.sort((a, b) => meanOf(b) - meanOf(a)).slice(0, siteModelBounds.links);
  });
}

function collectLink(
  desk: string,
  beacon: string,
  atDesk: readonly number[],
  poses: readonly WalkPose[],
  positionsM: Readonly<Record<string, readonly [number, number]>>,
): Link {
  const heardIn = atDesk.filter((pose) => ownValue((poses[pose] as WalkPose).levelsDb, beacon) !== undefined);
  const from = ownValue(positionsM, desk);
  const to = ownValue(positionsM, beacon);
  const isPlaced = desk === beacon || (from !== undefined && to !== undefined);
  const sdDb = isPlaced ? fitParameters.planSdDb : fitParameters.unplacedSdDb;
  return {
    desk,
    beacon,
    priorDb:
      desk === beacon
        ? pathGainDb(fitParameters.deskM)
        : from !== undefined && to !== undefined
          ? pathGainDb(distanceM(from, to))
          : fitParameters.unplacedGainDb,
    priorVarianceDb2: sdDb * sdDb,
    poses: heardIn,
    levelsDb: heardIn.map((pose) => (poses[pose] as WalkPose).levelsDb[beacon] as number),
  };
}

function meanOf({ levelsDb }: Link): number {
  return levelsDb.reduce((sum, level) => sum + level, 0) / levelsDb.length;
}

function printModel(
  poses: readonly WalkPose[],
  links: readonly Link[],
  gainsDb: readonly number[],
  shiftsDb: readonly number[],
  spread: Spread,
): SiteModel {
  const prints = new Map<string, [string, LinkPrint][]>();
  const counts = new Map<string, number>();
  for (const { desk } of poses) {
    prints.set(desk, []);
    counts.set(desk, (counts.get(desk) ?? 0) + 1);
  }
  links.forEach((link, j) => {
    const pooled = spreadOf(link, spread);
    const rests = restsOf(link, gainsDb[j] as number, shiftsDb);
    const poseVariance = (fitParameters.pooledPoses * pooled + rests) / (fitParameters.pooledPoses + link.poses.length);
    const gainVariance = 1 / (1 / link.priorVarianceDb2 + link.poses.length / pooled);
    const gainDb = within(gainsDb[j] as number, siteModelBounds.gainDb);
    const sdDb = within(Math.sqrt(poseVariance + gainVariance), siteModelBounds.sdDb);
    prints.get(link.desk)?.push([link.beacon, { gainDb, sdDb }]);
  });
  const desks = [...prints].map(([desk, ofDesk]): [string, DeskPrint] => [
    desk,
    { poses: counts.get(desk) as number, links: Object.fromEntries(ofDesk) },
  ]);
  return { version: 1, desks: Object.fromEntries(desks) };
}

function within(value: number, [least, most]: readonly [number, number]): number {
  return Math.round(clamp(value, least, most) * 100) / 100 + 0;
}

function checkPoses(poses: readonly WalkPose[]): void {
  if (poses.length === 0) throw new RangeError('poses: expected at least one, got none');
  const counts = new Map<string, number>();
  poses.forEach(({ desk, levelsDb }, i) => {
    if (desk.length < 1 || desk.length > 128)
      throw new RangeError(`poses[${i}].desk: expected 1 to 128 characters, got ${desk.length}`);
    const count = (counts.get(desk) ?? 0) + 1;
    counts.set(desk, count);
    if (count > siteModelBounds.poses[1]) throw new RangeError(`poses: expected at most 1000 of desk "${desk}"`);
    for (const [beacon, level] of Object.entries(levelsDb)) {
      if (!(level >= siteModelBounds.gainDb[0] && level <= siteModelBounds.gainDb[1])) {
        throw new RangeError(`poses[${i}].levelsDb.${beacon}: expected -100..60 dB, got ${level}`);
      }
    }
  });
  if (counts.size > siteModelBounds.desks)
    throw new RangeError(`poses: expected at most 2000 desks, got ${counts.size}`);
}
