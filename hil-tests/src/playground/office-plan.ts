import { computeDistanceM, computeWallLossDb, type Point, type Wall } from '../air/plan.js';

/** The small office of the playground: three rows of desks, the own one along a wall, so that the next room is near. Metres. */

export interface PlacedDesk extends Point {
  readonly id: string;
}

export interface Room {
  readonly name: string;
  readonly leftM: number;
  readonly topM: number;
  readonly rightM: number;
  readonly bottomM: number;
}

export interface NamedPlace {
  readonly id: string;
  /** As a choice reads. */
  readonly name: string;
  readonly at: Point;
}

const DRYWALL_DB = 6;
const FACADE_DB = 12;
const WIDTH_M = 8.4;
const HEIGHT_M = 7.8;
/** Right of the building begins the outside; whoever goes there is gone at once. */
const OUTSIDE: Point = { xM: 45, yM: 4 };

const columnsM = [1.3, 2.9, 4.5];
const rowsM = [1.2, 4.2, 6.5];
const desks: readonly PlacedDesk[] = rowsM.flatMap((yM, row) =>
  columnsM.map((xM, column) => ({ id: `d-${11 + row * columnsM.length + column}`, xM, yM })),
);
const own = desks[4] as PlacedDesk;

/** Gaps are doors: a wave that goes through one loses nothing. */
const walls: readonly Wall[] = [
  { x1M: 0, y1M: 5, x2M: 6.4, y2M: 5, lossDb: DRYWALL_DB },
  { x1M: 6.4, y1M: 0, x2M: 6.4, y2M: 2.2, lossDb: DRYWALL_DB },
  { x1M: 6.4, y1M: 3.1, x2M: 6.4, y2M: 5.9, lossDb: DRYWALL_DB },
  { x1M: 6.4, y1M: 6.8, x2M: 6.4, y2M: HEIGHT_M, lossDb: DRYWALL_DB },
  { x1M: 0, y1M: 0, x2M: WIDTH_M, y2M: 0, lossDb: FACADE_DB },
  { x1M: WIDTH_M, y1M: 0, x2M: WIDTH_M, y2M: HEIGHT_M, lossDb: FACADE_DB },
  { x1M: WIDTH_M, y1M: HEIGHT_M, x2M: 0, y2M: HEIGHT_M, lossDb: FACADE_DB },
  { x1M: 0, y1M: HEIGHT_M, x2M: 0, y2M: 0, lossDb: FACADE_DB },
];

export const officePlan = {
  widthM: WIDTH_M,
  heightM: HEIGHT_M,
  /** Drawn right of the building. */
  outsideM: 1.1,
  desks,
  own,
  walls,
  rooms: [
    { name: 'your room', leftM: 0, topM: 0, rightM: 6.4, bottomM: 5 },
    { name: 'next room', leftM: 0, topM: 5, rightM: 6.4, bottomM: HEIGHT_M },
    { name: 'corridor', leftM: 6.4, topM: 0, rightM: WIDTH_M, bottomM: HEIGHT_M },
  ] satisfies readonly Room[],
  places: [
    { id: 'at-desk', name: 'At your desk', at: { xM: own.xM + 0.1, yM: own.yM - 0.45 } },
    { id: 'next-desk', name: 'At the next desk, 1.6 m away', at: { xM: own.xM + 1.6, yM: own.yM - 0.4 } },
    { id: 'across', name: 'Across your room', at: { xM: own.xM + 1.6, yM: 1.8 } },
    { id: 'next-room', name: 'In the next room, behind the wall', at: { xM: own.xM, yM: 6 } },
    { id: 'corridor', name: 'In the corridor', at: { xM: 7.4, yM: 4.2 } },
    { id: 'outside', name: 'Out of the building', at: OUTSIDE },
  ] as const satisfies readonly NamedPlace[],
} as const;

export function isOutside({ xM }: Point): boolean {
  return xM > WIDTH_M;
}

/** @returns the place nearest to a wish that a phone can be at: inside, or gone. */
export function keepInOffice({ xM, yM }: Point): Point {
  if (xM > WIDTH_M) return OUTSIDE;
  const within = (value: number, most: number): number => Math.min(Math.max(value, 0.1), most - 0.1);
  return { xM: Math.round(within(xM, WIDTH_M) * 100) / 100, yM: Math.round(within(yM, HEIGHT_M) * 100) / 100 };
}

/** @returns where a phone is, as one would say it: room, distance, what stands between. */
export function describePlace(at: Point): string {
  const { rooms, own } = officePlan;
  const distanceM = computeDistanceM(at, own);
  if (isOutside(at)) return `out of the building, ${Math.round(distanceM)} m from your desk phone`;
  const room = rooms.find(({ leftM, rightM, topM, bottomM }) => {
    return at.xM >= leftM && at.xM < rightM && at.yM >= topM && at.yM < bottomM;
  });
  const lossDb = computeWallLossDb(at, own, walls);
  const between = lossDb > 0 ? `, a wall of ${lossDb} dB between` : '';
  const where =
    distanceM < 0.8 ? 'at your desk' : `in ${room?.name === 'your room' ? '' : 'the '}${room?.name ?? 'office'}`;
  return `${where}, ${distanceM.toFixed(1)} m from your desk phone${between}`;
}
