import type { CallEvent, TraceHeader } from '@deskbeacon/proximity-core';
import type { CallKey, OfficeCall } from './call-key.js';
import type { FloorPlan } from './floor.js';
import { type Beacon, drawLinks, type SharedParts } from './links.js';
import { officeParameters } from './parameters.js';
import type { Placement } from './placement.js';
import { presentPackets } from './platform.js';
import type { RandomStream } from './random-stream.js';
import { drawPackets } from './reception.js';
import { drawScanPlan } from './scan-plan.js';
import type { Setting } from './setting.js';

export function nameCall({ seed, set, studyClass, index }: CallKey): string {
  return `${studyClass}-${set}-${seed}-${index}`;
}

/** What one reception depends on. */
export interface Reception {
  readonly setting: Setting;
  readonly plan: FloorPlan;
  readonly beacons: readonly Beacon[];
  readonly placement: Placement;
  readonly ownDesk: string;
  readonly random: RandomStream;
  readonly name: string;
  readonly shared?: SharedParts;
}

type Known = Pick<TraceHeader, 'site' | 'phone'>;

/**
 * Draws what a phone receives in one scan, as a call.
 * @param knownOf what the header says of site and phone, beside power and interval.
 */
export function receive(reception: Reception, knownOf: (site: NonNullable<TraceHeader['site']>) => Known): OfficeCall {
  const { setting, plan, beacons, placement, ownDesk, random, name, shared } = reception;
  const scan = drawScanPlan(setting.scan, setting.lossShare, random);
  const links = drawLinks(plan, beacons, ownDesk, placement, setting, random, shared);
  const packets = drawPackets(links, scan, setting, random);
  const header: TraceHeader = {
    call: name,
    desks: [ownDesk],
    host: {
      canHoldRing: true,
      canRingLate: true,
      ...(setting.countsRangingCycles ? { countsRangingCycles: true } : {}),
    },
    ...knownOf({ powerAt1mDbm: officeParameters.powerAt1mDbm, intervalMs: officeParameters.intervalMs }),
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
export function equip(
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
export function drawNames(random: RandomStream): (ordinal: number) => string {
  const step = 1 + Math.floor(random.uniform() * (NAMES - 1));
  const first = Math.floor(random.uniform() * NAMES);
  return (ordinal) => `d-${(first + step * ordinal) % NAMES}`;
}

/**
 * What the floor plan says: each place 20 cm wrong. It is the plan of the own floor; a plane has no room for another, so
 * the beacons above have no known place.
 */
export function surveyOf(
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
