import { heardUntil, type Packet } from './peer.js';

/**
 * Bermuda as forked by jleinenbach (commit c76d147): its Kalman filter, which knows time and trusts strong packets more.
 * Its path loss of two slopes is monotone and moves no ranking; dwell states and fingerprints need days of history,
 * which a call has not.
 */

const DEFAULT_POWER_DBM = -55;
/** Variance that the level gains, dB² a second. */
const PROCESS_PER_S = 0.008;
const MEASUREMENT = 4;
const SHORTEST_S = 0.01;
const LONGEST_S = 60;

/**
 * A.8: P⁻ = P + 0.008 dt; the variance of a packet is 4 · 1.5^((power − 10 − r)/10), and no less than half of 4.
 * @param powerAt1mDbm −55 when absent.
 * @returns dBm, or `undefined` before the first packet.
 */
export function timedKalmanAt(
  packets: readonly Packet[],
  atMs: number,
  powerAt1mDbm = DEFAULT_POWER_DBM,
): number | undefined {
  let level: number | undefined;
  let variance = MEASUREMENT;
  let lastMs = 0;
  for (const { tMs, rssiDbm } of heardUntil(packets, atMs)) {
    if (level === undefined) level = rssiDbm;
    else {
      const seconds = Math.min(Math.max((tMs - lastMs) / 1000, SHORTEST_S), LONGEST_S);
      const predicted = variance + PROCESS_PER_S * seconds;
      const ofPacket = MEASUREMENT * Math.max(1.5 ** ((powerAt1mDbm - 10 - rssiDbm) / 10), 0.5);
      const gain = predicted / (predicted + ofPacket);
      level += gain * (rssiDbm - level);
      variance = (1 - gain) * predicted;
    }
    lastMs = tMs;
  }
  return level;
}
