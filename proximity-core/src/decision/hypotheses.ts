import { levelOf } from '../math/decibels.js';
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

const { linkSdDb } = parameters;

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

interface Ring {
  readonly place: Place;
  readonly radiiM: readonly number[];
  /** Losses of walls to try, dB. */
  readonly lossesDb: readonly number[];
}

/** Around the own desk, metres. */
const rings: readonly Ring[] = [
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
  const beacons = [own, ...others];
  return rings.flatMap((ring) =>
    ring.radiiM.flatMap((radiusM) =>
      directions.flatMap((direction) => hypothesesAt(ring, radiusM, direction, own, beacons)),
    ),
  );
}

/** One place, once for each loss. Logarithms are what an interpreter spends its time on: those that no loss changes are shared. */
function hypothesesAt(
  { place, radiiM, lossesDb }: Ring,
  radiusM: number,
  direction: Point,
  own: Point,
  beacons: readonly Point[],
): readonly Hypothesis[] {
  const weight = parameters.prior[place] / (radiiM.length * lossesDb.length * directions.length);
  const phone: Point = [own[0] + direction[0] * radiusM, own[1] + direction[1] * radiusM];
  const metres = beacons.map((beacon) => distanceM(phone, beacon));
  const freeGainsDb = metres.map(pathGainDb);
  const variancesDb2 = metres.map((m, i) => varianceDb2(place, i === 0 ? linkSdDb.own : linkSdDb.other, m));
  // A wall stands half way between phone and own desk; what stands on the phone's side of it is heard unhindered.
  const isHindered = ([x, y]: Point): boolean =>
    place !== 'wall' || (x - own[0]) * direction[0] + (y - own[1]) * direction[1] < radiusM / 2;
  const behind = (lossDb: number): readonly number[] =>
    freeGainsDb.map((gainDb, i) => (isHindered(beacons[i] as Point) ? gainDb - lossDb : gainDb));
  return lossesDb.map((lossDb) => ({
    place,
    weight,
    gainsDb: lossDb === 0 ? freeGainsDb : behind(lossDb),
    variancesDb2,
  }));
}

function varianceDb2(
  place: Place,
  { near, far }: { readonly near: number; readonly far: number },
  metres: number,
): number {
  const { nearM, farM, behindWall } = linkSdDb;
  const share = metres <= nearM ? 0 : metres >= farM ? 1 : (metres - nearM) / (farM - nearM);
  const freeDb = near + (far - near) * share;
  const sdDb = place === 'wall' ? Math.max(freeDb, behindWall) : freeDb;
  return sdDb * sdDb;
}

/** Free-space path gain relative to 1 m; nearer than 0.3 m the far field ends. */
export function pathGainDb(metres: number): number {
  return -levelOf(Math.max(metres, 0.3));
}
