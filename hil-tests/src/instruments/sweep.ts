import type { Attenuator } from './attenuator.js';

export interface SweepOptions {
  readonly attenuator: Pick<Attenuator, 'setAttenuation'>;
  /** In the order in which they are set, rising. */
  readonly attenuationsDb: readonly number[];
  /** Listens once. @returns the level of each packet heard, in dBm. */
  readonly readLevels: () => Promise<readonly number[]>;
}

export interface SweepPoint {
  readonly attenuationDb: number;
  readonly heard: number;
  /** Mean of the levels heard, in dBm; absent when nothing was. */
  readonly meanDbm?: number;
  /** Standard deviation of one packet, in dB; absent for fewer than two. */
  readonly deviationDb?: number;
}

export interface SweepFit {
  readonly levelAt0Dbm: number;
  /** dB of level per dB of attenuation: −1 where nothing but the attenuator changes. */
  readonly slope: number;
  /** The largest distance of a point from the line, in dB. */
  readonly worstDb: number;
}

const MOST_POINTS = 1_000;
/** Where more than this share of the packets is lost, those still heard are the stronger ones, and their mean is too high. */
const MOST_LOST = 0.2;

/**
 * Sets each attenuation in turn and reads the levels that are left, up to and including the first at which nothing is heard.
 * @throws whatever attenuator or source throw.
 */
export async function sweepAttenuation(options: SweepOptions): Promise<readonly SweepPoint[]> {
  const points: SweepPoint[] = [];
  for (const attenuationDb of options.attenuationsDb) {
    await options.attenuator.setAttenuation(attenuationDb);
    const levelsDbm = await options.readLevels();
    points.push(summarise(attenuationDb, levelsDbm));
    if (levelsDbm.length === 0) break;
  }
  return points;
}

/**
 * @param fromDb first attenuation. @param toDb last, inclusive where a step falls on it.
 * @param stepDb more than 0. @returns the attenuations between, in dB.
 * @throws {RangeError} for a step that does not advance, or more than 1000 points.
 * @example
 * planSteps(0, 1, 0.25) // [0, 0.25, 0.5, 0.75, 1]
 */
export function planSteps(fromDb: number, toDb: number, stepDb: number): readonly number[] {
  if (!(stepDb > 0)) throw new RangeError(`stepDb: expected more than 0, got ${stepDb}`);
  // A sum of steps that cannot be written in binary may fall short of the end by a hair.
  const count = Math.floor((toDb - fromDb) / stepDb + 1e-9) + 1;
  if (!(count >= 1 && count <= MOST_POINTS))
    throw new RangeError(`expected 1 to ${MOST_POINTS} points, got ${fromDb} to ${toDb} by ${stepDb}`);
  return Array.from({ length: count }, (_, index) => Number((fromDb + index * stepDb).toFixed(6)));
}

/**
 * The straight line through the points at which (nearly) everything was heard, by least squares, each point counting as one.
 * @returns nothing for fewer than two such points.
 */
export function fitSweep(points: readonly SweepPoint[]): SweepFit | undefined {
  const most = Math.max(...points.map(({ heard }) => heard));
  const whole = points.flatMap(({ attenuationDb: x, meanDbm: y, heard }) =>
    y === undefined || heard < most * (1 - MOST_LOST) ? [] : [{ x, y }],
  );
  const middleX = mean(whole.map(({ x }) => x));
  const middleY = mean(whole.map(({ y }) => y));
  const variance = mean(whole.map(({ x }) => (x - middleX) ** 2));
  if (!(variance > 0)) return undefined;
  const slope = mean(whole.map(({ x, y }) => (x - middleX) * (y - middleY))) / variance;
  const levelAt0Dbm = middleY - slope * middleX;
  const worstDb = Math.max(...whole.map(({ x, y }) => Math.abs(y - levelAt0Dbm - slope * x)));
  return { levelAt0Dbm, slope, worstDb };
}

function summarise(attenuationDb: number, levelsDbm: readonly number[]): SweepPoint {
  const heard = levelsDbm.length;
  if (heard === 0) return { attenuationDb, heard };
  const meanDbm = mean(levelsDbm);
  if (heard === 1) return { attenuationDb, heard, meanDbm };
  const squares = levelsDbm.map((levelDbm) => (levelDbm - meanDbm) ** 2);
  return { attenuationDb, heard, meanDbm, deviationDb: Math.sqrt((mean(squares) * heard) / (heard - 1)) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
