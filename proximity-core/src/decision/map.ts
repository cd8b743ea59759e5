import type { BeaconEvidence, Evidence } from '../evidence/evidence.js';
import { robustMean } from '../evidence/robust-level.js';
import { clamp, logSumExp, naturalLog } from '../math/elementary.js';
import { ownValue } from '../own-value.js';
import { withFingerprints } from './fingerprints.js';
import { type Hypothesis, placedHypotheses } from './hypotheses.js';
import { type CommonTerm, type Heard, logLikelihood, prepareLinks } from './likelihood.js';
import { type Odds, outOfEarshotPrior } from './odds.js';
import { parameters } from './parameters.js';
import { distanceM, type Point } from './plan.js';
import type { Site } from './site.js';

/** Other beacons that the map weighs one by one: the strongest heard, and the nearest that should have been heard. */
const MOST_OTHERS = 8;

/** What was heard, the own desk first, and what each place would let a phone hear, in the same order. */
export interface PhoneMap {
  readonly heard: readonly Heard[];
  readonly hypotheses: readonly Hypothesis[];
}

/** The map around an own desk; absent where no plan places it among others. */
export function mapAround(desk: string, evidence: Evidence, site: Site, exposureMs: number): PhoneMap | undefined {
  const position = ownValue(site.positionsM, desk);
  const placed = position === undefined ? [] : placedOthers(desk, position, evidence, site);
  if (position === undefined || placed.length === 0) return undefined;
  const own = ownHeard(desk, evidence, site, exposureMs);
  const points = placed.map((other) => site.positionsM[other] as Point);
  return {
    heard: [own, ...placed.map((other) => otherHeard(other, evidence, site, exposureMs))],
    hypotheses: withFingerprints(placedHypotheses(position, points), desk, placed, site),
  };
}

/** How the places at the own desk explain what was heard, against those elsewhere. */
export function mapOdds({ heard, hypotheses }: PhoneMap, common: CommonTerm): Odds {
  const links = prepareLinks(heard, common);
  const atDesk: number[] = [];
  const earshot: number[] = [];
  const outOfEarshot: number[] = [];
  for (const hypothesis of hypotheses) {
    const { place, weight } = hypothesis;
    const nats = naturalLog(weight) + logLikelihood(links, hypothesis, common);
    (place === 'at-desk' ? atDesk : place === 'earshot' ? earshot : outOfEarshot).push(nats);
  }
  const { prior } = parameters;
  const near = logSumExp(atDesk) - naturalLog(prior['at-desk']);
  return {
    outOfEarshot: near - (logSumExp(outOfEarshot) - naturalLog(outOfEarshotPrior)),
    earshot: near - (logSumExp(earshot) - naturalLog(prior.earshot)),
  };
}

/**
 * The own desk counts by a robust mean, and by little more than that of its proven frames: whoever sends in its name without
 * its key gains two decibels at most.
 */
export function ownHeard(desk: string, evidence: Evidence, site: Site, exposureMs: number): Heard {
  const beacon = ownValue(evidence.beacons, desk);
  const expectedPackets = expectedOf(desk, site, exposureMs);
  if (beacon === undefined || beacon.levelsDb.length === 0) return { packets: 0, expectedPackets };
  const all = robustMean(beacon.levelsDb);
  const { provenLevelsDb } = beacon;
  const most = provenLevelsDb.length === 0 ? all : robustMean(provenLevelsDb) + parameters.unprovenAtMostDb;
  return { levelDb: Math.min(all, most), packets: beacon.packets, expectedPackets };
}

/**
 * Others count by their strongest packet. The strongest of n lies above their mean, by close to σ·√(ln n) for the counts of
 * one call; n is what the time lets expect and not what came, so that whoever adds weak frames in a neighbour's name changes
 * nothing. The mean of a ranging cycle is no strongest of many.
 * @param expectedPackets that a phone beside it would have heard, 0 or more.
 */
export function otherLevelDb({ strongestDb, cycles }: BeaconEvidence, expectedPackets: number): number {
  const packets = cycles > 0 ? 1 : clamp(expectedPackets * parameters.survival, 1, 20);
  return strongestDb - parameters.strongestBiasDb * Math.sqrt(naturalLog(packets));
}

/** Whether a beacon is another's: those of the owner's other desks speak neither for nor against this one. */
export function isOther(desk: string, own: string, site: Site): boolean {
  return desk !== own && site.ownDesks.indexOf(desk) < 0;
}

function otherHeard(desk: string, evidence: Evidence, site: Site, exposureMs: number): Heard {
  const beacon = ownValue(evidence.beacons, desk);
  const expectedPackets = expectedOf(desk, site, exposureMs) * parameters.otherFrameShare;
  if (beacon === undefined)
    return { packets: 0, expectedPackets: site.othersAtMost === undefined ? expectedPackets : 0 };
  return { levelDb: otherLevelDb(beacon, expectedPackets), packets: beacon.packets, expectedPackets };
}

/** Packets that so much scan time would bring from a beacon beside the phone. */
export function expectedOf(desk: string, site: Site, exposureMs: number): number {
  // advDelay adds 5 ms to the interval on average (Core Vol 6 Part B §4.4.2.2.1).
  return exposureMs / ((ownValue(site.intervalsMs, desk) ?? site.defaultIntervalMs) + 5);
}

/** The placed beacons that matter most: every strong one that was heard, then the nearest that was not. */
function placedOthers(own: string, at: Point, evidence: Evidence, site: Site): readonly string[] {
  const others = Object.keys(site.positionsM).filter((desk) => isOther(desk, own, site));
  const rank = (desk: string): number => {
    const heard = ownValue(evidence.beacons, desk);
    if (heard !== undefined) return 1000 + heard.strongestDb;
    return -distanceM(site.positionsM[desk] as Point, at);
  };
  const ranked = others.map((desk) => ({ desk, rank: rank(desk) }));
  ranked.sort((a, b) => b.rank - a.rank || (a.desk < b.desk ? -1 : 1));
  return ranked.slice(0, MOST_OTHERS).map(({ desk }) => desk);
}
