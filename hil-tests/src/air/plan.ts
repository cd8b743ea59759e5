/** Positions and walls of the plan the virtual air fills: plane geometry, metres. */

export interface Point {
  readonly xM: number;
  readonly yM: number;
}

/** A straight wall and what a wave loses that goes through it. */
export interface Wall {
  readonly x1M: number;
  readonly y1M: number;
  readonly x2M: number;
  readonly y2M: number;
  /** Loss in dB of one crossing; `drywallLossDb` is a fair assumption for a partition. */
  readonly lossDb: number;
}

/** @returns the distance between two points in metres. */
export function computeDistanceM(a: Point, b: Point): number {
  return Math.hypot(a.xM - b.xM, a.yM - b.yM);
}

/**
 * @returns the loss in dB of all walls the straight line between two points crosses. Touching the end of a wall counts
 *   as crossing; walking along a wall does not.
 */
export function computeWallLossDb(a: Point, b: Point, walls: readonly Wall[]): number {
  let lossDb = 0;
  for (const wall of walls) if (crosses(a, b, wall)) lossDb += wall.lossDb;
  return lossDb;
}

function crosses(a: Point, b: Point, wall: Wall): boolean {
  const start = { xM: wall.x1M, yM: wall.y1M };
  const end = { xM: wall.x2M, yM: wall.y2M };
  const sideOfA = sideOf(a, start, end);
  const sideOfB = sideOf(b, start, end);
  if (sideOfA === 0 && sideOfB === 0) return false;
  const sideOfStart = sideOf(start, a, b);
  const sideOfEnd = sideOf(end, a, b);
  return sideOfA * sideOfB <= 0 && sideOfStart * sideOfEnd <= 0;
}

/** Sign of the cross product: on which side of the line from `from` to `to` the point lies. */
function sideOf(point: Point, from: Point, to: Point): number {
  return Math.sign((to.xM - from.xM) * (point.yM - from.yM) - (to.yM - from.yM) * (point.xM - from.xM));
}
