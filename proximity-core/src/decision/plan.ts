/** A place in the plan, metres. */
export type Point = readonly [number, number];

/** @returns metres. */
export function distanceM(a: Point, b: Point): number {
  return Math.sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]));
}
