import { exponential, naturalLog } from '../math/elementary.js';

/** As many trials as a building's shadow calls of years; beyond, the bound says nothing new. */
export const MOST_TRIALS = 100_000;
/** Halvings of the interval: beyond these a double has no more digits. */
const HALVINGS = 60;
/** A term so much smaller than the sum before it changes no digit. */
const NEGLIGIBLE = 1e-18;

/**
 * The exact one-sided upper bound for a share of which `errors` were seen in `trials` independent trials: the largest share under
 * which so few errors still happen with probability 1 − confidence (Clopper and Pearson, Biometrika 26, 1934, p. 404).
 * @param errors 0 to `trials`, an integer.
 * @param trials 0 to 100 000, an integer; with 0 nothing is known and the bound is 1.
 * @param confidence 0.5 or more and below 1; 0.95 when absent.
 * @returns a share, 0..1; relative error below 1e-9.
 * @throws RangeError when a number is out of its bounds.
 * @example clopperPearsonUpper(0, 59).toFixed(4) // '0.0495'
 */
export function clopperPearsonUpper(errors: number, trials: number, confidence = 0.95): number {
  checkArguments(errors, trials, confidence);
  if (errors === trials) return 1;
  const tail = naturalLog(1 - confidence);
  if (errors === 0) return 1 - exponential(tail / trials);
  const choices = logBinomial(trials, errors);
  // At the observed share so few errors have half a chance or more, its median being the count itself: the bound lies above.
  let least = errors / trials;
  let most = 1;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (least + most) / 2;
    if (middle <= least || middle >= most) break;
    if (logAtMost(errors, trials, middle, choices) > tail) least = middle;
    else most = middle;
  }
  return most;
}

/** ln P(at most `errors` of `trials`), each an error with this probability. */
function logAtMost(errors: number, trials: number, share: number, choices: number): number {
  const last = choices + errors * naturalLog(share) + (trials - errors) * naturalLog(1 - share);
  // Relative to the last term, which is the largest where the share is the observed one or more: each is a ratio of the next.
  const odds = (1 - share) / share;
  let term = 1;
  let sum = 1;
  for (let i = errors; i > 0 && term > NEGLIGIBLE; i -= 1) {
    term *= (i / (trials - i + 1)) * odds;
    sum += term;
  }
  return last + naturalLog(sum);
}

/** ln of the number of ways to choose `k` of `n`. */
function logBinomial(n: number, k: number): number {
  const fewer = Math.min(k, n - k);
  let nats = 0;
  for (let i = 1; i <= fewer; i += 1) nats += naturalLog((n - fewer + i) / i);
  return nats;
}

function checkArguments(errors: number, trials: number, confidence: number): void {
  if (!Number.isInteger(trials) || trials < 0 || trials > MOST_TRIALS)
    throw new RangeError(`trials: expected an integer 0..${MOST_TRIALS}, got ${trials}`);
  if (!Number.isInteger(errors) || errors < 0 || errors > trials)
    throw new RangeError(`errors: expected an integer 0..${trials}, got ${errors}`);
  if (!(confidence >= 0.5 && confidence < 1))
    throw new RangeError(`confidence: expected 0.5 or more and below 1, got ${confidence}`);
}
