import type { LinkMatrix } from './link-matrix.js';

/** A place on a map that nobody drew: metres, turned and mirrored as chance would have it. */
export interface Placed {
  readonly beacon: string;
  readonly xM: number;
  readonly yM: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  /** Share of the distances' squares that the map does not show (Kruskal's stress-1, 0..1): 0.1 is good, above 0.3 it is a guess. */
  readonly stress: number;
}

/** Indoors a level falls by about 30 dB in ten times the distance (ITU-R P.1238, offices at 2.4 GHz: 28 to 30). */
const PATH_LOSS_EXPONENT = 3;
const NEAREST_M = 0.5;
const FARTHEST_M = 60;
const STARTS = 8;
const ROUNDS = 300;

/**
 * Lays beacons out so that their distances fit the levels of their links: stress majorisation (SMACOF; de Leeuw 1977), each link weighed
 * by its inverse squared distance, for a level is as wrong in decibels far away as near. What has no link to the rest is left out.
 * @param powersDbm what each beacon is received with at 1 m.
 */
export function layOut(matrix: LinkMatrix, powersDbm: ReadonlyMap<string, number>): Layout {
  const { beacons, distances } = distancesOf(matrix, powersDbm);
  const pairs = pairsOf(beacons, distances);
  if (pairs.length === 0) return { placed: [], stress: 0 };
  let best: { readonly places: Point[]; readonly stress: number } | undefined;
  for (let start = 0; start < STARTS; start += 1) {
    const places = majorise(startPlaces(beacons.length, start), pairs);
    const stress = stressOf(places, pairs);
    if (best === undefined || stress < best.stress) best = { places, stress };
  }
  const { places, stress } = best as { places: Point[]; stress: number };
  return { placed: beacons.map((beacon, i) => ({ beacon, ...(places[i] as Point) })), stress };
}

interface Point {
  readonly xM: number;
  readonly yM: number;
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distanceM: number;
  readonly weight: number;
}

/** Both ways of a link count together, in decibels. */
function distancesOf(matrix: LinkMatrix, powersDbm: ReadonlyMap<string, number>) {
  const losses = new Map<string, number[]>();
  for (const { from, to, rssiDbm } of matrix.links) {
    const power = powersDbm.get(to);
    if (power === undefined) continue;
    const key = [from, to].sort().join('\n');
    losses.set(key, [...(losses.get(key) ?? []), power - rssiDbm]);
  }
  const distances = new Map<string, number>();
  for (const [key, both] of losses) {
    const lossDb = both.reduce((sum, one) => sum + one, 0) / both.length;
    const metres = 10 ** (lossDb / (10 * PATH_LOSS_EXPONENT));
    distances.set(key, Math.min(FARTHEST_M, Math.max(NEAREST_M, metres)));
  }
  const linked = largestIsland(distances);
  return { beacons: linked, distances };
}

/** A map of two halves that do not hear each other would show nothing of how they lie. */
function largestIsland(distances: ReadonlyMap<string, number>): readonly string[] {
  const near = new Map<string, string[]>();
  for (const key of distances.keys()) {
    const [a = '', b = ''] = key.split('\n');
    near.set(a, [...(near.get(a) ?? []), b]);
    near.set(b, [...(near.get(b) ?? []), a]);
  }
  let largest: readonly string[] = [];
  const seen = new Set<string>();
  for (const first of near.keys()) {
    if (seen.has(first)) continue;
    const island = [first];
    seen.add(first);
    for (const one of island)
      for (const next of near.get(one) ?? [])
        if (!seen.has(next)) {
          seen.add(next);
          island.push(next);
        }
    if (island.length > largest.length) largest = island;
  }
  return [...largest].sort();
}

function pairsOf(beacons: readonly string[], distances: ReadonlyMap<string, number>): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const [a, one] of beacons.entries()) {
    for (const [b, other] of beacons.entries()) {
      const distanceM = a < b ? distances.get(`${one}\n${other}`) : undefined;
      if (distanceM !== undefined) pairs.push({ a, b, distanceM, weight: 1 / distanceM ** 2 });
    }
  }
  return pairs;
}

/** On a spiral, turned with each start: the same matrix gives the same map. */
function startPlaces(count: number, start: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = i * (2.4 + start * 0.37);
    const radiusM = 2 + 3 * Math.sqrt(((i * (start + 1)) % count) + 1);
    return { xM: radiusM * Math.cos(angle), yM: radiusM * Math.sin(angle) };
  });
}

function majorise(start: Point[], pairs: readonly Pair[]): Point[] {
  let places = start;
  for (let round = 0; round < ROUNDS; round += 1) {
    const sums = places.map(() => ({ xM: 0, yM: 0, weight: 0 }));
    for (const { a, b, distanceM, weight } of pairs) {
      pull(sums, places, a, b, distanceM, weight);
      pull(sums, places, b, a, distanceM, weight);
    }
    places = sums.map(({ xM, yM, weight }) => ({ xM: xM / weight, yM: yM / weight }));
  }
  return places;
}

/** Adds to `a` where `b` wants it to be: at the right distance, in the direction in which it is. */
function pull(
  sums: { xM: number; yM: number; weight: number }[],
  places: readonly Point[],
  a: number,
  b: number,
  distanceM: number,
  weight: number,
): void {
  const [from, to, sum] = [places[b] as Point, places[a] as Point, sums[a]];
  if (sum === undefined) return;
  const present = Math.max(1e-6, Math.hypot(to.xM - from.xM, to.yM - from.yM));
  const factor = distanceM / present;
  sum.xM += weight * (from.xM + (to.xM - from.xM) * factor);
  sum.yM += weight * (from.yM + (to.yM - from.yM) * factor);
  sum.weight += weight;
}

function stressOf(places: readonly Point[], pairs: readonly Pair[]): number {
  let missed = 0;
  let all = 0;
  for (const { a, b, distanceM, weight } of pairs) {
    const [one, other] = [places[a] as Point, places[b] as Point];
    missed += weight * (Math.hypot(one.xM - other.xM, one.yM - other.yM) - distanceM) ** 2;
    all += weight * distanceM ** 2;
  }
  return Math.sqrt(missed / all);
}
