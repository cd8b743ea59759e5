/**
 * Every number of the radio channel, each with its source.
 *
 * "decision.md" is the project's research note on the near/away decision: §1.3 lists what was measured or published,
 * §4 what the honest simulator uses and how its output compares with recordings. An assumption is called one.
 */

/** How a phone is carried. `back-turned`: held, with the body between the phone and the desk. */
export type Pose = 'desk' | 'hand' | 'pocket' | 'back-turned';

export const poses: readonly Pose[] = ['desk', 'hand', 'pocket', 'back-turned'];

export interface PoseParameters {
  /** Loss common to all links of one placement: mean, in dB. */
  readonly carriageLossDb: number;
  /** Its standard deviation between placements, in dB. The drawn loss is never below 0. */
  readonly carriageLossSdDb: number;
  /** Part that differs from link to link, as the body shadows one direction more than another: sd in dB. */
  readonly directionSdDb: number;
  /** Factor on the Rician K: a body in the way weakens the direct wave. */
  readonly ricianKFactor: number;
}

export interface ChannelParameters {
  readonly pathLossExponent: number;
  readonly powerAt1mDbm: number;
  readonly minimumDistanceM: number;
  readonly linkShadowSdDb: number;
  readonly receiverOffsetSdDb: number;
  readonly poses: Readonly<Record<Pose, PoseParameters>>;
  /** Rician K (linear power ratio) at distances, linear between, constant outside. */
  readonly ricianKByDistance: readonly { readonly distanceM: number; readonly k: number }[];
  /** Share of the scattered power that changes with time; the rest is frozen for a placement. */
  readonly timeVaryingShare: number;
  readonly scatterTauMs: number;
  readonly scatterModes: number;
  readonly packetNoiseSdDb: number;
  readonly sensitivityDbm: number;
  readonly sensitivityEdgeDb: number;
  readonly captureDb: number;
  readonly advertisingDelayMaxUs: number;
  readonly nonScannableGapUs: number;
  readonly scannableGapUs: number;
}

export const defaultChannelParameters: ChannelParameters = {
  // decision.md §4 (literature and measurements 1.2–2.4).
  pathLossExponent: 2.0,
  // decision.md §4: RSSI = -59 - 20 log10 d. Also iBeacon's customary calibration value.
  powerAt1mDbm: -59,
  // Assumption: nearer than this the far-field law says nothing.
  minimumDistanceM: 0.1,
  // decision.md §4; §1.3: 3–6 dB typical indoors at 2.4 GHz.
  linkShadowSdDb: 3,
  // decision.md §1.3: GAEN table of 551 Android models. Taken with mean 0: a common shift is no information.
  receiverOffsetSdDb: 4.4,
  poses: {
    // decision.md §4: carriage loss 0 / 3±2 / 8±4 dB, direction-dependent part 2 / 3 / 4 dB, K halved in the pocket.
    desk: { carriageLossDb: 0, carriageLossSdDb: 0, directionSdDb: 2, ricianKFactor: 1 },
    hand: { carriageLossDb: 3, carriageLossSdDb: 2, directionSdDb: 3, ricianKFactor: 1 },
    pocket: { carriageLossDb: 8, carriageLossSdDb: 4, directionSdDb: 4, ricianKFactor: 0.5 },
    // Assumption from §1.3, body rotation at 1.83 m: range of the mean over 8 angles 7–14 dB in a conference room.
    'back-turned': { carriageLossDb: 10, carriageLossSdDb: 3, directionSdDb: 4, ricianKFactor: 0.5 },
  },
  // decision.md §4: K = 4 / 2 / 0.5 (6 / 3 / -3 dB) for near 0.3–0.9 m, neighbour 1.5–2.6 m, room from 4 m.
  ricianKByDistance: [
    { distanceM: 0.9, k: 4 },
    { distanceM: 2.0, k: 2 },
    { distanceM: 4.0, k: 0.5 },
  ],
  // decision.md §4: frozen : time-varying 50:50, Ornstein–Uhlenbeck with tau 0.8 s.
  timeVaryingShare: 0.5,
  scatterTauMs: 800,
  // Number of keyed waves that make the time-varying part (channel.ts explains): accuracy against time.
  scatterModes: 24,
  // decision.md §4; rounding to 1 dB follows it.
  packetNoiseSdDb: 1.5,
  // decision.md §4: datasheets -92…-99 dBm; soft edge of 1 dB.
  sensitivityDbm: -94,
  sensitivityEdgeDb: 1,
  // decision.md §3: co-channel C/I typically 12–14 dB (Microchip, TI).
  captureDb: 12,
  // Core specification Vol 6 Part B §4.4.2.2.1: advDelay is 0–10 ms.
  advertisingDelayMaxUs: 10_000,
  // Assumptions: time between the end of a PDU and the next one's start on the following channel. The Core
  // specification (Vol 6 Part B §4.4.2.3) only bounds start to start by 10 ms. After a scannable PDU the advertiser listens
  // for T_IFS 150 µs and the 176 µs of a SCAN_REQ before it moves on.
  nonScannableGapUs: 200,
  scannableGapUs: 400,
};

/** Loss of one drywall partition in dB: an assumption, equal to what decision.md §4 adds for "gone". */
export const drywallLossDb = 6;

/**
 * @param dataLength length of the AD structures in octets, 0..31.
 * @returns the time on air in µs of one legacy advertising PDU at 1 Mbit/s: preamble 1, access address 4, header 2,
 *   AdvA 6, data, CRC 3 octets (Core specification Vol 6 Part B §2.1): 376 µs for 31 octets.
 */
export function computeAirtimeUs(dataLength: number): number {
  return (1 + 4 + 2 + 6 + dataLength + 3) * 8;
}
