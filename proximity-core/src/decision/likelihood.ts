import { exponential, logistic, naturalLog } from '../math/elementary.js';
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

/**
 * Log-likelihood of everything heard in one second under one place of the phone. The receiver's offset and the pocket
 * shift all beacons alike: that common term is integrated out in closed form, so that only differences between the
 * beacons, and a weak prior on the level itself, count (decision note §2.3).
 * @param heard per beacon, the own desk first.
 * @param gainsDb expected path gain per beacon, dB relative to 1 m, in the same order.
 * @returns nats, up to a constant that is the same for every place.
 */
export function logLikelihood(heard: readonly Heard[], gainsDb: readonly number[]): number {
  const commonVariance = parameters.commonSdDb * parameters.commonSdDb;
  let weightSum = 1 / commonVariance;
  let weightedSum = 0;
  let normaliser = naturalLog(commonVariance);
  for (let i = 0; i < heard.length; i += 1) {
    const { levelDb, packets } = heard[i] as Heard;
    if (levelDb === undefined) continue;
    const weight = 1 / variance(packets);
    weightSum += weight;
    weightedSum += weight * (levelDb - (gainsDb[i] as number) - parameters.commonMeanDb);
    normaliser -= naturalLog(weight);
  }
  const commonDb = weightedSum / weightSum;
  let nats = -0.5 * (normaliser + naturalLog(weightSum) + (commonDb * commonDb) / commonVariance);
  for (let i = 0; i < heard.length; i += 1) {
    const link = heard[i] as Heard;
    const expectedDb = (gainsDb[i] as number) + parameters.commonMeanDb + commonDb;
    if (link.levelDb !== undefined)
      nats -= 0.5 * boundedSquare((link.levelDb - expectedDb) / Math.sqrt(variance(link.packets)));
    nats += countNats(link, expectedDb);
  }
  return nats;
}

function variance(packets: number): number {
  const looks = Math.min(Math.max(packets, 1), parameters.independentPackets);
  return parameters.linkSdDb * parameters.linkSdDb + (parameters.packetSdDb * parameters.packetSdDb) / looks;
}

/** Huber-like: beyond the limit a residual grows no further. */
function boundedSquare(residual: number): number {
  return Math.min(residual * residual, parameters.residualLimit * parameters.residualLimit);
}

/** Absence: a Poisson count whose mean is how many packets this place would let through, discounted for bursts. */
function countNats({ levelDb, expectedPackets }: Heard, expectedDb: number): number {
  const audible = logistic((expectedDb - parameters.sensitivityDb) / parameters.sensitivitySoftnessDb);
  const mean = expectedPackets * parameters.survival * parameters.countDiscount * audible;
  const nats =
    levelDb === undefined
      ? -mean
      : mean > 1e-9
        ? naturalLog(1 - exponential(-mean) + 1e-9)
        : -parameters.countLimitNats;
  return Math.max(nats, -parameters.countLimitNats);
}
