/**
 * Which frame has its turn on one advertising set. Pure: plain state and an instant in, a frame and the next state out.
 *
 * Frames with a period have their deadlines in time: one whose deadline has come has its turn, the earliest first. All other
 * turns belong to the frames with a weight. Theirs are deadlines in turns: of S turns, S the sum of all weights, a frame of
 * weight w is to have w, the k-th of them no earlier than turn (k − 1)·S/w and before turn k·S/w. Of those that may have the
 * turn the earliest deadline goes first, so that each is spread as evenly as the others allow. Equal deadlines go by the order of
 * the frames: the same frames at the same instants always come in the same order.
 */
export interface Queue {
  /** What each frame really gets, in the order given. */
  readonly paces: readonly FramePace[];
  /** Per frame with a period: when its next turn is due; 0 for the others. */
  readonly dueUnixMs: readonly number[];
  /** Per frame with a weight: w for each turn there was, less S for each that it had; 0 for the others. Whole numbers. */
  readonly credits: readonly number[];
}

/** How often a frame is to be on the air. */
export type FramePace = Period | Weight;

/** Once in so many ms, each time for one dwell. */
export interface Period {
  readonly everyMs: number;
  readonly weight?: undefined;
}

/** Its part of the time that the frames with a period leave, in proportion to the weights of the others. */
export interface Weight {
  readonly weight: number;
  readonly everyMs?: undefined;
}

/** Frames with a period get no more than this of the time together: a phone decides by the others within a second. */
export const MOST_PERIODIC_SHARE = 0.5;

/**
 * Lengthens the periods where they ask for more than half of the time: all by the same factor, as the Eddystone
 * configuration service allows a beacon to (its README.md, "Advertising Interval": the beacon may use a higher one).
 * @param dwellMs how long a frame stays on the air.
 */
export function clampPaces(paces: readonly FramePace[], dwellMs: number): readonly FramePace[] {
  let share = 0;
  for (const { everyMs } of paces) if (everyMs !== undefined) share += dwellMs / everyMs;
  const factor = Math.max(1, share / MOST_PERIODIC_SHARE);
  return paces.map((pace) => (pace.everyMs === undefined ? pace : { everyMs: pace.everyMs * factor }));
}

/**
 * A queue at its beginning. Periods begin now: the first turn of each comes at its end.
 * @param paces in order of precedence, at least one with a weight.
 * @throws RangeError when nobody has a weight, a weight is no whole number above 0, or a time not above 0.
 */
export function createQueue(paces: readonly FramePace[], dwellMs: number, nowUnixMs: number): Queue {
  if (!(dwellMs > 0)) throw new RangeError(`dwellMs: expected more than 0, got ${dwellMs}`);
  for (const { everyMs, weight } of paces) {
    if (everyMs !== undefined && !(everyMs > 0 && everyMs < Number.POSITIVE_INFINITY))
      throw new RangeError(`everyMs: expected more than 0, got ${everyMs}`);
    if (weight !== undefined && !(Number.isInteger(weight) && weight > 0))
      throw new RangeError(`weight: expected a whole number above 0, got ${weight}`);
  }
  if (paces.every(({ weight }) => weight === undefined)) throw new RangeError('paces: expected one with a weight');
  const clamped = clampPaces(paces, dwellMs);
  return {
    paces: clamped,
    dueUnixMs: clamped.map(({ everyMs }) => (everyMs === undefined ? 0 : nowUnixMs + everyMs)),
    credits: clamped.map(() => 0),
  };
}

/**
 * Gives the next turn away.
 * @param nowUnixMs when the turn begins.
 * @returns the frame's place in the list, and the queue after it.
 */
export function takeTurn(queue: Queue, nowUnixMs: number): { readonly frame: number; readonly queue: Queue } {
  const due = earliestDue(queue, nowUnixMs);
  const frame = due ?? earliestShare(queue);
  return { frame, queue: due === undefined ? afterShare(queue, frame) : afterPeriod(queue, frame, nowUnixMs) };
}

function earliestDue({ paces, dueUnixMs }: Queue, nowUnixMs: number): number | undefined {
  let found: number | undefined;
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < paces.length; i += 1) {
    const due = dueUnixMs[i] as number;
    if (paces[i]?.everyMs === undefined || due > nowUnixMs || due >= earliest) continue;
    found = i;
    earliest = due;
  }
  return found;
}

function afterPeriod({ paces, dueUnixMs, credits }: Queue, frame: number, nowUnixMs: number): Queue {
  const { everyMs } = paces[frame] as Period;
  const next = (dueUnixMs[frame] as number) + everyMs;
  // What was missed, by a clock set forwards or a pairing window, is not made up for.
  const due = next > nowUnixMs ? next : nowUnixMs + everyMs;
  return { paces, credits, dueUnixMs: dueUnixMs.map((value, i) => (i === frame ? due : value)) };
}

/** Credits add up to 0, so that there is always one that is not in debt, and may have the turn. */
function earliestShare({ paces, credits }: Queue): number {
  const sum = sumOfWeights(paces);
  let found = -1;
  let earliest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < paces.length; i += 1) {
    const { weight } = paces[i] as FramePace;
    const credit = credits[i] as number;
    if (weight === undefined || credit < 0) continue;
    const deadline = (sum - credit) / weight;
    if (deadline >= earliest) continue;
    found = i;
    earliest = deadline;
  }
  return found;
}

function afterShare({ paces, dueUnixMs, credits }: Queue, frame: number): Queue {
  const sum = sumOfWeights(paces);
  const next = credits.map((credit, i) => credit + (paces[i]?.weight ?? 0) - (i === frame ? sum : 0));
  return { paces, dueUnixMs, credits: next };
}

function sumOfWeights(paces: readonly FramePace[]): number {
  let sum = 0;
  for (const { weight } of paces) sum += weight ?? 0;
  return sum;
}
