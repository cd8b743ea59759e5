import { decimalLog, exponential } from './elementary.js';

/** Levels add up as amplitudes: 20 dB are a factor of ten. */

/**
 * @param levelDb any finite number.
 * @returns the amplitude, relative to that of 0 dB.
 * @example amplitudeOf(0) // 1
 */
export function amplitudeOf(levelDb: number): number {
  return exponential((levelDb * Math.LN10) / 20);
}

/**
 * @param amplitude above 0.
 * @returns dB.
 * @throws RangeError when the amplitude is not positive and finite.
 * @example levelOf(1) // 0
 */
export function levelOf(amplitude: number): number {
  return 20 * decimalLog(amplitude);
}
