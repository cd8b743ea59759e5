import { type OfficeParameters, officeParameters } from './parameters.js';
import type { RandomStream } from './random-stream.js';

/**
 * Fading of one link on channels 37, 38 and 39, each by itself: a direct wave, scattered waves that stay as they are for
 * the whole call, and scattered waves that change, slowly (people walk) and fast (hands, a swinging body, the air itself).
 * The changing ones are complex Ornstein–Uhlenbeck processes, taken on from packet to packet.
 */
export interface LinkFading {
  /** Per channel, what does not change: real and imaginary part, and gain against the other channels, dB. */
  readonly frozenRe: Float64Array;
  readonly frozenIm: Float64Array;
  readonly gainDb: Float64Array;
  /** Per channel and time constant: real, imaginary part. */
  readonly moving: Float64Array;
  readonly lastMs: Float64Array;
  readonly slowAmplitude: number;
  readonly fastAmplitude: number;
  readonly slowTauMs: number;
  readonly fastTauMs: number;
}

const CHANNELS = 3;

/**
 * Draws the fading of one link.
 * @param ricianK power of the direct wave over the scattered ones, linear.
 */
export function drawLinkFading(
  ricianK: number,
  random: RandomStream,
  { scatter, channelGainSdDb }: OfficeParameters = officeParameters,
): LinkFading {
  const { frozenShare, slowShare, fastShare, slowTauMs, fastTauMs } = scatter;
  const scattered = 1 / (ricianK + 1);
  const direct = Math.sqrt(ricianK * scattered);
  // A complex normal of mean power p has parts of variance p/2 each.
  const frozen = Math.sqrt((frozenShare * scattered) / 2);
  const fading: LinkFading = {
    frozenRe: new Float64Array(CHANNELS),
    frozenIm: new Float64Array(CHANNELS),
    gainDb: new Float64Array(CHANNELS),
    moving: new Float64Array(4 * CHANNELS),
    lastMs: new Float64Array(CHANNELS).fill(Number.NEGATIVE_INFINITY),
    slowAmplitude: Math.sqrt((slowShare * scattered) / 2),
    fastAmplitude: Math.sqrt((fastShare * scattered) / 2),
    slowTauMs,
    fastTauMs,
  };
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    fading.frozenRe[channel] = direct + frozen * random.normal();
    fading.frozenIm[channel] = frozen * random.normal();
    fading.gainDb[channel] = channelGainSdDb * random.normal();
  }
  return fading;
}

/**
 * Takes one channel of a link on to an instant, which must not be before the last one asked for on it.
 * @param channel 0, 1 or 2.
 * @returns power against the link's mean, dB.
 */
export function fadingAt(fading: LinkFading, channel: number, atMs: number, random: RandomStream): number {
  const { slowTauMs, fastTauMs } = fading;
  const sinceMs = atMs - (fading.lastMs[channel] as number);
  fading.lastMs[channel] = atMs;
  const { moving } = fading;
  const i = 4 * channel;
  advance(moving, i, Math.exp(-sinceMs / slowTauMs), random);
  advance(moving, i + 2, Math.exp(-sinceMs / fastTauMs), random);
  const re =
    (fading.frozenRe[channel] as number) +
    fading.slowAmplitude * (moving[i] as number) +
    fading.fastAmplitude * (moving[i + 2] as number);
  const im =
    (fading.frozenIm[channel] as number) +
    fading.slowAmplitude * (moving[i + 1] as number) +
    fading.fastAmplitude * (moving[i + 3] as number);
  return (fading.gainDb[channel] as number) + 10 * Math.log10(Math.max(1e-5, re * re + im * im));
}

/** One step of two standard Ornstein–Uhlenbeck processes; kept = 0 draws afresh. */
function advance(moving: Float64Array, i: number, kept: number, random: RandomStream): void {
  const fresh = Math.sqrt(1 - kept * kept);
  moving[i] = kept * (moving[i] as number) + fresh * random.normal();
  moving[i + 1] = kept * (moving[i + 1] as number) + fresh * random.normal();
}

/** @returns the Rician K (linear) of a link with a clear direct wave. */
export function ricianKAt(distanceM: number, { ricianK: knots }: OfficeParameters = officeParameters): number {
  const [first, last] = [knots[0], knots[knots.length - 1] as (typeof knots)[number]];
  if (distanceM <= first.distanceM) return first.k;
  for (let i = 1; i < knots.length; i += 1) {
    const [from, to] = [knots[i - 1] as (typeof knots)[number], knots[i] as (typeof knots)[number]];
    if (distanceM <= to.distanceM)
      return from.k + ((to.k - from.k) * (distanceM - from.distanceM)) / (to.distanceM - from.distanceM);
  }
  return last.k;
}
