import { type BeaconEvidence, type Evidence, exposureAt } from '../evidence/evidence.js';
import { robustMean } from '../evidence/robust-level.js';
import { decimalLog, exponential, logSumExp, naturalLog } from '../math/elementary.js';
import { type Hypothesis, placedHypotheses } from './hypotheses.js';
import { type Heard, logLikelihood, prepareLinks } from './likelihood.js';
import { parameters } from './parameters.js';
import {
  heardShare,
  type Odds,
  plannedReferenceDb,
  type Reference,
  referenceLevelDb,
  referenceOdds,
  typicalReferenceDb,
} from './reference.js';
import type { Site } from './site.js';

/** What the evidence says at one instant. */
export interface Assessment {
  /** Posterior probability that the phone is at one of the own desks, 0..1. */
  readonly pDesk: number;
  /** ln of the likelihood ratio, at the own desk against out of earshot; nats, always finite. */
  readonly llr: number;
}

/** Other beacons that are weighed: the strongest heard, and the nearest that should have been heard. */
const MOST_OTHERS = 8;
const LLR_LIMIT = 60;

/**
 * Weighs all evidence up to an instant. With several own desks, the likeliest counts.
 * @param evidence what was heard.
 * @param site what is known of the building.
 * @param desks the own desks that may silence.
 * @param atMs the instant, on the events' clock.
 */
export function assess(evidence: Evidence, site: Site, desks: readonly string[], atMs: number): Assessment {
  const exposureMs = exposureAt(evidence, atMs);
  let best: Assessment = { pDesk: 0, llr: -LLR_LIMIT };
  for (const desk of desks) {
    const assessment = assessDesk(desk, evidence, site, exposureMs);
    if (assessment.llr > best.llr || (assessment.llr === best.llr && assessment.pDesk > best.pDesk)) best = assessment;
  }
  return best;
}

/** Two opinions: the map, which asks where each beacon stands, and the reference, which asks how loud they are together. */
function assessDesk(desk: string, evidence: Evidence, site: Site, exposureMs: number): Assessment {
  const own = ownHeard(desk, evidence, site, exposureMs);
  const byReference = oddsByReference(desk, own, evidence, site, exposureMs);
  const position = site.positionsM[desk];
  const placed = position === undefined ? [] : placedOthers(desk, position, evidence, site);
  if (position === undefined || placed.length === 0) return toAssessment(byReference);
  const heard = [own, ...placed.map((other) => otherHeard(other, evidence, site, exposureMs))];
  const points = placed.map((other) => site.positionsM[other] as readonly [number, number]);
  const byMap = oddsByMap(heard, placedHypotheses(position, points));
  const { referenceShare } = parameters;
  const mixed = (map: number, reference: number): number => map + referenceShare * (reference - map);
  return toAssessment({
    outOfEarshot: mixed(byMap.outOfEarshot, byReference.outOfEarshot),
    earshot: mixed(byMap.earshot, byReference.earshot),
  });
}

function oddsByMap(heard: readonly Heard[], hypotheses: readonly Hypothesis[]): Odds {
  const links = prepareLinks(heard);
  const atDesk: number[] = [];
  const earshot: number[] = [];
  const outOfEarshot: number[] = [];
  for (const hypothesis of hypotheses) {
    const { place, weight } = hypothesis;
    const nats = naturalLog(weight) + logLikelihood(links, hypothesis);
    (place === 'at-desk' ? atDesk : place === 'earshot' ? earshot : outOfEarshot).push(nats);
  }
  const { prior } = parameters;
  const near = logSumExp(atDesk) - naturalLog(prior.atDesk);
  return {
    outOfEarshot: near - (logSumExp(outOfEarshot) - naturalLog(OUT_OF_EARSHOT)),
    earshot: near - (logSumExp(earshot) - naturalLog(prior.earshot)),
  };
}

const OUT_OF_EARSHOT = parameters.prior.room + parameters.prior.wall + parameters.prior.gone;

function oddsByReference(desk: string, own: Heard, evidence: Evidence, site: Site, exposureMs: number): Odds {
  if (own.levelDb === undefined) {
    // Nothing of the own desk in a time in which it should have been heard: a Poisson count, discounted for bursts.
    const nats = -Math.min(
      own.expectedPackets * parameters.survival * parameters.countDiscount,
      parameters.countLimitNats.own,
    );
    return { outOfEarshot: nats, earshot: nats };
  }
  return referenceOdds(own.levelDb, own.packets, referenceOf(desk, evidence, site, exposureMs));
}

/** All others of the site together, also those without a known place or name; absent when there is none. */
function referenceOf(desk: string, evidence: Evidence, site: Site, exposureMs: number): Reference | undefined {
  const levelsDb: number[] = [];
  for (const [other, beacon] of Object.entries(evidence.beacons)) {
    if (other !== desk && site.ownDesks.indexOf(other) < 0) levelsDb.push(beacon.strongestDb - strongestBiasDb(beacon));
  }
  const expectedPackets = exposureMs / (site.defaultIntervalMs + 5);
  let beacons = levelsDb.length;
  if (evidence.anonymousPackets > 0) {
    // Whose they are is not known: so many packets as one beacon sends in the time are taken for one beacon.
    const packetsEach = Math.max(1, expectedPackets * parameters.survival * parameters.otherFrameShare);
    beacons += evidence.anonymousPackets / packetsEach;
    levelsDb.push(20 * decimalLog(evidence.anonymousAmplitude / packetsEach));
  }
  if (levelsDb.length === 0) return undefined;
  const share = heardShare(expectedPackets);
  const position = site.positionsM[desk];
  const places = Object.keys(site.positionsM)
    .filter((other) => other !== desk && site.ownDesks.indexOf(other) < 0)
    .map((other) => site.positionsM[other] as readonly [number, number]);
  return {
    levelDb: referenceLevelDb(levelsDb) - 20 * decimalLog(share),
    expectedDb:
      position === undefined || places.length === 0
        ? typicalReferenceDb(beacons / share)
        : plannedReferenceDb(position, places, site.othersAtMost ?? places.length),
    heardShare: share,
  };
}

function toAssessment({ outOfEarshot, earshot }: Odds): Assessment {
  const { prior } = parameters;
  const llr = Math.min(Math.max(outOfEarshot, -LLR_LIMIT), LLR_LIMIT);
  const nearLlr = Math.min(Math.max(earshot, -LLR_LIMIT), LLR_LIMIT);
  const against = OUT_OF_EARSHOT * exponential(-llr) + prior.earshot * exponential(-nearLlr);
  return { pDesk: rounded(prior.atDesk / (prior.atDesk + against)), llr: rounded(llr) };
}

function ownHeard(desk: string, evidence: Evidence, site: Site, exposureMs: number): Heard {
  const beacon = evidence.beacons[desk];
  const expectedPackets = expected(desk, site, exposureMs);
  if (beacon === undefined || beacon.levelsDb.length === 0) return { packets: 0, expectedPackets };
  return { levelDb: robustMean(beacon.levelsDb), packets: beacon.packets, expectedPackets };
}

/** Others count by their strongest packet: whoever adds weak frames in a neighbour's name changes nothing. */
function otherHeard(desk: string, evidence: Evidence, site: Site, exposureMs: number): Heard {
  const beacon = evidence.beacons[desk];
  const expectedPackets = expected(desk, site, exposureMs) * parameters.otherFrameShare;
  if (beacon === undefined)
    return { packets: 0, expectedPackets: site.othersAtMost === undefined ? expectedPackets : 0 };
  return { levelDb: beacon.strongestDb - strongestBiasDb(beacon), packets: beacon.packets, expectedPackets };
}

/** How far the strongest of n packets lies above their mean: close to σ·√(ln n) for the counts of one call. */
function strongestBiasDb(beacon: BeaconEvidence): number {
  return parameters.strongestBiasDb * Math.sqrt(naturalLog(Math.min(beacon.packets, 20)));
}

function expected(desk: string, site: Site, exposureMs: number): number {
  // advDelay adds 5 ms to the interval on average (Core Vol 6 Part B §4.4.2.2.1).
  return exposureMs / ((site.intervalsMs[desk] ?? site.defaultIntervalMs) + 5);
}

/** The placed beacons that matter most: every strong one that was heard, then the nearest that was not. */
function placedOthers(own: string, at: readonly [number, number], evidence: Evidence, site: Site): readonly string[] {
  const others = Object.keys(site.positionsM).filter((desk) => desk !== own && site.ownDesks.indexOf(desk) < 0);
  const rank = (desk: string): number => {
    const heard = evidence.beacons[desk];
    if (heard !== undefined) return 1000 + heard.strongestDb;
    const [x, y] = site.positionsM[desk] as readonly [number, number];
    return -Math.sqrt((x - at[0]) * (x - at[0]) + (y - at[1]) * (y - at[1]));
  };
  const ranked = others.map((desk) => ({ desk, rank: rank(desk) }));
  ranked.sort((a, b) => b.rank - a.rank || (a.desk < b.desk ? -1 : 1));
  const known = ranked.slice(0, MOST_OTHERS).map(({ desk }) => desk);
  return known;
}

/** Six decimals: enough for any reader, and the same text from every engine. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
