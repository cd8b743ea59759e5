import { clamp, exponential, naturalLog } from '../math/elementary.js';
import type { Hypothesis } from './hypotheses.js';
import { parameters } from './parameters.js';

const { sensitivityDb, sensitivitySoftnessDb } = parameters;

/** What was heard of one beacon while the receiver listened. */
export interface Heard {
  /** Level the beacon is judged by, dB relative to its power at 1 m; absent when nothing was heard. */
  readonly levelDb?: number;
  /** Packets behind the level. */
  readonly packets: number;
  /** Packets that the scan time would have brought from a beacon beside the phone; 0 makes the count no evidence. */
  readonly expectedPackets: number;
}

/** What of a beacon is the same under every place: computed once, weighed under some two hundred places. */
interface Link {
  /** Level less the mean of the common term, dB; absent when nothing was heard. */
  readonly levelDb: number | undefined;
  /** Variance of the level about the link's mean, dB². */
  readonly packetVarianceDb2: number;
  /** Independent packets that full audibility would bring, and what the count then says, nats. */
  readonly fullCount: number;
  readonly fullCountNats: number;
  readonly countLimitNats: number;
}

/** What shifts all beacons of one second alike: the receiver and how it is carried. */
export interface CommonTerm {
  readonly meanDb: number;
  readonly varianceDb2: number;
}

/** Of a phone of which nothing is known. */
export const unknownCommon: CommonTerm = {
  meanDb: parameters.commonMeanDb,
  varianceDb2: parameters.commonSdDb * parameters.commonSdDb,
};

/** That of a link and its packets. As many links are heard under every place, so it cancels; it keeps their product near 1. */
const USUAL_VARIANCE_DB2 = 64;

/** @param heard per beacon, the own desk first. */
export function prepareLinks(heard: readonly Heard[], common: CommonTerm = unknownCommon): readonly Link[] {
  return heard.map(({ levelDb, packets, expectedPackets }, i) => {
    const countLimitNats = i === 0 ? parameters.countLimitNats.own : parameters.countLimitNats.other;
    const fullCount = expectedPackets * parameters.survival * parameters.countDiscount;
    const looks = clamp(packets, 1, parameters.independentPackets);
    return {
      levelDb: levelDb === undefined ? undefined : levelDb - common.meanDb,
      packetVarianceDb2: (parameters.packetSdDb * parameters.packetSdDb) / looks,
      fullCount,
      fullCountNats: countNats(levelDb !== undefined, fullCount, countLimitNats),
      countLimitNats,
    };
  });
}

/**
 * Log-likelihood of everything heard in one second under one place of the phone. The receiver's offset and the pocket
 * shift all beacons alike: that common term is integrated out in closed form, so that only differences between the
 * beacons, and a weak prior on the level itself, count (decision note §2.3).
 * @param links what was heard, from `prepareLinks`.
 * @param hypothesis the place, its gains and variances in the same order.
 * @returns nats, up to a constant that is the same for every place.
 */
export function logLikelihood(
  links: readonly Link[],
  { place, gainsDb, variancesDb2 }: Pick<Hypothesis, 'place' | 'gainsDb' | 'variancesDb2'>,
  common: CommonTerm = unknownCommon,
): number {
  // Bodies, pockets and fades only take away. At the desk, an own beacon that is louder than expected and a neighbour that is
  // quieter are no evidence against it; anywhere else it is the other way round. So the own beacon alone never speaks
  // against the desk by being louder, nor a neighbour for it.
  const expectedSign = place === 'at-desk' ? 1 : -1;
  let weightSum = 1 / common.varianceDb2;
  let weightedSum = 0;
  let precisions = 1;
  for (let i = 0; i < links.length; i += 1) {
    const { levelDb, packetVarianceDb2 } = links[i] as Link;
    if (levelDb === undefined) continue;
    const precision = 1 / ((variancesDb2[i] as number) + packetVarianceDb2);
    weightSum += precision;
    weightedSum += (levelDb - (gainsDb[i] as number)) * precision;
    precisions *= precision * USUAL_VARIANCE_DB2;
  }
  const commonDb = weightedSum / weightSum;
  let nats = -0.5 * ((commonDb * commonDb) / common.varianceDb2 + naturalLog(weightSum / precisions));
  const fullyHeardDb = sensitivityDb + sensitivitySoftnessDb - common.meanDb;
  for (let i = 0; i < links.length; i += 1) {
    const { levelDb, packetVarianceDb2, fullCount, fullCountNats, countLimitNats } = links[i] as Link;
    const expectedDb = (gainsDb[i] as number) + commonDb;
    if (levelDb !== undefined) {
      const residualDb = (i === 0 ? expectedSign : -expectedSign) * (expectedDb - levelDb);
      if (residualDb > 0) nats -= huberNats(residualDb / Math.sqrt((variancesDb2[i] as number) + packetVarianceDb2));
    }
    // Most beacons are above the ramp, where the count was weighed beforehand: the short way for the hot path.
    nats +=
      expectedDb >= fullyHeardDb
        ? fullCountNats
        : countNats(levelDb !== undefined, fullCount * audibility(expectedDb + common.meanDb), countLimitNats);
  }
  return nats;
}

/** Huber's loss: beyond the limit the cost goes on growing, but in proportion, so that no beacon's influence has no bound. */
function huberNats(deviations: number): number {
  const { residualLimit } = parameters;
  return deviations <= residualLimit
    ? 0.5 * deviations * deviations
    : residualLimit * (deviations - 0.5 * residualLimit);
}

/** Share of the packets of this level that a phone hears: a ramp around its sensitivity, 0..1. */
function audibility(expectedDb: number): number {
  return clamp(0.5 + (expectedDb - sensitivityDb) / (2 * sensitivitySoftnessDb), 0, 1);
}

/** Absence: a Poisson count, discounted for bursts; heard at all, or not at all. */
function countNats(isHeard: boolean, mean: number, limitNats: number): number {
  if (!isHeard) return Math.max(-mean, -limitNats);
  return mean > 1e-3 ? Math.max(naturalLog(1 - exponential(-mean)), -limitNats) : -limitNats;
}
