import { classicCurve, quotientDistanceM } from './distance-curves.js';
import { heardUntil, levelsOf, type Packet } from './peer.js';

/** kalmanjs (commit 7d263d6), and room-assistant (ed9a860), which filters with it. */

/** As kalmanjs names them: textbooks call R the measurement's noise and Q the process's (kalmanjs issue 22). */
export interface KalmanNoise {
  /** Variance that the level itself gains from packet to packet, dB². */
  readonly processR: number;
  /** Variance of one packet, dB². */
  readonly measurementQ: number;
}

/** A.4: what the packages ship, and what their texts show. */
export const kalmanNoise = {
  default: { processR: 1, measurementQ: 1 },
  readme: { processR: 0.01, measurementQ: 3 },
  roomAssistantBle: { processR: 0.008, measurementQ: 4 },
  roomAssistantClassic: { processR: 1.4, measurementQ: 1 },
} as const satisfies Readonly<Record<string, KalmanNoise>>;

/** What room-assistant takes where a beacon states no power. */
const DEFAULT_POWER_DBM = -59;

/**
 * A.4: the scalar filter with A = C = 1 and B = 0. It knows no time: two packets a millisecond apart count as two an hour apart.
 * @returns dBm, or `undefined` before the first packet.
 */
export function kalmanAt(
  packets: readonly Packet[],
  atMs: number,
  { processR, measurementQ }: KalmanNoise,
): number | undefined {
  let level: number | undefined;
  let variance = measurementQ;
  for (const rssiDbm of levelsOf(heardUntil(packets, atMs))) {
    if (level === undefined) level = rssiDbm;
    else {
      const predicted = variance + processR;
      const gain = predicted / (predicted + measurementQ);
      level += gain * (rssiDbm - level);
      variance = predicted - gain * predicted;
    }
  }
  return level;
}

/**
 * A.4: room-assistant's distance, rounded to 0.1 m before anything is decided.
 * @param powerAt1mDbm −59 when absent.
 * @returns metres, or `undefined` before the first packet.
 */
export function roomAssistantDistanceM(
  packets: readonly Packet[],
  atMs: number,
  powerAt1mDbm = DEFAULT_POWER_DBM,
): number | undefined {
  const level = kalmanAt(packets, atMs, kalmanNoise.roomAssistantBle);
  const metres = level === undefined ? undefined : quotientDistanceM(classicCurve, level, powerAt1mDbm);
  return metres === undefined ? undefined : Math.round(metres * 10) / 10;
}
