/**
 * Timing in CPU time of the process, its garbage collection included: on a machine that does other things too, the clock on
 * the wall would measure those. Subjects take turns, so that what remains of them falls on all alike.
 */

export interface Timing {
  readonly id: string;
  readonly about: string;
  /** Operations in one round. */
  readonly n: number;
  readonly rounds: number;
  /** Nanoseconds of CPU time an operation, over the rounds. */
  readonly minNs: number;
  readonly medianNs: number;
  readonly maxNs: number;
}

export interface Subject {
  readonly id: string;
  readonly about: string;
  /** Does the work so often, and gives something that depends on all of it, lest it be optimised away. */
  readonly run: (times: number) => number;
  /** How many operations one time is; 1 when absent. */
  readonly operations?: number;
}

const ROUNDS = 21;
const ROUND_NS = 20e6;
const WARM_UP_ROUNDS = 3;
const WARM_UP_NS = 100e6;

/** What was computed goes here. */
let sink = 0;

/** Measures subjects that are to be compared. */
export function measureTogether(subjects: readonly Subject[]): readonly Timing[] {
  const times = subjects.map(timesForOneRound);
  const samples = subjects.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const [i, subject] of subjects.entries()) {
      const operations = (times[i] as number) * (subject.operations ?? 1);
      const nanoseconds = elapsedNs(subject, times[i] as number) / operations;
      if (round >= 0) samples[i]?.push(nanoseconds);
    }
  }
  return subjects.map(({ id, about, operations = 1 }, i) => {
    const sorted = (samples[i] as number[]).sort((a, b) => a - b);
    return {
      id,
      about,
      n: (times[i] as number) * operations,
      rounds: ROUNDS,
      minNs: sorted[0] as number,
      medianNs: sorted[ROUNDS >> 1] as number,
      maxNs: sorted[ROUNDS - 1] as number,
    };
  });
}

/** @returns the sum of all that was computed: printing it keeps every operation alive. */
export function sinkValue(): number {
  return sink;
}

function timesForOneRound(subject: Subject): number {
  const endsAtNs = cpuNs() + WARM_UP_NS;
  let times = 1;
  let nanoseconds = 1;
  // Cold code is slow: a round is sized by what the code costs when it has been running for a while.
  do {
    nanoseconds = elapsedNs(subject, times);
    if (nanoseconds < ROUND_NS / 4) times *= 2;
  } while (cpuNs() < endsAtNs);
  return Math.max(1, Math.round((times * ROUND_NS) / Math.max(nanoseconds, 1)));
}

function elapsedNs(subject: Subject, times: number): number {
  const before = cpuNs();
  sink = (sink + subject.run(times)) % 1e9;
  return cpuNs() - before;
}

function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}
