import { levelOf } from '../math/decibels.js';
import { clamp } from '../math/elementary.js';
import { parameters } from './parameters.js';
import { distanceM, type Point } from './plan.js';

/** Where the phone might be, told apart by what a wrong silence would cost there. */
export type Place = 'at-desk' | 'earshot' | 'room' | 'wall' | 'gone';

export interface Hypothesis {
  readonly place: Place;
  /** Share of the prior, 0..1; all hypotheses of one own desk sum to 1. */
  readonly weight: number;
  /** Expected path gain per beacon in the order asked for, dB relative to 1 m. */
  readonly gainsDb: readonly number[];
  /** How far a link may stay off that, as a variance, dB². */
  readonly variancesDb2: readonly number[];
}

/** Unit vectors of eight directions, from √ alone: no engine may differ in a cosine. */
const D = Math.sqrt(0.5);
const directions: readonly Point[] = [
  [1, 0],
  [D, D],
  [0, 1],
  [-D, D],
  [-1, 0],
  [-D, -D],
  [0, -1],
  [D, -D],
];

/** Rings around the own desk, metres, with the losses to try. */
const rings: readonly { place: Place; radiiM: readonly number[]; lossesDb: readonly number[] }[] = [
  { place: 'at-desk', radiiM: [0.3, 0.5, 0.8], lossesDb: [0] },
  { place: 'earshot', radiiM: [1.3, 1.7, 2.2, 2.8], lossesDb: [0] },
  { place: 'room', radiiM: [4, 6, 9, 13], lossesDb: [0] },
  { place: 'wall', radiiM: [1.5, 2.5, 4, 7], lossesDb: parameters.wallLossesDb },
  { place: 'gone', radiiM: [25, 45], lossesDb: [12] },
];

/**
 * All places where the phone might be, with what each would let it hear.
 * @param own the own desk's place, metres.
 * @param others places of the other beacons, metres, in the order in which gains are wanted after the own.
 */
export function placedHypotheses(own: Point, others: readonly Point[]): readonly Hypothesis[] {
  const hypotheses: Hypothesis[] = [];
  for (const { place, radiiM, lossesDb } of rings) {
    const weight = parameters.prior[place] / (radiiM.length * lossesDb.length * directions.length);
    for (const radiusM of radiiM) {
      for (const lossDb of lossesDb) {
        for (const direction of directions) {
          hypotheses.push({ place, weight, ...linksFrom(place, own, others, radiusM, lossDb, direction) });
        }
      }
    }
  }
  return hypotheses;
}

function linksFrom(
  place: Place,
  own: Point,
  others: readonly Point[],
  radiusM: number,
  lossDb: number,
  direction: Point,
): Pick<Hypothesis, 'gainsDb' | 'variancesDb2'> {
  const phone: Point = [own[0] + direction[0] * radiusM, own[1] + direction[1] * radiusM];
  const gainsDb = [pathGainDb(radiusM) - lossDb];
  const variancesDb2 = [varianceDb2(place, parameters.linkSdDb.own, radiusM)];
  for (const other of others) {
    // A wall stands half way between phone and own desk; what stands on the phone's side of it is heard unhindered.
    const along = (other[0] - own[0]) * direction[0] + (other[1] - own[1]) * direction[1];
    const isBehindWall = place !== 'wall' || along < radiusM / 2;
    const otherM = distanceM(phone, other);
    gainsDb.push(pathGainDb(otherM) - (isBehindWall ? lossDb : 0));
    variancesDb2.push(varianceDb2(place, parameters.linkSdDb.other, otherM));
  }
  return { gainsDb, variancesDb2 };
}

function varianceDb2(
  place: Place,
  { near, far }: { readonly near: number; readonly far: number },
  metres: number,
): number {
  const { nearM, farM, behindWall } = parameters.linkSdDb;
  const share = clamp((metres - nearM) / (farM - nearM), 0, 1);
  const sdDb = near + (far - near) * share;
  return square(place === 'wall' ? Math.max(sdDb, behindWall) : sdDb);
}

/** Free-space path gain relative to 1 m; nearer than 0.3 m the far field ends. */
export function pathGainDb(metres: number): number {
  return -levelOf(Math.max(metres, 0.3));
}

function square(value: number): number {
  return value * value;
}
