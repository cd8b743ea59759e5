import { type Evidence, exposureAt } from '../evidence/evidence.js';
import { clamp, exponential } from '../math/elementary.js';
import { type CommonTerm, type Heard, unknownCommon } from './likelihood.js';
import { mapAround, mapOdds, ownHeard, type PhoneMap } from './map.js';
import { type Assessment, type Odds, outOfEarshotPrior, rounded } from './odds.js';
import { parameters } from './parameters.js';
import { commonOf, withPhone } from './phone-offset.js';
import { type Reference, referenceOdds, referenceOf } from './reference.js';
import type { Site } from './site.js';

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

/** What is weighed for one own desk: nothing of it depends on the phone. */
interface Weighed {
  readonly own: Heard;
  readonly map: PhoneMap | undefined;
  readonly reference: Reference | undefined;
  /** Since scanning began, however much of it was listened. */
  readonly elapsedMs: number;
  /** Of the places within earshot in `pDesk`. */
  readonly neighbourWeight: number;
}

function assessDesk(desk: string, evidence: Evidence, site: Site, exposureMs: number): Assessment {
  const weighed: Weighed = {
    own: ownHeard(desk, evidence, site, exposureMs),
    map: mapAround(desk, evidence, site, exposureMs),
    reference: referenceOf(desk, evidence, site, exposureMs),
    elapsedMs: exposureMs / Math.max(evidence.scanDuty, 0.01),
    neighbourWeight: site.policy.neighbourWeight ?? 1,
  };
  const unknown = weigh(weighed, unknownCommon);
  return site.phone === undefined ? unknown : withPhone(unknown, weigh(weighed, commonOf(site.phone)));
}

/** Two opinions: the map, which asks where each beacon stands, and the reference, which asks how loud they are together. */
function weigh({ own, map, reference, elapsedMs, neighbourWeight }: Weighed, common: CommonTerm): Assessment {
  const byReference = own.levelDb === undefined ? absenceOdds(own) : referenceOdds(own.levelDb, own, reference, common);
  const price = earlyPrice(elapsedMs);
  if (map === undefined) return toAssessment(byReference, price, neighbourWeight);
  const byMap = mapOdds(map, common);
  const isWalked = reference?.walked !== undefined;
  const referenceShare = isWalked ? parameters.referenceShare.walked : parameters.referenceShare.planned;
  const trust = isWalked ? parameters.walkedTrust : 1;
  const mixed = (ofMap: number, ofReference: number): number =>
    trust * (ofMap + referenceShare * (ofReference - ofMap));
  return toAssessment(
    {
      outOfEarshot: mixed(byMap.outOfEarshot, byReference.outOfEarshot),
      earshot: mixed(byMap.earshot, byReference.earshot),
    },
    price,
    neighbourWeight,
  );
}

/** Nothing of the own desk in a time in which it should have been heard: a Poisson count, discounted for bursts. */
function absenceOdds({ expectedPackets }: Heard): Odds {
  const { survival, countDiscount, countLimitNats } = parameters;
  const nats = -Math.min(expectedPackets * survival * countDiscount, countLimitNats.own);
  return { outOfEarshot: nats, earshot: nats };
}

/** Several looks are several chances to be wrong: an early one, with little heard, has to be surer. */
function earlyPrice(elapsedMs: number): number {
  const { nats, untilMs } = parameters.earlyPrice;
  return nats * Math.max(0, 1 - elapsedMs / untilMs);
}

function toAssessment({ outOfEarshot, earshot }: Odds, price: number, neighbourWeight: number): Assessment {
  const { earshot: nearby, 'at-desk': atDesk } = parameters.prior;
  const llr = limited(outOfEarshot - price);
  const atNeighbours = neighbourWeight * nearby * exponential(-limited(earshot - price));
  const against = outOfEarshotPrior * exponential(-llr) + atNeighbours;
  return { pDesk: rounded(atDesk / (atDesk + against)), llr: rounded(llr) };
}

function limited(nats: number): number {
  return clamp(nats, -LLR_LIMIT, LLR_LIMIT);
}
