/** The few statistics that the peers share. */

/**
 * @returns the arithmetic mean, or `undefined` of nothing.
 * @example meanOf([-60, -62]) // -61
 */
export function meanOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The quantile by linear interpolation at position share · (n − 1).
 * @param share 0..1.
 * @returns `undefined` of nothing.
 * @example quantileOf([1, 2, 3], 0.5) // 2
 */
export function quantileOf(values: readonly number[], share: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (position - Math.floor(position)) * (above - below);
}
