/** What the readers of the trace format ask of a value. */

/** Whether it is a finite number. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && value - value === 0;
}

/** Whether it is a number from `least` to `most`. */
export function isBetween(value: unknown, least: number, most: number): value is number {
  return isNumber(value) && value >= least && value <= most;
}

/** Whether a value is a list of names, at most 1000. */
export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every((item) => typeof item === 'string');
}
