import { drawUniform } from '../air/random.js';

/** What the demo's office looks like and which calls come in. Everything follows from the seed; nothing here runs. */

export type SceneName = 'office' | 'three-desks' | 'one-desk';

export const sceneNames: readonly SceneName[] = ['office', 'three-desks', 'one-desk'];

export type CallClass =
  | 'desk-hand'
  | 'desk-pocket'
  | 'neighbour'
  | 'next-room'
  | 'corridor'
  | 'gone'
  | 'unplugged'
  | 'forger';

export interface Point {
  readonly xM: number;
  readonly yM: number;
}

export interface Wall {
  readonly from: Point;
  readonly to: Point;
  readonly lossDb: number;
}

export interface Desk extends Point {
  readonly id: string;
}

export interface PlannedCall {
  readonly call: string;
  readonly class: CallClass;
  readonly truth: 'at-desk' | 'away';
  readonly expected: 'ring' | 'silence' | 'either';
  /** Where the phone really is; only the air is told. */
  readonly phone: Point;
  readonly pose: 'hand' | 'pocket';
  /** In words, for a reader or for the person who carries the phone. */
  readonly where: string;
}

export interface Scene {
  readonly name: SceneName;
  readonly seed: number;
  readonly desks: readonly Desk[];
  readonly own: Desk;
  readonly walls: readonly Wall[];
  readonly calls: readonly PlannedCall[];
}

/** Metres between two desks of a row (decision note §4). */
const DESK_PITCH_M = 1.6;
/** Interior drywall, an assumption between the 3 dB of thin and the 9 dB of heavy partitions. */
const DRYWALL_DB = 6;
const FACADE_DB = 12;

const places: Readonly<Record<SceneName, readonly Point[]>> = {
  office: [...row(1.2), ...row(4.2), ...row(6.5)],
  'three-desks': row(4.2).slice(0, 3),
  'one-desk': row(4.2).slice(1, 2),
};

/** How often each class is called. */
const classes: readonly (readonly [CallClass, number])[] = [
  ['desk-hand', 8],
  ['desk-pocket', 3],
  ['neighbour', 2],
  ['next-room', 2],
  ['corridor', 2],
  ['gone', 1],
  ['unplugged', 1],
  ['forger', 1],
];

const sentences: Readonly<Record<CallClass, string>> = {
  'desk-hand': 'in the hand at its own desk',
  'desk-pocket': 'in a pocket at its own desk',
  neighbour: 'at the next desk, 1.6 m away',
  'next-room': 'in the next room, behind drywall',
  corridor: 'in the corridor',
  gone: 'out of the building',
  unplugged: 'at its own desk, the beacon without power',
  forger: 'out of the building, beside a forger with an hour-old recording',
};

/**
 * @param name the scene.
 * @param seed any safe integer: it decides which desk stands where, whose desk is the own, and where exactly phones are.
 * @returns the plan; the same for the same name and seed.
 */
export function planScene(name: SceneName, seed: number): Scene {
  const spots = places[name];
  const ids = shuffle(
    seed,
    'desk',
    spots.map((_, i) => `d-${11 + i}`),
  );
  const desks = spots.map((spot, i) => ({ ...spot, id: ids[i] as string }));
  // The own desk stands in the row along the wall, so that the next room is where it hurts: 2 to 3 m away.
  const candidates = desks.filter((desk) => desk.yM === 4.2);
  const own = candidates[Math.floor(drawUniform(seed, 'own') * candidates.length)] as Desk;
  const walls: readonly Wall[] = [
    { from: { xM: -1, yM: 5 }, to: { xM: 10, yM: 5 }, lossDb: DRYWALL_DB },
    { from: { xM: -1, yM: 0 }, to: { xM: 10, yM: 0 }, lossDb: DRYWALL_DB },
    { from: { xM: 12, yM: -20 }, to: { xM: 12, yM: 30 }, lossDb: FACADE_DB },
  ];
  const planned = classes.flatMap(([kind, times]) => Array.from({ length: times }, () => kind));
  const calls = shuffle(seed, 'call', planned).map((kind, i) => planCall(kind, i, seed, own, desks));
  return { name, seed, desks, own, walls, calls };
}

function planCall(kind: CallClass, index: number, seed: number, own: Desk, desks: readonly Desk[]): PlannedCall {
  const draw = (what: string): number => drawUniform(seed, 'phone', index, what);
  return {
    call: `c-${String(index + 1).padStart(4, '0')}`,
    class: kind,
    truth: kind.startsWith('desk-') || kind === 'unplugged' ? 'at-desk' : 'away',
    expected: kind.startsWith('desk-') ? 'silence' : kind === 'neighbour' ? 'either' : 'ring',
    phone: placeOf(kind, own, desks, draw),
    pose: kind === 'desk-pocket' || (!kind.startsWith('desk-') && draw('pose') < 0.4) ? 'pocket' : 'hand',
    where: sentences[kind],
  };
}

function placeOf(kind: CallClass, own: Desk, desks: readonly Desk[], draw: (what: string) => number): Point {
  const side = draw('side') < 0.5 ? -1 : 1;
  switch (kind) {
    case 'neighbour': {
      const next = [side, -side]
        .map((to) => own.xM + to * DESK_PITCH_M)
        .find((xM) => desks.length === 1 || desks.some((d) => d.yM === own.yM && Math.abs(d.xM - xM) < 0.1));
      return { xM: next ?? own.xM + DESK_PITCH_M, yM: own.yM - 0.2 - 0.3 * draw('y') };
    }
    case 'next-room':
      return { xM: own.xM - 0.8 + 1.6 * draw('x'), yM: 6.3 + 0.9 * draw('y') };
    case 'corridor':
      return { xM: own.xM - 3 + 6 * draw('x'), yM: -0.6 - 1.2 * draw('y') };
    case 'gone':
    case 'forger':
      return { xM: 35 + 10 * draw('x'), yM: 4 + 10 * draw('y') };
    default:
      return { xM: own.xM - 0.35 + 0.7 * draw('x'), yM: own.yM - 0.3 - 0.3 * draw('y') };
  }
}

function row(yM: number): readonly Point[] {
  return Array.from({ length: 4 }, (_, i) => ({ xM: 1.5 + DESK_PITCH_M * i, yM }));
}

/** Fisher–Yates with keyed draws. */
function shuffle<T>(seed: number, what: string, items: readonly T[]): readonly T[] {
  const shuffled = items.slice();
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(drawUniform(seed, 'shuffle', what, i) * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
