/**
 * The numbers of the first decision rule. Each is an assumption about phones and rooms, taken from published
 * measurements (named beside it), not fitted to any recording.
 */
export const parameters = {
  /** Offset of the receiver and loss of hand or pocket together: common to all beacons of the same second. */
  commonMeanDb: -3,
  /** 4.4 dB over 551 phone models (GAEN calibration table), 4–6 dB between ways of carrying (PACT). */
  commonSdDb: 6,
  /**
   * Frozen shadowing, direction and unequal power of one link: 3–6 dB indoors, more the further it is (decision note, §1.3), and
   * what the coarse grid of places and an inexact plan add. From `nearM` to `farM` it grows in proportion to the distance.
   */
  linkSdDb: { own: { near: 5, far: 8 }, other: { near: 5, far: 11 }, behindWall: 7.5, nearM: 1, farM: 4 },
  /** One packet about the link's mean: 4.0–4.6 dB over three channels (PACT static pcaps), more behind a wall. */
  packetSdDb: 5,
  /** What unproven frames in the own desk's name may add to the level of its proven ones: about their standard error. */
  unprovenAtMostDb: 2,
  /** Packets of one second are correlated: no more independent looks than this. */
  independentPackets: 7,
  /** The strongest of n packets lies about this, times √(ln n), above their mean. */
  strongestBiasDb: 3.6,
  /** A link further off than this many standard deviations costs in proportion, not in squares (Huber 1964). */
  residualLimit: 3,
  /** Of the packets that a count expects, the share that counts as independent; losses come in bursts. */
  countDiscount: 0.4,
  /** A beacon's count weighs at most so much, nats: the own desk's, another's. */
  countLimitNats: { own: 3, other: 1 },
  /** A phone knows every frame of its own desk and only one of the two of any other. */
  otherFrameShare: 0.5,
  /** Packets that survive collisions and Wi-Fi. */
  survival: 0.8,
  /** Weakest level a phone hears: −94 dBm (datasheets −92…−99), relative to −59 dBm at 1 m. */
  sensitivityDb: -35,
  /** From nothing heard to everything heard: this far below and above. */
  sensitivitySoftnessDb: 6,
  /**
   * The own desk against all other beacons together (`reference.ts`). Levels at the desk, within earshot and further from the
   * research note's simulator (§4: 0.3–0.9 m, 1.5–2.6 m, 2–12 m and a wall); spreads from its link shadow, direction and unequal
   * power. What walls and people take of a whole floor's sum was read off the study's second office, and is no more than that.
   */
  reference: {
    atDeskDb: 4,
    earshotDb: -8,
    awayDb: -16,
    /** Of the own link, and of the sum of all others, about what is expected. */
    ownSdDb: 7,
    levelSdDb: 4.2,
    /** Added while few of the others have been heard, times the share that is missing. */
    thinVarianceDb2: 40,
    floorDb: -10,
    planLossDb: 3.5,
    /** Without a plan: so much from so many beacons, and less with each halving. */
    typicalDb: 14,
    typicalBeacons: 40,
    perHalvingDb: 3,
    /** However quiet the others are, no pocket takes more: beacons that are switched off must not speak for the desk. */
    leastShiftDb: -12,
    limitNats: 6,
  },
  /** Weight of the reference against the map, where there is a map: one drawn by a plan, or measured in a walk. */
  referenceShare: { planned: 0.5, walked: 0.25 },
  /** Loss of an interior wall towards 2.4 GHz: one sheet of plasterboard, two, brick. */
  wallLossesDb: [3, 6, 9],
  /** How likely a call finds its phone at the desk, within earshot of it, and further: a site's habit, not a fact. */
  prior: { 'at-desk': 0.5, earshot: 0.2, room: 0.12, wall: 0.13, gone: 0.05 },
  /**
   * Silence needs e^2.6 ≈ 13 : 1 against being out of earshot; with the prior above, 22 : 1. A wrong silence delays a call by
   * `ringAfterMs`; a needless ring is heard beside the desk phone's …
   */
  silenceNats: 2.6,
  /** … and e^2.1 more where the host cannot ring late, for then the error is a missed call and not a delay. */
  silenceNatsWithoutLateRing: 4.7,
  /** … and the own desk must be likelier than all other places together, the neighbour's among them. */
  silenceProbability: 0.6,
  /**
   * A walk tells links so exactly that their errors, which have people and furniture in common, count as if each were its own: at the
   * same share of false silence the ratio is 1.6 times as large as without a walk (study, stratum `calibrated`).
   */
  walkedTrust: 0.6,
  /** Taken off every ratio earlier than `untilMs` after the scan began, in proportion, so that the best of several looks keeps the bound. */
  earlyPrice: { nats: 1, untilMs: 1000 },
  /** Below this the phone rings before the deadline. */
  ringNats: -5,
  /** Looks, ms after the call. The deadline is the last look. */
  looksMs: [250, 500, 1000],
  /** The first look that may ring: before it, one missing packet is no evidence. */
  earliestRingMs: 500,
  minimumPackets: 2,
  minimumSlots: 2,
} as const;
