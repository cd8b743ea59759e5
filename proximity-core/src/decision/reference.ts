import { decimalLog, exponential } from '../math/elementary.js';
import { parameters } from './parameters.js';

/** How much likelier the evidence is at the own desk than elsewhere, nats: ln of likelihood ratios. */
export interface Odds {
  readonly outOfEarshot: number;
  readonly earshot: number;
}

type Point = readonly [number, number];

const { reference: REFERENCE, commonSdDb } = parameters;
const FLOOR = exponential((REFERENCE.floorDb * Math.LN10) / 20);

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
  for (const levelDb of levelsDb) amplitude += exponential((levelDb * Math.LN10) / 20);
  return 20 * decimalLog(amplitude);
}

/**
 * The level that a plan lets a phone at its desk expect, by free space and what walls and people between take of it.
 * @param own place of the own desk, metres.
 * @param others places of all other beacons, metres.
 * @param atMost the nearest that count, where a record keeps only the strongest.
 * @returns dB relative to one beacon at 1 m.
 */
export function plannedReferenceDb(own: Point, others: readonly Point[], atMost: number): number {
  const amplitudes = others.map(
    ([x, y]) => 1 / Math.max(0.3, Math.sqrt((x - own[0]) * (x - own[0]) + (y - own[1]) * (y - own[1]))),
  );
  amplitudes.sort((a, b) => b - a);
  const sum = amplitudes.slice(0, atMost).reduce((total, amplitude) => total + amplitude, 0);
  return 20 * decimalLog(FLOOR + sum * exponential((REFERENCE.planLossDb * -Math.LN10) / 20));
}

/**
 * The level to expect where no plan tells it. Fewer beacons heard mean fewer beacons near, or a receiver that hears less: half
 * of it is taken for the one, half for the other.
 * @param beacons other beacons heard, those that would still have come in a full second included.
 */
export function typicalReferenceDb(beacons: number): number {
  const { typicalDb, perHalvingDb, typicalBeacons } = REFERENCE;
  const halvings = Math.max(0, decimalLog(typicalBeacons / Math.max(1, beacons)) / decimalLog(2));
  return typicalDb - perHalvingDb * halvings;
}

/**
 * Share of the beacons in reach of which a packet has come.
 * @param expectedPackets of each, 0 or more.
 * @returns 0.2..1: after less than that, nobody can say.
 */
export function heardShare(expectedPackets: number): number {
  const arriving = expectedPackets * parameters.survival * parameters.otherFrameShare;
  return Math.max(0.2, 1 - exponential(-arriving));
}

export interface Reference {
  /** Level of all others together, and what it should be at the desk, dB relative to one beacon at 1 m. */
  readonly levelDb: number;
  readonly expectedDb: number;
  /** Share of the others of which a packet has come so far, 0..1. */
  readonly heardShare: number;
}

/**
 * The own desk's level against all others together: two normal laws with one covariance, so the ratio is linear in both levels
 * and never turns. Without others, the own level stands alone against a receiver of unknown offset.
 * @param ownDb level of the own desk, dB relative to 1 m.
 * @param packets behind it, 1 or more.
 */
export function referenceOdds(ownDb: number, packets: number, reference: Reference | undefined): Odds {
  const { atDeskDb, earshotDb, awayDb, ownSdDb, levelSdDb, thinVarianceDb2, leastShiftDb } = REFERENCE;
  const { packetSdDb, independentPackets } = parameters;
  const common = commonSdDb * commonSdDb;
  const ownVariance = common + ownSdDb * ownSdDb + (packetSdDb * packetSdDb) / Math.min(packets, independentPackets);
  const own = ownDb - parameters.commonMeanDb;
  let slope = 1 / ownVariance;
  let shift = 0;
  if (reference !== undefined) {
    const levelVariance = common + levelSdDb * levelSdDb + thinVarianceDb2 * (1 - reference.heardShare);
    const determinant = ownVariance * levelVariance - common * common;
    const excessDb = reference.levelDb - reference.expectedDb - parameters.commonMeanDb;
    slope = levelVariance / determinant;
    shift = (common * Math.max(excessDb, leastShiftDb)) / determinant;
  }
  const against = (elsewhereDb: number): number => {
    const nats = (atDeskDb - elsewhereDb) * (slope * (own - (atDeskDb + elsewhereDb) / 2) - shift);
    return Math.min(Math.max(nats, -REFERENCE.limitNats), REFERENCE.limitNats);
  };
  return { outOfEarshot: against(awayDb), earshot: against(earshotDb) };
}
