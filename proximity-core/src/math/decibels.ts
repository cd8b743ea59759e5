import { exponential, naturalLog } from './elementary.js';

/** Levels add up as amplitudes: 20 dB are a factor of ten, and so many a factor of e, a neper (ISO 80000-8, IEC 60027-3). */
const NEPER_DB = 20 / Math.LN10;

/**
 * @param levelDb any finite number.
 * @returns the amplitude, relative to that of 0 dB.
 * @example amplitudeOf(0) // 1
 */
export function amplitudeOf(levelDb: number): number {
  return exponential(levelDb / NEPER_DB);
}

/**
 * @param amplitude above 0.
 * @returns dB.
 * @throws RangeError when the amplitude is not positive and finite.
 * @example levelOf(1) // 0
 */
export function levelOf(amplitude: number): number {
  return NEPER_DB * naturalLog(amplitude);
}
