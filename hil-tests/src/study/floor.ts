import { type OfficeParameters, officeParameters } from './parameters.js';
import { createRandomStream, type RandomStream } from './random-stream.js';

/**
 * The office's floor: rooms in two bands along a corridor, drywall between them, desks in rows that face each other in pairs.
 * Both floors of the building have the same plan. Metres; the building spans [0, width] × [0, 2 bands + corridor].
 */

/** A place; `floor` 0 is the own desk's. */
export interface Place {
  readonly xM: number;
  readonly yM: number;
  readonly floor: 0 | 1;
}

export interface Desk {
  readonly xM: number;
  readonly yM: number;
  /** Towards the chair: +1 or −1 along y. */
  readonly seat: number;
  readonly room: number;
}

export interface Room {
  readonly band: 0 | 1;
  readonly fromXM: number;
  readonly toXM: number;
  readonly isMeetingRoom: boolean;
}

export interface FloorPlan {
  readonly widthM: number;
  readonly bandM: number;
  /** 0 where there is none: one partition parts the bands. */
  readonly corridorM: number;
  readonly rooms: readonly Room[];
  readonly desks: readonly Desk[];
  /** A beacon in each meeting room and along the corridor, for the strata that have them. */
  readonly anchors: readonly { readonly xM: number; readonly yM: number }[];
  /** The partitions across each band, x in metres, ascending. */
  readonly wallsXM: readonly [readonly number[], readonly number[]];
}

/**
 * Draws a floor plan.
 * @param desksOnFloor how many desks stand on it.
 * @param variant its number; the same number gives the same plan.
 */
export function createFloorPlan(
  desksOnFloor: number,
  variant: number,
  { floor }: Pick<OfficeParameters, 'floor'> = officeParameters,
): FloorPlan {
  const { deskPitchM, roomColumns, meetingRoomM, meetingShare, bandM, corridorM } = floor;
  const random = createRandomStream(variant, 'floor-plan', desksOnFloor);
  const rooms: Room[] = [];
  const desks: Desk[] = [];
  const edgesM: [number, number] = [0, 0];
  // At least two rooms a band, so that every desk has a wall somewhere; the shorter band grows first.
  while (desks.length < desksOnFloor || rooms.length < 4) {
    const band = edgesM[0] <= edgesM[1] ? 0 : 1;
    const isMeetingRoom = desks.length >= desksOnFloor || random.uniform() < meetingShare;
    const columns = roomColumns[Math.floor(random.uniform() * roomColumns.length)] as number;
    const fromXM = edgesM[band];
    const toXM = fromXM + (isMeetingRoom ? meetingRoomM : columns * deskPitchM);
    if (!isMeetingRoom)
      desks.push(...furnish(floor, rooms.length, band, fromXM, columns).slice(0, desksOnFloor - desks.length));
    rooms.push({ band, fromXM, toXM, isMeetingRoom });
    edgesM[band] = toXM;
  }
  const widthM = Math.max(...edgesM);
  return {
    widthM,
    bandM,
    corridorM,
    rooms,
    desks,
    anchors: placeAnchors(floor, rooms, widthM),
    wallsXM: [wallsOf(rooms, 0), wallsOf(rooms, 1)],
  };
}

type FloorParameters = OfficeParameters['floor'];

function furnish(
  { deskPitchM, rows, bandM, corridorM }: FloorParameters,
  room: number,
  band: 0 | 1,
  fromXM: number,
  columns: number,
): readonly Desk[] {
  const fromYM = band === 0 ? 0 : bandM + corridorM;
  return Array.from({ length: columns }).flatMap((_, column) =>
    rows.map(({ yM, seat }) => ({ xM: fromXM + (column + 0.5) * deskPitchM, yM: fromYM + yM, seat, room })),
  );
}

function wallsOf(rooms: readonly Room[], band: 0 | 1): readonly number[] {
  return rooms.filter((room) => room.band === band).map(({ toXM }) => toXM);
}

function placeAnchors(
  { bandM, corridorM, anchorPitchM }: FloorParameters,
  rooms: readonly Room[],
  widthM: number,
): FloorPlan['anchors'] {
  const depthM = 2 * bandM + corridorM;
  const meeting = rooms
    .filter(({ isMeetingRoom }) => isMeetingRoom)
    .map(({ band, fromXM, toXM }) => ({
      xM: (fromXM + toXM) / 2,
      yM: band === 0 ? bandM / 2 : depthM - bandM / 2,
    }));
  const corridor = Array.from({ length: Math.ceil(widthM / anchorPitchM) }, (_, i) => ({
    xM: Math.min((i + 0.5) * anchorPitchM, widthM),
    yM: depthM / 2,
  }));
  return [...meeting, ...corridor];
}

/** @returns the number of the room at a place, the corridor, or `undefined` outside the building. */
export function roomAt(plan: FloorPlan, xM: number, yM: number): number | 'corridor' | undefined {
  const { bandM, corridorM } = plan;
  if (xM < 0 || xM >= plan.widthM || yM < 0 || yM >= 2 * bandM + corridorM) return undefined;
  if (yM >= bandM && yM < bandM + corridorM) return 'corridor';
  const band = yM < bandM ? 0 : 1;
  const found = plan.rooms.findIndex((room) => room.band === band && xM >= room.fromXM && xM < room.toXM);
  return found < 0 ? undefined : found;
}

/** @returns how many drywall partitions a straight line crosses, seen from above. */
export function countWalls(plan: FloorPlan, ax: number, ay: number, bx: number, by: number): number {
  const { bandM, corridorM } = plan;
  let walls = 0;
  const upperEdgeM = bandM + corridorM;
  if (ay < bandM !== by < bandM) walls += 1;
  if (corridorM > 0 && ay < upperEdgeM !== by < upperEdgeM) walls += 1;
  walls += wallsInBand(plan.wallsXM[0], ax, ay, bx, by, Number.NEGATIVE_INFINITY, bandM);
  walls += wallsInBand(plan.wallsXM[1], ax, ay, bx, by, upperEdgeM, Number.POSITIVE_INFINITY);
  return walls;
}

/** Partitions that the part of the line between two heights of y crosses. */
function wallsInBand(
  wallsXM: readonly number[],
  ax: number,
  ay: number,
  bx: number,
  by: number,
  fromYM: number,
  toYM: number,
): number {
  if ((ay < fromYM && by < fromYM) || (ay >= toYM && by >= toYM)) return 0;
  const xAt = (yM: number): number => (by === ay ? ax : ax + ((bx - ax) * (yM - ay)) / (by - ay));
  const clip = (xM: number, yM: number): number => (yM < fromYM ? xAt(fromYM) : yM >= toYM ? xAt(toYM) : xM);
  const from = clip(ax, ay);
  const to = clip(bx, by);
  let walls = 0;
  for (const wall of wallsXM) if (from < wall !== to < wall) walls += 1;
  return walls;
}

const plans = new Map<string, FloorPlan>();
/** Plans that offices choose from. */
const VARIANTS = 32;

/** @returns one of the plans of that size and style; made once and kept, for it is the same every time. */
export function drawFloorPlan(desksOnFloor: number, office: OfficeParameters, random: RandomStream): FloorPlan {
  const variant = Math.floor(random.uniform() * VARIANTS);
  const key = `${desksOnFloor}/${variant}/${JSON.stringify(office.floor)}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const plan = createFloorPlan(desksOnFloor, variant, office);
  plans.set(key, plan);
  return plan;
}
