/**
 * Elementary functions from + − × ÷ alone. `Math.exp` and `Math.log` may differ in the last digit between engines
 * (ECMA-262 §21.3.2 leaves them implementation-approximated); a replayed trace must give the same bytes everywhere.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * Natural exponential.
 * @param x any finite number; below −745 the result is 0, above 709 it is the largest finite number.
 * @returns e^x, dimensionless; relative error below 1e-14.
 * @example exponential(0) // 1
 */
export function exponential(x: number): number {
  if (x < -745) return 0;
  if (x > 709) return Number.MAX_VALUE;
  const k = Math.round(x / LN2_HIGH);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // Taylor by Horner; |r| < 0.347, so the series has converged after r^14/14!.
  let sum = 1;
  for (let n = 14; n >= 1; n -= 1) sum = 1 + (r * sum) / n;
  return scaleByPowerOfTwo(sum, k);
}

/**
 * Natural logarithm.
 * @param x a positive finite number.
 * @returns ln x in nats; absolute error below 1e-14 for 1e-6 < x < 1e6.
 * @throws RangeError when x is not positive and finite.
 * @example naturalLog(1) // 0
 */
export function naturalLog(x: number): number {
  if (!(x > 0) || x > Number.MAX_VALUE) throw new RangeError(`x: expected a finite number above 0, got ${x}`);
  let mantissa = x;
  let k = 0;
  while (mantissa >= 1.4) {
    mantissa /= 2;
    k += 1;
  }
  while (mantissa < 0.7) {
    mantissa *= 2;
    k -= 1;
  }
  // ln m = 2 artanh(s), s = (m − 1)/(m + 1); |s| < 0.177, so the series has converged after s^17. By Horner and written out: a
  // look at the evidence takes a thousand logarithms, and an interpreter pays for every turn of a loop.
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  const tail = 2 / 11 + s2 * (2 / 13 + s2 * (2 / 15 + (s2 * 2) / 17));
  const series = 2 + s2 * (2 / 3 + s2 * (2 / 5 + s2 * (2 / 7 + s2 * (2 / 9 + s2 * tail))));
  return k * LN2_HIGH + (s * series + k * LN2_LOW);
}

/**
 * ln Σ exp(v), without overflow.
 * @param values natural logarithms; may be empty.
 * @returns nats; −745 for an empty list, so that the result is always finite.
 * @example logSumExp([0]) // 0
 */
export function logSumExp(values: readonly number[]): number {
  let largest = -745;
  for (const value of values) if (value > largest) largest = value;
  if (largest === -745) return largest;
  let sum = 0;
  // What lies 40 nats below is no digit of the sum.
  for (const value of values) if (value > largest - 40) sum += exponential(value - largest);
  return largest + naturalLog(sum);
}

/**
 * @returns the value, or the bound that it lies beyond.
 * @example clamp(7, 0, 5) // 5
 */
export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

function scaleByPowerOfTwo(value: number, k: number): number {
  let result = value;
  for (let left = k; left !== 0; ) {
    const step = clamp(left, -30, 30);
    result = step > 0 ? result * (1 << step) : result / (1 << -step);
    left -= step;
  }
  return result;
}
