import type { PlaceClass } from '@deskbeacon/proximity-core';

/** One thing that the walker is asked to do, some times over. */
export interface GuideStep {
  readonly place: PlaceClass;
  readonly carriage: string;
  /** Two or three words for a list. */
  readonly title: string;
  /** What to do, to a person. */
  readonly text: string;
  /** Poses that are enough. */
  readonly poses: number;
}

/** A desk that is walked so takes a quarter of an hour; what it leaves open, the certificate says. */
export const walkGuide: readonly GuideStep[] = [
  {
    place: 'at-desk',
    carriage: 'table',
    title: 'Sit at the desk',
    text: 'Sit down as usual. Lay the phone where it lies on a working day, a little elsewhere each time.',
    poses: 3,
  },
  {
    place: 'at-desk',
    carriage: 'pocket',
    title: 'Phone in pocket',
    text: 'Stay seated and put the phone into a pocket, another one each time.',
    poses: 3,
  },
  {
    place: 'at-desk',
    carriage: 'hand',
    title: 'Turn round',
    text: 'Take the phone in the hand and turn on your chair: to the left, to the right, away from the desk.',
    poses: 3,
  },
  {
    place: 'earshot',
    carriage: 'hand',
    title: "Neighbour's desk",
    text: "Go to the nearest other desks and sit down there. You should still hear this desk's phone.",
    poses: 4,
  },
  {
    place: 'out-of-earshot',
    carriage: 'pocket',
    title: 'Out of earshot',
    text: 'Go where this desk phone is not heard any more, as near as you can: behind the wall, into the corridor, one floor down. Another place each time, the phone in a pocket every other time.',
    poses: 12,
  },
];
