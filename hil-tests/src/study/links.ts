import { drawOwnBodyDb, drawPassers, ownBodyLossDb, passersLossDb } from './bodies.js';
import { drawLinkFading, type LinkFading, ricianKAt } from './fading.js';
import { countWalls, type FloorPlan, roomAt } from './floor.js';
import type { Office } from './office.js';
import { type OfficeParameters, officeParameters } from './parameters.js';
import type { Placement } from './placement.js';
import type { RandomStream } from './random-stream.js';
import { uniformBetween } from './random-stream.js';
import type { Setting } from './setting.js';
import { drawShadowField, shadowSdDb } from './shadow-field.js';

/** A beacon of the building. */
export interface Beacon {
  /** Name in the trace: tells nothing of where the beacon is. */
  readonly name: string;
  readonly xM: number;
  readonly yM: number;
  readonly floor: 0 | 1;
}

/** A beacon as the phone gets it in this call. */
export interface Link {
  readonly beacon: Beacon;
  readonly isOwn: boolean;
  /** Level without fading, dBm: what competes in a collision. */
  readonly meanDbm: number;
  readonly ricianK: number;
}

/** What a call does not draw for itself. */
export interface SharedParts {
  readonly office: Office;
  readonly receiverDb: number;
}

/** Links weaker than this by their mean are never heard: a fade upward of more than 12 dB does not happen. */
const NEVER_HEARD_DBM = officeParameters.sensitivityDbm - 12;

const FAR_BELOW_DBM = NEVER_HEARD_DBM - 4 * officeParameters.shadowSdDb.far;

/**
 * Draws the mean level of every beacon of the building at the phone: an office, its walls, its people and a phone, all
 * fresh. They belong to this call alone, so that calls are independent of each other; unless an office and a phone are
 * given that calls share.
 */
export function drawLinks(
  plan: FloorPlan,
  beacons: readonly Beacon[],
  ownName: string,
  placement: Placement,
  setting: Setting,
  random: RandomStream,
  shared?: SharedParts,
): readonly Link[] {
  const p = setting.office;
  const { phone, carriage, bodyAngle, ownDesk } = placement;
  const { lossDb, lossSdDb, linkSdDb, ricianFactor } = p.carriages[carriage];
  const exponent = shared?.office.pathLossExponent ?? uniformBetween(random, p.pathLossExponent);
  const drywallDb = shared?.office.drywallDb ?? uniformBetween(random, p.drywallLossDb);
  const slabDb = shared?.office.slabDb ?? p.slabLossDb + p.slabLossSdDb * random.normal();
  const carriageDb = Math.max(0, lossDb + lossSdDb * random.normal());
  const receiverDb = shared?.receiverDb ?? setting.receiverOffsetSdDb * random.normal();
  const bodyDb = drawOwnBodyDb(p, carriage, random);
  const passers = drawPassers(p, plan, phone, phone.floor === 0 ? ownDesk : undefined, random);
  const field = shared === undefined ? drawShadowField(random) : undefined;
  const isOutside = roomAt(plan, phone.xM, phone.yM) === undefined;
  const commonDb = receiverDb - carriageDb - (isOutside ? p.facadeLossDb : 0);
  const fieldShare = Math.sqrt(p.shadowFieldShare);
  const ownShare = Math.sqrt(1 - p.shadowFieldShare);

  return beacons.map((beacon) => {
    const { xM, yM, floor, name } = beacon;
    const dx = xM - phone.xM;
    const dy = yM - phone.yM;
    const dz = (floor - phone.floor) * p.floorHeightM;
    const distanceM = Math.max(p.nearestM, Math.sqrt(dx * dx + dy * dy + dz * dz));
    const walls = countWalls(plan, phone.xM, phone.yM, xM, yM);
    const wallsDb = walls * drywallDb + (dz === 0 ? 0 : slabDb);
    const ownBodyDb = ownBodyLossDb(bodyDb, Math.atan2(dy, dx), bodyAngle);
    const othersDb = dz === 0 ? passersLossDb(passers, phone, xM, yM) : 0;
    const unshadowedDbm =
      p.powerAt1mDbm - pathLossDb(distanceM, exponent, p) - wallsDb - ownBodyDb - othersDb + commonDb;
    // So far down that no shadow brings it back, a beacon needs none.
    if (unshadowedDbm < FAR_BELOW_DBM) return { beacon, isOwn: name === ownName, meanDbm: unshadowedDbm, ricianK: 0 };
    const shadow =
      field === undefined
        ? (shared?.office.shadow(beacon, phone) ?? 0)
        : fieldShare * field(xM, yM) + ownShare * random.normal();
    const shadowDb = shadowSdDb(distanceM, p) * shadow;
    const powerDb = shared?.office.powerDb(name) ?? p.beaconPowerSdDb * random.normal();
    const linkDb = powerDb + linkSdDb * random.normal();
    const meanDbm = unshadowedDbm + shadowDb + linkDb;
    const isObstructed = wallsDb > 0 || othersDb > 3;
    const clearK = ricianFactor * ricianKAt(distanceM, p);
    return {
      beacon,
      isOwn: name === ownName,
      meanDbm,
      ricianK: isObstructed ? Math.min(clearK, p.obstructedK) : clearK,
    };
  });
}

/** @returns loss against 1 m, dB: one exponent to the breakpoint, a steeper one beyond. */
export function pathLossDb(
  distanceM: number,
  exponent: number,
  { breakpointM, exponentBeyond }: OfficeParameters = officeParameters,
): number {
  const near = 10 * exponent * Math.log10(Math.min(distanceM, breakpointM));
  return distanceM <= breakpointM ? near : near + 10 * exponentBeyond * Math.log10(distanceM / breakpointM);
}

/** @returns whether a link is worth drawing packets for. */
export function isInView(link: Link): boolean {
  return link.meanDbm > NEVER_HEARD_DBM;
}

/** @returns the fading of a link. */
export function fadingOf(link: Link, setting: Setting, random: RandomStream): LinkFading {
  return drawLinkFading(link.ricianK, random, setting.office);
}
