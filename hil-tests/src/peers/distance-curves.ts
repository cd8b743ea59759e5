/**
 * How peers turn a level into metres (A.3–A.9). Each is monotone, so it moves no ranking; it matters where a peer compares
 * metres with a constant of its own.
 */

/** d = a · q^b + c, with q the quotient of the level and the level at 1 m. */
export interface QuotientCurve {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** AltBeacon's table `model-distance-calculations.json`: four models, the first being its default for all others. */
export const altBeaconCurves = {
  nexus5: { a: 0.42093, b: 6.9476, c: 0.54992 },
  nexus4: { a: 0.42093, b: 6.9476, c: 0.54992 },
  motoXPro: { a: 0.9401940951, b: 6.170094565, c: 0 },
  motoXt1092: { a: 0.1862616782, b: 8.235367435, c: -0.45324519 },
} as const satisfies Readonly<Record<string, QuotientCurve>>;

/** The constants that went around the world: room-assistant, Theengs, OpenMQTTGateway. */
export const classicCurve: QuotientCurve = { a: 0.89976, b: 7.7095, c: 0.111 };

/**
 * A.3: AltBeacon `CurveFittedDistanceCalculator`.
 * @param levelDbm the smoothed level.
 * @param powerAt1mDbm not 0.
 * @returns metres, or `undefined` at a level of 0, for which AltBeacon gives −1.
 * @example quotientDistanceM(classicCurve, -68, -59) // 2.799…
 */
export function quotientDistanceM(
  { a, b, c }: QuotientCurve,
  levelDbm: number,
  powerAt1mDbm: number,
): number | undefined {
  if (levelDbm === 0) return undefined;
  const quotient = levelDbm / powerAt1mDbm;
  return quotient < 1 ? quotient ** 10 : a * quotient ** b + c;
}

/**
 * The log-distance law: d = 10^((power − level) / (10 n)).
 * @param exponent the path-loss exponent n: 2.7 in ESPresense, 3 in Bermuda.
 * @returns metres.
 * @example logDistanceM(-69, -59, 2) // 3.16…
 */
export function logDistanceM(levelDbm: number, powerAt1mDbm: number, exponent: number): number {
  return 10 ** ((powerAt1mDbm - levelDbm) / (10 * exponent));
}

/**
 * A.11: Herald's linear fit of metres to the median level (its distance model with the published coefficients).
 * @returns metres; below 0 for very strong levels.
 */
export function heraldDistanceM(medianDbm: number): number {
  return -17.10208 - 0.266793 * medianDbm;
}
