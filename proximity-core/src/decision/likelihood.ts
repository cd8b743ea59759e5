import { exponential, naturalLog } from '../math/elementary.js';
import { parameters } from './parameters.js';

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
  /** 1/variance of the level, 1/dB². */
  readonly weight: number;
  /** Independent packets that full audibility would bring. */
  readonly fullCount: number;
  readonly fullCountNats: number;
}

export interface Links {
  readonly links: readonly Link[];
  /** Σ weights and the prior's, 1/dB². */
  readonly weightSum: number;
}

/** @param heard per beacon, the own desk first. */
export function prepareLinks(heard: readonly Heard[]): Links {
  let weightSum = 1 / COMMON_VARIANCE;
  const links = heard.map(({ levelDb, packets, expectedPackets }) => {
    const weight = 1 / variance(packets);
    if (levelDb !== undefined) weightSum += weight;
    const fullCount = expectedPackets * parameters.survival * parameters.countDiscount;
    const isHeard = levelDb !== undefined;
    const fullCountNats = countNats(isHeard, fullCount);
    return {
      levelDb: levelDb === undefined ? undefined : levelDb - parameters.commonMeanDb,
      weight,
      fullCount,
      fullCountNats,
    };
  });
  return { links, weightSum };
}

/**
 * Log-likelihood of everything heard in one second under one place of the phone. The receiver's offset and the pocket
 * shift all beacons alike: that common term is integrated out in closed form, so that only differences between the
 * beacons, and a weak prior on the level itself, count (decision note §2.3).
 * @param prepared what was heard.
 * @param gainsDb expected path gain per beacon, dB relative to 1 m, in the order of `prepareLinks`.
 * @returns nats, up to a constant that is the same for every place.
 */
export function logLikelihood({ links, weightSum }: Links, gainsDb: readonly number[]): number {
  let weightedSum = 0;
  for (let i = 0; i < links.length; i += 1) {
    const { levelDb, weight } = links[i] as Link;
    if (levelDb !== undefined) weightedSum += weight * (levelDb - (gainsDb[i] as number));
  }
  const commonDb = weightedSum / weightSum;
  let nats = (-0.5 * (commonDb * commonDb)) / COMMON_VARIANCE;
  for (let i = 0; i < links.length; i += 1) {
    const link = links[i] as Link;
    const expectedDb = (gainsDb[i] as number) + commonDb;
    if (link.levelDb !== undefined) {
      const residual = link.levelDb - expectedDb;
      // Huber-like: beyond the limit a residual grows no further.
      nats -= 0.5 * Math.min(link.weight * residual * residual, RESIDUAL_LIMIT_SQUARE);
    }
    const audible = audibility(expectedDb + parameters.commonMeanDb);
    nats += audible === 1 ? link.fullCountNats : countNats(link.levelDb !== undefined, link.fullCount * audible);
  }
  return nats;
}

const COMMON_VARIANCE = parameters.commonSdDb * parameters.commonSdDb;
const RESIDUAL_LIMIT_SQUARE = parameters.residualLimit * parameters.residualLimit;

function variance(packets: number): number {
  const looks = Math.min(Math.max(packets, 1), parameters.independentPackets);
  return parameters.linkSdDb * parameters.linkSdDb + (parameters.packetSdDb * parameters.packetSdDb) / looks;
}

/** Share of the packets of this level that a phone hears: a ramp around its sensitivity, 0..1. */
function audibility(expectedDb: number): number {
  const share = 0.5 + (expectedDb - parameters.sensitivityDb) / (2 * parameters.sensitivitySoftnessDb);
  return share >= 1 ? 1 : share <= 0 ? 0 : share;
}

/** Absence: a Poisson count, discounted for bursts; heard at all, or not at all. */
function countNats(isHeard: boolean, mean: number): number {
  if (!isHeard) return Math.max(-mean, -parameters.countLimitNats);
  return mean > 1e-3
    ? Math.max(naturalLog(1 - exponential(-mean)), -parameters.countLimitNats)
    : -parameters.countLimitNats;
}
