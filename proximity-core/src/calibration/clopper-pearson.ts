import { exponential, naturalLog } from '../math/elementary.js';

/** Trials that one bound may stand on. */
const MOST_TRIALS = 100_000;
/** Halvings: 2^-60 is below what a number between 0 and 1 can tell. */
const HALVINGS = 60;

/**
 * The exact upper bound of an error's probability after some trials: with a greater one, so few errors would be seen in less than
 * `1 − confidence` of all such walks.
 * @param errors 0..trials.
 * @param trials 1..100 000, independent of each other.
 * @param confidence one-sided, 0.5..0.999999; 0.95 when absent.
 * @returns 0..1.
 * @throws RangeError when a number is out of its range.
 * @see Clopper and Pearson 1934, Biometrika 26 (4), 404–413.
 * @example boundErrorRate(0, 59) < 0.05 // true
 */
export function boundErrorRate(errors: number, trials: number, confidence = 0.95): number {
  if (!(Number.isInteger(trials) && trials >= 1 && trials <= MOST_TRIALS))
    throw new RangeError(`trials: expected 1..${MOST_TRIALS}, got ${trials}`);
  if (!(Number.isInteger(errors) && errors >= 0 && errors <= trials))
    throw new RangeError(`errors: expected 0..${trials}, got ${errors}`);
  if (!(confidence >= 0.5 && confidence <= 0.999999))
    throw new RangeError(`confidence: expected 0.5..0.999999, got ${confidence}`);
  if (errors === trials) return 1;
  let [below, above] = [errors / trials, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (below + above) / 2;
    if (atMost(errors, trials, middle) > 1 - confidence) below = middle;
    else above = middle;
  }
  return above;
}

/** Probability of at most so many errors, each trial failing with probability p: the binomial's terms, by their logarithms. */
function atMost(errors: number, trials: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return errors >= trials ? 1 : 0;
  const odds = naturalLog(p) - naturalLog(1 - p);
  let term = trials * naturalLog(1 - p);
  let sum = exponential(term);
  for (let i = 0; i < errors; i += 1) {
    term += naturalLog(trials - i) - naturalLog(i + 1) + odds;
    sum += exponential(term);
  }
  return sum < 1 ? sum : 1;
}
