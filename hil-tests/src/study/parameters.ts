/**
 * Every number of the study's office, each with its source. "Note" is the project's research note on the near/away decision:
 * §1.3 lists what was measured or published, §4 what an honest simulator uses and which recordings its output is compared
 * with. An assumption is called one. None is taken from the decision under study, and none was changed after its result
 * was seen; the fading was fitted to the recordings' figures (`checks.ts`) and to nothing else.
 */

/** How a phone is carried. */
export type Carriage = 'lying' | 'hand' | 'pocket' | 'back-turned';

export interface CarriageParameters {
  /** Loss common to all links: mean and standard deviation, dB; never below 0. */
  readonly lossDb: number;
  readonly lossSdDb: number;
  /** Loss straight through the owner's body against the loss averaged over all directions of the compass: see `bodies.ts`. */
  readonly bodyDb: number;
  /** Part of a link alone (antenna pattern, fingers), sd, dB. */
  readonly linkSdDb: number;
  /** Factor on the Rician K. */
  readonly ricianFactor: number;
}

export const officeParameters = {
  /** Two bands of rooms, along a corridor where there is one (0: none). */
  floor: {
    /** Note §4: desks 1.6 m apart; rows 1.3 m apart face to face and 3.5 m back to back. `seat`: towards the chair, along y. */
    deskPitchM: 1.6,
    rows: [
      { yM: 1, seat: -1 },
      { yM: 2.3, seat: 1 },
      { yM: 5.8, seat: -1 },
      { yM: 7.1, seat: 1 },
    ],
    /** Assumptions, all of the rest: depths, columns of desks in a room, rooms for meetings, which have no desk. */
    bandM: 8.1,
    corridorM: 2,
    roomColumns: [2, 3, 4, 6, 8],
    meetingRoomM: 4,
    meetingShare: 0.25,
    anchorPitchM: 8,
    /** Phones away from their desk, in the building: within this of some desk. Here they may be anywhere. */
    strollFromDeskM: Number.POSITIVE_INFINITY,
  },
  /** Where a phone is at its own desk: from the beacon. Note §4: 0.3–0.9 m; assumption: pocket and turned back are further off. */
  atDesk: {
    reachM: { lying: [0.3, 0.9], hand: [0.3, 0.9], pocket: [0.4, 1], 'back-turned': [0.5, 1] },
    /** Assumptions: in front of the owner or beside, hardly behind the beacon; the chair; how far the owner turns, sd. */
    aroundSeatRad: 1.6,
    seatFromBeaconM: 0.65,
    handTurnSdRad: 0.7,
    backTurnSdRad: 0.35,
  },
  /** Note §4: neighbour 1.5–2.6 m, room 4–12 m, gone 20–40 m. The next room: 2–3 m behind drywall. Seen from above. */
  away: {
    neighbourM: [1.5, 2.6],
    neighbourReachM: [0.2, 0.8],
    nextRoomM: [2, 3],
    roomM: [4, 12],
    aboveM: [0, 6],
    goneM: [20, 40],
  },

  /** Note §4: −59 dBm at 1 m. */
  powerAt1mDbm: -59,
  /** Assumption: what a beacon sends and what its calibration byte says differ by this, sd. */
  beaconPowerSdDb: 2,
  /** Assumption: place on the floor plan and place on the desk differ by 20 cm, in any direction. */
  planErrorM: 0.2,

  /** Per office. Note §1.3: 1.85 (Strzoda, 1–5 m), 2.4 (living room), ITU/COST line of sight 1.6–1.8. */
  pathLossExponent: [1.7, 2.3],
  /** Note §1.3, Strzoda: −84.1 dBm at 10 m, −90.8 dBm at 16 m, n = 3.3; ITU/COST obstructed 2.5–3.5. */
  breakpointM: 8,
  exponentBeyond: 3,
  /** Assumption: nearer than this the far field's law says nothing. */
  nearestM: 0.2,
  /** Assumption, per office: one drywall partition. Note §4 adds 6 dB for another part of the building. */
  drywallLossDb: [3, 8],
  /** Per office, assumption after ITU-R P.1238 (15 dB for one office floor at 2 GHz), sd. */
  slabLossDb: 15,
  slabLossSdDb: 3,
  /** Assumption: outer walls and coated windows. */
  facadeLossDb: 12,
  floorHeightM: 3.2,

  /** Frozen shadow of a link. Note §1.3: 3–6 dB indoors, so 3 below 1 m and 5 from 4 m, linear between. */
  shadowSdDb: { near: 3, far: 5, nearM: 1, farM: 4 },
  /** Share of its variance that follows the place of the beacon, and over which length (Gudmundson 1991, indoors: metres). */
  shadowFieldShare: 0.5,
  shadowLengthM: 2.5,
  shadowWaves: 16,

  /**
   * Note §4: loss 0 / 3±2 / 8±4 dB and direction 2 / 3 / 4 dB for desk, hand and pocket; K halved in the pocket. A body of
   * b dB has an sd of 0.36 b over directions (`bodies.ts`), so 5, 8 and 10 dB leave 0.8, 0.8 and 1.6 dB for the link alone.
   * Note §1.3: turning the body at 1.83 m moves the mean by 7–14 dB in a conference room.
   */
  carriages: {
    lying: { lossDb: 0, lossSdDb: 0, bodyDb: 5, linkSdDb: 0.8, ricianFactor: 1 },
    hand: { lossDb: 3, lossSdDb: 2, bodyDb: 8, linkSdDb: 0.8, ricianFactor: 1 },
    pocket: { lossDb: 8, lossSdDb: 4, bodyDb: 10, linkSdDb: 1.6, ricianFactor: 0.5 },
    'back-turned': { lossDb: 3, lossSdDb: 2, bodyDb: 14, linkSdDb: 1.6, ricianFactor: 0.5 },
  } satisfies Readonly<Record<Carriage, CarriageParameters>>,
  /** Note §4: lying on the desk, in the hand, in the pocket. */
  carriageMix: { lying: 0.5, hand: 0.2, pocket: 0.3 },
  /** A body differs from the next by this share of its loss, sd. Assumption. */
  bodySpread: 0.25,

  /** Other people. Assumptions: share of desks with somebody at them, metres² per person standing or walking. */
  occupiedShare: 0.6,
  standingPerM2: 1 / 30,
  /** Half the width of a body, m, and its loss where a link goes through its middle; "up to 15 dB and more" (note §1.3). */
  bodyHalfWidthM: 0.3,
  passerLossDb: 6,
  passerLossSdDb: 3,
  /** Many bodies in a row: the field goes round them. Assumption. */
  passersAtMostDb: 14,
  /** Bodies further from the phone than this shadow narrow sectors and are left out. Assumption. */
  passersWithinM: 7,

  /** Note §1.3: 551 phone models. Taken with mean 0: a shift common to all phones is no information. */
  receiverOffsetSdDb: 4.4,
  /** Gain of the three channels against each other, sd. Note §1.3: spread 2.6 dB median in an anechoic room. */
  channelGainSdDb: 1.6,
  /** Rician K (linear) at distances, linear between. Note §4: 4 / 2 / 0.5; at 2 m the recordings are matched better by 1.5. */
  ricianK: [
    { distanceM: 0.9, k: 4 },
    { distanceM: 2, k: 1.5 },
    { distanceM: 4, k: 0.5 },
  ],
  /** Behind a wall, a slab or a body no direct wave is left over a scattered one. Note §1.3: −3 dB. */
  obstructedK: 0.5,
  /**
   * Power of the scattered waves: frozen for the call, slow and fast. Note §4 has half frozen and one time of 0.8 s, and says
   * that its correlation in time is too long; two times fit the recordings better.
   */
  scatter: { frozenShare: 0.5, slowShare: 0.15, slowTauMs: 800, fastShare: 0.35, fastTauMs: 70 },
  /** Note §4: 1.5 dB, and 1–2 dB in the literature. */
  packetNoiseSdDb: 1.8,
  /** Note §4. */
  sensitivityDbm: -94,
  sensitivityEdgeDb: 1,

  /** Note §3: 100 ms and advDelay of 0–10 ms. */
  intervalMs: 100,
  advDelayMs: 10,
  /** Note §3: a full PDU lasts 0.376 ms; capture from 12 dB. */
  airtimeMs: 0.376,
  captureDb: 12,
  /** Gilbert–Elliott: share lost while the air is quiet and while it is busy, mean length of a busy time. Assumptions. */
  quietLoss: 0.04,
  busyLoss: 0.75,
  busyMs: 120,
  /** Share of packets lost on average, drawn per call. Note §1.3: 13 % to 40 % (Strzoda). */
  lossShare: [0.13, 0.4],
  /** Peers' note, D: jumps of 20–30 dB are seen on phones. */
  spikeDb: [20, 30],

  /** Assumption: from the push to the first listening. */
  scanDelayMs: [5, 60],
  deadlineMs: 1500,
} as const;

/** The same shape with any numbers. */
type Widen<T> = T extends number ? number : T extends boolean ? boolean : { readonly [K in keyof T]: Widen<T[K]> };
export type OfficeParameters = Widen<typeof officeParameters>;

/**
 * Another style of office: desks throughout, so that behind every partition there are desks and a phone that is away lies or
 * goes near some desk. Its channel is the note's §4 as it stands, with the traits of the office above: drywall, bodies that
 * shadow a sector, bursts, unequal beacons, a plan that is wrong.
 */
export const gridParameters: OfficeParameters = {
  ...officeParameters,
  floor: { ...officeParameters.floor, corridorM: 0, meetingShare: 0, strollFromDeskM: 0.8 },
  /** Note §4: 20 log d at all distances, link shadow of 3 dB, each link for itself. */
  pathLossExponent: [2, 2],
  exponentBeyond: 2,
  shadowSdDb: { near: 3, far: 3, nearM: 1, farM: 4 },
  shadowFieldShare: 0,
  /** Note §4: 6 dB for another part of the building; assumption: 3 dB more or less by the office. */
  drywallLossDb: [3, 9],
  ricianK: [
    { distanceM: 0.9, k: 4 },
    { distanceM: 2, k: 2 },
    { distanceM: 4, k: 0.5 },
  ],
  /** Note §4: half frozen, half in one time of 0.8 s. */
  scatter: { frozenShare: 0.5, slowShare: 0.5, slowTauMs: 800, fastShare: 0, fastTauMs: 70 },
  packetNoiseSdDb: 1.5,
};

/** The office with bodies that shadow each link for itself: the same spread over directions (0.36 b), nothing in common. */
export const withoutSectors: OfficeParameters = {
  ...officeParameters,
  carriages: {
    lying: withoutSector(officeParameters.carriages.lying),
    hand: withoutSector(officeParameters.carriages.hand),
    pocket: withoutSector(officeParameters.carriages.pocket),
    'back-turned': withoutSector(officeParameters.carriages['back-turned']),
  },
  occupiedShare: 0,
  standingPerM2: 0,
};

function withoutSector(carriage: CarriageParameters): CarriageParameters {
  return { ...carriage, bodyDb: 0, linkSdDb: Math.hypot(carriage.linkSdDb, 0.36 * carriage.bodyDb) };
}
