import { type FloorPlan, type Place, roomAt } from './floor.js';
import { type Carriage, type OfficeParameters, officeParameters } from './parameters.js';
import type { RandomStream } from './random-stream.js';

/**
 * What bodies take from a link. One body shadows every beacon that lies behind it, alike: the shadow is a sector, and the
 * shadows of neighbouring beacons are correlated as they are in a room.
 */

/** Somebody other than the owner, seen from the phone. */
export interface Passer {
  readonly xM: number;
  readonly yM: number;
  readonly lossDb: number;
}

/**
 * The owner's body, with the phone at it: b·((1 + cos θ)/2)² behind it, where θ is the angle between link and body. Its mean
 * over all directions, 3b/8, is part of the carriage loss and taken off here, so that the sd over directions is 0.36 b.
 * @param bodyDb loss right through the body.
 * @returns dB; negative in front of the body.
 */
export function ownBodyLossDb(bodyDb: number, linkAngle: number, bodyAngle: number): number {
  const facing = (1 + Math.cos(linkAngle - bodyAngle)) / 2;
  return bodyDb * (facing * facing - 0.375);
}

/** @returns the owner's body of this call: its size and how it stands differ from person to person. */
export function drawOwnBodyDb(
  { carriages, bodySpread }: OfficeParameters,
  carriage: Carriage,
  random: RandomStream,
): number {
  return carriages[carriage].bodyDb * Math.max(0, 1 + bodySpread * random.normal());
}

/**
 * Draws the people around the phone: at their desks, and standing or walking about.
 * @param emptyDesk the owner's, who is where the phone is.
 */
export function drawPassers(
  { occupiedShare, standingPerM2, passersWithinM }: OfficeParameters,
  plan: FloorPlan,
  phone: Place,
  emptyDesk: number | undefined,
  random: RandomStream,
): readonly Passer[] {
  const passers: Passer[] = [];
  for (let i = 0; i < plan.desks.length; i += 1) {
    const { xM, yM, seat } = plan.desks[i] as FloorPlan['desks'][number];
    const seatYM = yM + officeParameters.atDesk.seatFromBeaconM * seat;
    if (Math.abs(xM - phone.xM) > passersWithinM || Math.abs(seatYM - phone.yM) > passersWithinM) continue;
    if (i !== emptyDesk && random.uniform() < occupiedShare) passers.push(drawPasser(xM, seatYM, random));
  }
  // Poisson by its exponential gaps: how many stand in the square around the phone.
  const mean = standingPerM2 * (2 * passersWithinM) ** 2;
  const drawGap = (): number => -Math.log(1 - random.uniform());
  for (let sum = drawGap(); sum < mean; sum += drawGap()) {
    const xM = phone.xM + passersWithinM * (2 * random.uniform() - 1);
    const yM = phone.yM + passersWithinM * (2 * random.uniform() - 1);
    if (roomAt(plan, xM, yM) !== undefined) passers.push(drawPasser(xM, yM, random));
  }
  return passers;
}

function drawPasser(xM: number, yM: number, random: RandomStream): Passer {
  const { passerLossDb, passerLossSdDb } = officeParameters;
  return { xM, yM, lossDb: Math.max(0, passerLossDb + passerLossSdDb * random.normal()) };
}

/** @returns what people standing between phone and beacon take, dB; less where they stand half in the way. */
export function passersLossDb(passers: readonly Passer[], phone: Place, xM: number, yM: number): number {
  const dx = xM - phone.xM;
  const dy = yM - phone.yM;
  const square = dx * dx + dy * dy;
  if (square === 0) return 0;
  const halfWidth = officeParameters.bodyHalfWidthM * Math.sqrt(square);
  let lossDb = 0;
  for (const passer of passers) {
    const px = passer.xM - phone.xM;
    const py = passer.yM - phone.yM;
    const along = px * dx + py * dy;
    if (along <= 0 || along >= square) continue;
    const across = Math.abs(px * dy - py * dx);
    if (across < halfWidth) lossDb += passer.lossDb * (1 - (across / halfWidth) ** 2);
  }
  return Math.min(lossDb, officeParameters.passersAtMostDb);
}
