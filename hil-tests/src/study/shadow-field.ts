import { type OfficeParameters, officeParameters } from './parameters.js';
import type { RandomStream } from './random-stream.js';

/** Standard normal field over the plane, correlated as exp(−distance/length) (Gudmundson 1991). */
export type ShadowField = (xM: number, yM: number) => number;

/**
 * Draws a field as a sum of plane waves. In the plane, exp(−d/L) has the spectral density (L²/2π)(1 + k²L²)^(−3/2), whose
 * magnitudes have the distribution function 1 − (1 + k²L²)^(−1/2).
 */
export function drawShadowField(random: RandomStream): ShadowField {
  const { shadowWaves: count, shadowLengthM } = officeParameters;
  const waves = new Float64Array(3 * count);
  for (let i = 0; i < waves.length; i += 3) {
    const tail = 1 - random.uniform();
    const k = Math.sqrt(1 / (tail * tail) - 1) / shadowLengthM;
    const angle = 2 * Math.PI * random.uniform();
    waves[i] = k * Math.cos(angle);
    waves[i + 1] = k * Math.sin(angle);
    waves[i + 2] = 2 * Math.PI * random.uniform();
  }
  const scale = Math.sqrt(2 / count);
  return (xM, yM) => {
    let sum = 0;
    for (let i = 0; i < waves.length; i += 3) {
      sum += Math.cos((waves[i] as number) * xM + (waves[i + 1] as number) * yM + (waves[i + 2] as number));
    }
    return scale * sum;
  };
}

/** @returns sd of the frozen shadow of a link, dB. */
export function shadowSdDb(distanceM: number, { shadowSdDb: sdDb }: OfficeParameters): number {
  const { near, far, nearM, farM } = sdDb;
  return near + (far - near) * Math.min(1, Math.max(0, (distanceM - nearM) / (farM - nearM)));
}
