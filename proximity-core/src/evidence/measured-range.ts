/**
 * A distance that a radio measured by time of flight or phase, as Ultra-Wideband (IEEE 802.15.4z) and Bluetooth Channel
 * Sounding (Core 6.0, Vol 1 Part A §9) give it. Reserved: no event carries one and the decision does not weigh it yet.
 */
export interface MeasuredRange {
  /** Whose beacon. */
  readonly desk: string;
  /** Metres, 0 or more. */
  readonly distanceM: number;
  /** Standard deviation of `distanceM` as the platform states it, metres; absent where it states none. */
  readonly sdM?: number;
  /** What measured it. */
  readonly method: 'uwb' | 'channel-sounding';
}
