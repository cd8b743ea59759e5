import type { CallEvent, TraceHeader } from '@deskbeacon/proximity-core';
import { drawFloorPlan, type FloorPlan } from './floor.js';
import { type Beacon, drawLinks } from './links.js';
import { type Carriage, officeParameters } from './parameters.js';
import { type Placement, place, type StudyClass } from './placement.js';
import { presentPackets } from './platform.js';
import { createRandomStream, type RandomStream } from './random-stream.js';
import { drawPackets, type Packet } from './reception.js';
import { drawScanPlan } from './scan-plan.js';
import type { Setting } from './setting.js';

/** Which call: with the setting, this is all that its packets depend on. */
export interface CallKey {
  readonly seed: number;
  /** Thresholds are set on one set of calls and tried on the other. */
  readonly set: 'threshold' | 'trial';
  readonly studyClass: StudyClass;
  readonly index: number;
}

/** One call, as the decision gets it, and the truth beside it. */
export interface OfficeCall {
  readonly header: TraceHeader;
  readonly events: readonly CallEvent[];
  readonly ownDesk: string;
  readonly carriage: Carriage;
  readonly scanStartMs: number;
  readonly placement: Placement;
  readonly packets: readonly Packet[];
}

/**
 * Draws one call in an office of its own. The same key gives the same call, on every machine with the same mathematical
 * library.
 */
export function generateCall(setting: Setting, key: CallKey): OfficeCall {
  const { seed, set, studyClass, index } = key;
  const random = createRandomStream(seed, 'study', set, studyClass, index);
  const plan = drawFloorPlan(Math.ceil(setting.desksInBuilding / 2), random);
  const placement = place(plan, studyClass, random);
  const nameOf = drawNames(random);
  const ownDesk = nameOf(placement.ownDesk);
  const beacons = equip(plan, placement.ownDesk, nameOf, setting, random);
  const scan = drawScanPlan(setting.scan, setting.lossShare, random);
  const links = drawLinks(plan, beacons, ownDesk, placement, setting, random);
  const packets = drawPackets(links, scan, setting, random);
  const header: TraceHeader = {
    call: `${studyClass}-${set}-${seed}-${index}`,
    desks: [ownDesk],
    host: {
      canHoldRing: true,
      canRingLate: true,
      ...(setting.countsRangingCycles ? { countsRangingCycles: true } : {}),
    },
    site: {
      powerAt1mDbm: officeParameters.powerAt1mDbm,
      intervalMs: officeParameters.intervalMs,
      ...(setting.arePositionsKnown ? { desksM: surveyOf(beacons, random) } : {}),
    },
  };
  const events: readonly CallEvent[] = [
    { t: 0, event: 'call', deadlineMs: officeParameters.deadlineMs },
    { t: scan.startMs, event: 'scan-started', mode: setting.scan.mode },
    ...presentPackets(packets, scan.startMs, setting.platform),
    { t: officeParameters.deadlineMs, event: 'end' },
  ];
  return { header, events, ownDesk, carriage: placement.carriage, scanStartMs: scan.startMs, placement, packets };
}

/** Which desks have a beacon, on both floors. */
function equip(
  plan: FloorPlan,
  own: number,
  nameOf: (ordinal: number) => string,
  setting: Setting,
  random: RandomStream,
): readonly Beacon[] {
  const beacons: Beacon[] = [];
  let ordinal = 0;
  for (const floor of [0, 1] as const) {
    for (const { xM, yM } of plan.desks) {
      const isEquipped = random.uniform() < setting.equippedShare;
      if (isEquipped || ordinal === own) beacons.push({ name: nameOf(ordinal), xM, yM, floor });
      ordinal += 1;
    }
  }
  if (!setting.hasAnchors) return beacons;
  for (const floor of [0, 1] as const) {
    for (const { xM, yM } of plan.anchors) {
      beacons.push({ name: nameOf(ordinal), xM, yM, floor });
      ordinal += 1;
    }
  }
  return beacons;
}

/** More names than a building has beacons, and a prime, so that every multiple is another name. */
const NAMES = 9973;

/** Names in an order drawn per call, so that none tells who stands beside whom. */
function drawNames(random: RandomStream): (ordinal: number) => string {
  const step = 1 + Math.floor(random.uniform() * (NAMES - 1));
  const first = Math.floor(random.uniform() * NAMES);
  return (ordinal) => `d-${(first + step * ordinal) % NAMES}`;
}

/**
 * What the floor plan says: each place 20 cm wrong. It is the plan of the own floor; a plane has no room for another, so
 * the beacons above have no known place.
 */
function surveyOf(
  beacons: readonly Beacon[],
  random: RandomStream,
): Readonly<Record<string, readonly [number, number]>> {
  const placesM: Record<string, readonly [number, number]> = {};
  for (const { name, xM, yM, floor } of beacons) {
    const angle = 2 * Math.PI * random.uniform();
    if (floor !== 0) continue;
    placesM[name] = [
      toCentimetre(xM + officeParameters.planErrorM * Math.cos(angle)),
      toCentimetre(yM + officeParameters.planErrorM * Math.sin(angle)),
    ];
  }
  return placesM;
}

function toCentimetre(metres: number): number {
  return Math.round(metres * 100) / 100;
}
