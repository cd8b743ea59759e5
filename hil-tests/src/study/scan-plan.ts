import { officeParameters } from './parameters.js';
import type { RandomStream } from './random-stream.js';

/** When the receiver listens and on which channel, and when the air is busy. Milliseconds from the call. */
export interface ScanPlan {
  readonly startMs: number;
  readonly endMs: number;
  /** @returns 0, 1, 2 for channel 37, 38, 39; −1 while the receiver does not listen. */
  readonly channelAt: (atMs: number) => number;
  /** @returns the share of packets that disturbances take at that moment; ask in ascending order or not, it is the same. */
  readonly lossAt: (atMs: number) => number;
}

/** A scan begins with its window; each interval is on the next channel (Core Vol 6 Part B §4.4.3). */
export function drawScanPlan(
  scan: { readonly windowMs: number; readonly intervalMs: number },
  lossRange: readonly [number, number],
  random: RandomStream,
): ScanPlan {
  const { scanDelayMs, deadlineMs } = officeParameters;
  const startMs = Math.round(scanDelayMs[0] + (scanDelayMs[1] - scanDelayMs[0]) * random.uniform());
  const firstChannel = Math.floor(3 * random.uniform());
  const lossShare = lossRange[0] + (lossRange[1] - lossRange[0]) * random.uniform();
  return {
    startMs,
    endMs: deadlineMs,
    channelAt: (atMs) => {
      const interval = Math.floor((atMs - startMs) / scan.intervalMs);
      if (interval < 0 || atMs >= deadlineMs) return -1;
      return atMs - startMs - interval * scan.intervalMs < scan.windowMs ? (firstChannel + interval) % 3 : -1;
    },
    lossAt: drawBursts(lossShare, deadlineMs, random),
  };
}

/**
 * Loss in bursts (Gilbert 1960, Elliott 1963) in continuous time: quiet and busy take turns, each for an exponential time.
 * @param lossShare packets lost on average, 0..1. Outside the range that two states can give, the states give way.
 */
export function drawBursts(lossShare: number, untilMs: number, random: RandomStream): (atMs: number) => number {
  const quietLoss = Math.min(officeParameters.quietLoss, lossShare);
  const busyLoss = Math.max(officeParameters.busyLoss, lossShare);
  const busyShare = (lossShare - quietLoss) / (busyLoss - quietLoss);
  const { busyMs } = officeParameters;
  const quietMs = busyShare > 0 ? (busyMs * (1 - busyShare)) / busyShare : Number.POSITIVE_INFINITY;
  let isBusy = random.uniform() < busyShare;
  const startsBusy = isBusy;
  const changesMs: number[] = [];
  for (let atMs = 0; atMs < untilMs; isBusy = !isBusy) {
    atMs += -Math.log(1 - random.uniform()) * (isBusy ? busyMs : quietMs);
    changesMs.push(atMs);
  }
  return (atMs) => {
    let passed = 0;
    while (passed < changesMs.length && (changesMs[passed] as number) <= atMs) passed += 1;
    return (passed % 2 === 0) === startsBusy ? busyLoss : quietLoss;
  };
}
