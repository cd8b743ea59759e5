import { type Desk, type FloorPlan, type Place, roomAt } from './floor.js';
import { type Carriage, type OfficeParameters, officeParameters } from './parameters.js';
import { type RandomStream, uniformBetween } from './random-stream.js';

/** Where the phone is, as the study tells places apart. */
export const ownClasses = ['desk-lying', 'desk-hand', 'desk-pocket', 'desk-back-turned'] as const;
export const outOfEarshotClasses = ['next-room', 'room', 'floor-above', 'gone'] as const;
export type OutOfEarshotClass = (typeof outOfEarshotClasses)[number];
export const studyClasses = [...ownClasses, 'neighbour', ...outOfEarshotClasses] as const;
export type StudyClass = (typeof studyClasses)[number];

/** The truth of one call: never shown to the decision. */
export interface Placement {
  readonly ownDesk: number;
  readonly phone: Place;
  readonly carriage: Carriage;
  /** From the phone to the owner's body, radians in the plane. */
  readonly bodyAngle: number;
}

const ownCarriages: Readonly<Record<(typeof ownClasses)[number], Carriage>> = {
  'desk-lying': 'lying',
  'desk-hand': 'hand',
  'desk-pocket': 'pocket',
  'desk-back-turned': 'back-turned',
};

/** Of some plans one draw in a hundred fits. */
const TRIES = 10_000;

/**
 * Puts a phone somewhere. Desks and places are drawn until they fit together, so a class is as its sentence says it.
 * @param fixedDesk the own desk; one is drawn when absent.
 * @throws RangeError when the plan has no such place.
 */
export function place(
  plan: FloorPlan,
  studyClass: StudyClass,
  { floor: { strollFromDeskM } }: OfficeParameters,
  random: RandomStream,
  fixedDesk?: number,
): Placement {
  const isOwn = studyClass in ownCarriages;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const ownDesk = fixedDesk ?? Math.floor(random.uniform() * plan.desks.length);
    const desk = plan.desks[ownDesk] as Desk;
    if (isOwn) return { ownDesk, ...placeAtDesk(desk, ownCarriages[studyClass as keyof typeof ownCarriages], random) };
    const phone = placeAway(plan, ownDesk, studyClass, random);
    if (phone === undefined || !isNearSomeDesk(plan, phone, strollFromDeskM)) continue;
    return { ownDesk, phone, carriage: drawCarriage(random), bodyAngle: 2 * Math.PI * random.uniform() };
  }
  throw new RangeError(`studyClass: expected a place that the plan has, got ${studyClass}`);
}

/** Puts a phone at one desk, as its owner or a walker carries it. */
export function placeAtDesk(desk: Desk, carriage: Carriage, random: RandomStream): Omit<Placement, 'ownDesk'> {
  const { reachM, aroundSeatRad, seatFromBeaconM, handTurnSdRad, backTurnSdRad } = officeParameters.atDesk;
  const seatAngle = (desk.seat * Math.PI) / 2;
  const distanceM = uniformBetween(random, reachM[carriage]);
  const angle = seatAngle + uniformBetween(random, [-aroundSeatRad, aroundSeatRad]);
  const phone = { ...offset(desk, distanceM, angle), floor: 0 as const };
  switch (carriage) {
    case 'lying': {
      const bodyAngle = Math.atan2(desk.yM + desk.seat * seatFromBeaconM - phone.yM, desk.xM - phone.xM);
      return { phone, carriage, bodyAngle };
    }
    case 'hand':
      return { phone, carriage, bodyAngle: seatAngle + handTurnSdRad * random.normal() };
    case 'back-turned':
      return { phone, carriage, bodyAngle: angle + Math.PI + backTurnSdRad * random.normal() };
    case 'pocket':
      return { phone, carriage, bodyAngle: 2 * Math.PI * random.uniform() };
  }
}

function placeAway(plan: FloorPlan, ownDesk: number, studyClass: StudyClass, random: RandomStream): Place | undefined {
  const { neighbourM, neighbourReachM, nextRoomM, roomM, aboveM, goneM } = officeParameters.away;
  const own = plan.desks[ownDesk] as Desk;
  switch (studyClass) {
    case 'neighbour': {
      const other = plan.desks[Math.floor(random.uniform() * plan.desks.length)] as Desk;
      if (other === own || other.room !== own.room) return undefined;
      const at = offset(other, uniformBetween(random, neighbourReachM), 2 * Math.PI * random.uniform());
      return isBetween(distance(own, at), neighbourM) && roomAt(plan, at.xM, at.yM) === own.room
        ? { ...at, floor: 0 }
        : undefined;
    }
    case 'next-room': {
      const at = around(own, nextRoomM, random);
      const room = roomAt(plan, at.xM, at.yM);
      // The corridor is a room too: behind one wall all the same.
      return room === undefined || room === own.room ? undefined : { ...at, floor: 0 };
    }
    case 'room': {
      const at = around(own, roomM, random);
      return roomAt(plan, at.xM, at.yM) === own.room ? { ...at, floor: 0 } : undefined;
    }
    case 'floor-above': {
      const at = around(own, aboveM, random);
      return roomAt(plan, at.xM, at.yM) === undefined ? undefined : { ...at, floor: 1 };
    }
    default:
      return { ...around(own, goneM, random), floor: 0 };
  }
}

/** Outside the building there are no desks to be near to. */
function isNearSomeDesk(plan: FloorPlan, phone: Place, withinM: number): boolean {
  if (withinM === Number.POSITIVE_INFINITY || roomAt(plan, phone.xM, phone.yM) === undefined) return true;
  return plan.desks.some((desk) => distance(desk, phone) <= withinM);
}

function drawCarriage(random: RandomStream): Carriage {
  const { lying, hand } = officeParameters.carriageMix;
  const u = random.uniform();
  return u < lying ? 'lying' : u < lying + hand ? 'hand' : 'pocket';
}

interface Point {
  readonly xM: number;
  readonly yM: number;
}

function around(from: Point, betweenM: readonly [number, number], random: RandomStream): Point {
  return offset(from, uniformBetween(random, betweenM), 2 * Math.PI * random.uniform());
}

function offset(from: Point, distanceM: number, angle: number): Point {
  return { xM: from.xM + distanceM * Math.cos(angle), yM: from.yM + distanceM * Math.sin(angle) };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.xM - b.xM, a.yM - b.yM);
}

function isBetween(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}
