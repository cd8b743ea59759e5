import type { Evidence } from '../evidence/evidence.js';
import { amplitudeOf, levelOf } from '../math/decibels.js';
import { clamp, exponential, naturalLog } from '../math/elementary.js';
import { ownValue } from '../own-value.js';
import type { LinkPrint } from '../profile/site-model.js';
import type { CommonTerm, Heard } from './likelihood.js';
import { isOther, otherLevelDb } from './map.js';
import type { Odds } from './odds.js';
import { parameters } from './parameters.js';
import { distanceM, type Point } from './plan.js';
import type { Site } from './site.js';

const REFERENCE = parameters.reference;
const FLOOR = /* @__PURE__ */ amplitudeOf(REFERENCE.floorDb);

/**
 * What all other beacons sound like together: the sum of their amplitudes. Many beacons stand around any place of an
 * equipped office, so it hardly depends on where the phone is; it shifts with receiver, hand and pocket, and with them alone.
 * So it is what the own desk's level is held against. A floor of −10 dB stands for what is never heard: two faint beacons
 * are no reference.
 * @param levelsDb of every other beacon heard, dB relative to 1 m; may be empty.
 * @returns dB relative to one beacon at 1 m, at least −10.
 */
export function referenceLevelDb(levelsDb: readonly number[]): number {
  let amplitude = FLOOR;
  for (const levelDb of levelsDb) amplitude += amplitudeOf(levelDb);
  return levelOf(amplitude);
}

/**
 * The level that a plan lets a phone at its desk expect, by free space and what walls and people between take of it.
 * @param own place of the own desk, metres.
 * @param others places of all other beacons, metres.
 * @param atMost the nearest that count, where a record keeps only the strongest.
 * @returns dB relative to one beacon at 1 m.
 */
export function plannedReferenceDb(own: Point, others: readonly Point[], atMost: number): number {
  const amplitudes = others.map((other) => 1 / Math.max(0.3, distanceM(other, own)));
  amplitudes.sort((a, b) => b - a);
  const sum = amplitudes.slice(0, atMost).reduce((total, amplitude) => total + amplitude, 0);
  return levelOf(FLOOR + sum * amplitudeOf(-REFERENCE.planLossDb));
}

/**
 * The level to expect where no plan tells it. Fewer beacons heard mean fewer beacons near, or a receiver that hears less: half
 * of it is taken for the one, half for the other.
 * @param beacons other beacons heard, those that would still have come in a full second included.
 */
export function typicalReferenceDb(beacons: number): number {
  const { typicalDb, perHalvingDb, typicalBeacons } = REFERENCE;
  const halvings = Math.max(0, naturalLog(typicalBeacons / Math.max(1, beacons)) / Math.LN2);
  return typicalDb - perHalvingDb * halvings;
}

/**
 * Share of the beacons in reach of which a packet has come.
 * @param expectedPackets of each, 0 or more.
 * @returns 0.2..1: after less than that, nobody can say.
 */
export function heardShare(expectedPackets: number): number {
  return Math.max(0.2, 1 - exponential(-expectedPackets * parameters.survival));
}

/** All other beacons of one second, as the own desk is held against them. */
export interface Reference {
  /** Their level together, and what it should be at the desk, dB relative to one beacon at 1 m. */
  readonly levelDb: number;
  readonly expectedDb: number;
  /** Whether that is guessed from how many are heard. */
  readonly isGuess: boolean;
  /** Share of the others of which a packet has come so far, 0..1. */
  readonly heardShare: number;
  /** The own desk's own level there, where it was walked: dB relative to 1 m, and its spread over poses. */
  readonly walked?: LinkPrint;
}

/** The reference for one own desk, from all others: also those without a known place or name. Absent when there is none. */
export function referenceOf(own: string, evidence: Evidence, site: Site, exposureMs: number): Reference | undefined {
  const expectedPackets = (exposureMs / (site.defaultIntervalMs + 5)) * parameters.otherFrameShare;
  const levelsDb: number[] = [];
  for (const [desk, beacon] of Object.entries(evidence.beacons)) {
    if (isOther(desk, own, site)) levelsDb.push(otherLevelDb(beacon, expectedPackets));
  }
  let beacons = levelsDb.length;
  if (evidence.anonymousPackets > 0) {
    // Whose they are is not known: so many packets as one beacon sends in the time are taken for one beacon.
    const packetsEach = Math.max(1, expectedPackets * parameters.survival);
    beacons += evidence.anonymousPackets / packetsEach;
    levelsDb.push(levelOf(evidence.anonymousAmplitude / packetsEach));
  }
  if (levelsDb.length === 0) return undefined;
  const share = heardShare(expectedPackets);
  const walked = ownValue(walkedLinks(own, site), own);
  const expectedDb = expectedAt(own, site);
  return {
    levelDb: referenceLevelDb(levelsDb) - levelOf(share),
    expectedDb: expectedDb ?? typicalReferenceDb(beacons / share),
    isGuess: expectedDb === undefined,
    heardShare: share,
    ...(walked === undefined ? {} : { walked }),
  };
}

/** What a walk or a plan lets a phone at the desk expect. */
function expectedAt(own: string, site: Site): number | undefined {
  const links = walkedLinks(own, site);
  const walked = Object.keys(links).filter((desk) => isOther(desk, own, site));
  if (walked.length > 0) return referenceLevelDb(walked.map((desk) => (links[desk] as LinkPrint).gainDb));
  const position = ownValue(site.positionsM, own);
  const others = Object.keys(site.positionsM).filter((desk) => isOther(desk, own, site));
  if (position === undefined || others.length === 0) return undefined;
  const points = others.map((desk) => site.positionsM[desk] as Point);
  return plannedReferenceDb(position, points, site.othersAtMost ?? points.length);
}

/**
 * The own desk's level against all others together: two normal laws with one covariance, so the ratio is linear in both levels
 * and never turns. Without others, the own level stands alone against a receiver of unknown offset. Where nothing but their number
 * tells how loud the others should be, the odds are never better than the own level's alone: whoever sends faint frames in
 * many names makes the others seem too quiet, and gains nothing.
 * @param ownDb level of the own desk, dB relative to 1 m.
 * @param own how many packets are behind it.
 */
export function referenceOdds(
  ownDb: number,
  own: Pick<Heard, 'packets'>,
  reference: Reference | undefined,
  common: CommonTerm,
): Odds {
  const { ownSdDb, earshotDb, awayDb, levelSdDb, thinVarianceDb2, leastShiftDb, limitNats } = REFERENCE;
  const atDeskDb = reference?.walked?.gainDb ?? REFERENCE.atDeskDb;
  const looks = clamp(own.packets, 1, parameters.independentPackets);
  const ownVariance = common.varianceDb2 + ownSdDb * ownSdDb + (parameters.packetSdDb * parameters.packetSdDb) / looks;
  const slopeAlone = 1 / ownVariance;
  let slope = slopeAlone;
  let shift = 0;
  if (reference !== undefined) {
    const levelVariance = common.varianceDb2 + levelSdDb * levelSdDb + thinVarianceDb2 * (1 - reference.heardShare);
    const determinant = ownVariance * levelVariance - common.varianceDb2 * common.varianceDb2;
    const excessDb = reference.levelDb - reference.expectedDb - common.meanDb;
    slope = levelVariance / determinant;
    shift = (common.varianceDb2 * Math.max(excessDb, leastShiftDb)) / determinant;
  }
  const against = (elsewhereDb: number): number => {
    const aboveMiddleDb = ownDb - common.meanDb - (atDeskDb + elsewhereDb) / 2;
    const held = slope * aboveMiddleDb - shift;
    const nats = (atDeskDb - elsewhereDb) * (reference?.isGuess ? Math.min(held, slopeAlone * aboveMiddleDb) : held);
    return clamp(nats, -limitNats, limitNats);
  };
  return { outOfEarshot: against(awayDb), earshot: against(earshotDb) };
}

/** How each beacon is heard at the desk; none where it was not walked. */
function walkedLinks(own: string, site: Site): Readonly<Record<string, LinkPrint>> {
  return ownValue(site.model?.desks ?? {}, own)?.links ?? {};
}
