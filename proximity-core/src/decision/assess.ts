import { withFingerprints } from '../calibration/fingerprints.js';
import { commonOf, withPhone } from '../calibration/phone-offset.js';
import { type BeaconEvidence, type Evidence, exposureAt } from '../evidence/evidence.js';
import { robustMean } from '../evidence/robust-level.js';
import { exponential, logSumExp, naturalLog } from '../math/elementary.js';
import { type Hypothesis, placedHypotheses, unplacedHypotheses } from './hypotheses.js';
import { type CommonTerm, type Heard, logLikelihood, prepareLinks, unknownCommon } from './likelihood.js';
import { parameters } from './parameters.js';
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

function assessDesk(desk: string, evidence: Evidence, site: Site, exposureMs: number): Assessment {
  const { heard, hypotheses } = weighedAt(desk, evidence, site, exposureMs);
  const unknown = weigh(heard, hypotheses, unknownCommon);
  return site.phone === undefined ? unknown : withPhone(unknown, weigh(heard, hypotheses, commonOf(site.phone)));
}

/** What was heard, the own desk first, and what each place would let a phone hear, in the same order. */
export function weighedAt(
  desk: string,
  evidence: Evidence,
  site: Site,
  exposureMs: number,
): { readonly heard: readonly Heard[]; readonly hypotheses: readonly Hypothesis[] } {
  const own = ownHeard(desk, evidence, site, exposureMs);
  const position = site.positionsM[desk];
  const placed = position === undefined ? [] : placedOthers(desk, position, evidence, site);
  if (position !== undefined && placed.length > 0) {
    const heard = [own, ...placed.map((other) => otherHeard(other, evidence, site, exposureMs))];
    const points = placed.map((other) => site.positionsM[other] as readonly [number, number]);
    return { heard, hypotheses: withFingerprints(placedHypotheses(position, points), desk, placed, site) };
  }
  const strongest = strongestOthers(desk, evidence, site);
  return strongest === undefined
    ? { heard: [own], hypotheses: withFingerprints(unplacedHypotheses(false), desk, [], site) }
    : {
        heard: [own, { levelDb: strongest, packets: 3, expectedPackets: 0 }],
        hypotheses: unplacedHypotheses(true),
      };
}

function weigh(heard: readonly Heard[], hypotheses: readonly Hypothesis[], common: CommonTerm): Assessment {
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
  const near = logSumExp(atDesk);
  const far = logSumExp(outOfEarshot);
  const llr = near - naturalLog(prior.atDesk) - (far - naturalLog(prior.room + prior.wall + prior.gone));
  const all = logSumExp([near, logSumExp(earshot), far]);
  return { pDesk: rounded(exponential(near - all)), llr: rounded(Math.min(Math.max(llr, -LLR_LIMIT), LLR_LIMIT)) };
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
  if (beacon === undefined) return { packets: 0, expectedPackets: site.isRecordWhole ? expectedPackets : 0 };
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

/** Mean of the three strongest others, dB, where no plan says who they are. */
function strongestOthers(own: string, evidence: Evidence, site: Site): number | undefined {
  const levels: number[] = [];
  for (const [desk, beacon] of Object.entries(evidence.beacons)) {
    if (desk !== own && site.ownDesks.indexOf(desk) < 0) levels.push(beacon.strongestDb - strongestBiasDb(beacon));
  }
  if (levels.length === 0) return undefined;
  const top = levels.sort((a, b) => b - a).slice(0, 3);
  return top.reduce((sum, level) => sum + level, 0) / top.length;
}

/** Six decimals: enough for any reader, and the same text from every engine. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
