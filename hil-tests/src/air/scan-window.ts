/**
 * When a scanner listens, and on which channel: one window per scan interval, from its beginning; the channel advances
 * 37, 38, 39 with every interval (Core Vol 6 Part B §4.4.3), and a scan begins on 37.
 */
import type { ChannelIndex } from './channel.js';

export interface ScanTiming {
  readonly intervalUs: number;
  /** At most `intervalUs`; equal means listening without a pause, but for the change of channel. */
  readonly windowUs: number;
}

/**
 * @param startedAtUs when the scan began.
 * @returns whether the whole of a packet lies inside one window on the given channel. A packet that has begun before the
 *   scanner came to its channel has lost its preamble and is not heard.
 */
export function isInsideWindow(
  scan: ScanTiming & { readonly startedAtUs: number },
  packet: { readonly channelIndex: ChannelIndex; readonly startUs: number; readonly endUs: number },
): boolean {
  const sinceStartUs = packet.startUs - scan.startedAtUs;
  if (sinceStartUs < 0) return false;
  const intervalNumber = Math.floor(sinceStartUs / scan.intervalUs);
  if (packet.channelIndex !== 37 + (intervalNumber % 3)) return false;
  const windowEndUs = scan.startedAtUs + intervalNumber * scan.intervalUs + scan.windowUs;
  return packet.endUs <= windowEndUs;
}

/**
 * What phones ask of their controllers, from AOSP's ScanManager (mobile.md §1.4). A controller of the virtual air may be
 * given one in place of what its host asks: noble can ask for 11.25/11.25 ms only.
 */
export const scanPresets = {
  'android-low-latency': { intervalUs: 100_000, windowUs: 100_000 },
  'android-low-latency-12': { intervalUs: 4_096_000, windowUs: 4_096_000 },
  'android-balanced': { intervalUs: 730_000, windowUs: 183_000 },
  'android-low-power': { intervalUs: 1_400_000, windowUs: 140_000 },
  'android-screen-off': { intervalUs: 10_240_000, windowUs: 512_000 },
} as const satisfies Record<string, ScanTiming>;

export type ScanPreset = keyof typeof scanPresets;
