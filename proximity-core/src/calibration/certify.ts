import { type Certificate, type CertificateVerdict, type ShadowBound, sayCertificate } from './certificate.js';
import { clopperPearsonUpper } from './clopper-pearson.js';

/** Where a pose was, as the owner of the desk phone would say: does one hear it ring there? */
export type PlaceClass = 'out-of-earshot' | 'earshot' | 'at-desk';

/** One decision in one window of a pose. Windows of one pose share its name. */
export interface DecidedPose {
  /** Name of the pose, 1..128 characters. */
  readonly pose: string;
  /** Where it was. */
  readonly place: PlaceClass;
  /** Which phone, 1..128 characters. */
  readonly phone: string;
  /** Who walked, 1..128 characters. */
  readonly walker: string;
  /** On which floor, 1..128 characters. */
  readonly floor: string;
  /** How the phone was carried, free text; `pocket` is what the certificate looks for. */
  readonly carriage?: string;
  /** What listened; a phone when absent. */
  readonly receiver?: 'phone' | 'laptop';
  /** Whether the phone would have stayed quiet. */
  readonly wasSilenced: boolean;
}

/** Calls of phones that decide and ring all the same; only those whose owner was away for certain. */
export interface ShadowCounters {
  /** 0..100 000. */
  readonly calls: number;
  /** Of these, how many would have been silenced. */
  readonly wouldHaveSilencedAway: number;
}

/** The line of a certificate. */
export const certificateParameters = {
  /** Fewest poses out of earshot that certify anything: without an error, 59 buy a bound of 5 % (0.95⁵⁹ < 0.05). */
  leastPoses: 59,
  /** The bound that makes a calibration certified. */
  certifiedShare: 0.05,
  mostPoses: 100_000,
} as const;

/**
 * What the decisions of a walk prove about false silence out of earshot. Poses count, not packets nor windows: what shifts a level
 * (body, pocket, place) stays the same through all windows of one pose, so a hundred of them are about one observation.
 * Poses at desks and within earshot are counted and do not enter the bound; but without poses at desks, more than half of them
 * quiet, nothing is certified. Shadow calls are stated apart: they never certify,
 * and they withdraw a verdict that they contradict.
 * @param decisions one a window; at most 100 000. A pose out of earshot or within it was silenced if any of its windows was, one at
 * the desk if all were: the worse of both.
 * @param shadow counters of phones, where there are any.
 * @returns numbers, verdict and sentences.
 * @throws RangeError when a name is empty or too long, windows of one pose disagree on where or with what it was, there are too
 * many, or a counter is out of bounds.
 * @example certifyCalibration([]).verdict // 'no-data'
 */
export function certifyCalibration(decisions: readonly DecidedPose[], shadow?: ShadowCounters): Certificate {
  const poses = posesOf(decisions);
  const away = poses.filter(({ place }) => place === 'out-of-earshot');
  const silencedPoses = away.filter(({ wasSilenced }) => wasSilenced).map(({ pose }) => pose);
  const floors = distinct(away.map(({ floor }) => floor));
  const counted = shadow === undefined ? undefined : boundOfShadow(shadow);
  const numbers = {
    poses: away.length,
    phones: distinct(away.map(({ phone }) => phone)).length,
    walkers: distinct(away.map(({ walker }) => walker)).length,
    floors,
    isPooled: floors.length > 1,
    errors: silencedPoses.length,
    silencedPoses,
    upperBound: clopperPearsonUpper(silencedPoses.length, away.length),
    earshot: countOf(poses, 'earshot'),
    atDesk: countOf(poses, 'at-desk'),
    isWithoutPocket: away.every(({ carriage }) => carriage !== 'pocket'),
    isLaptopOnly: away.length > 0 && away.every(({ receiver }) => receiver === 'laptop'),
    ...(counted === undefined ? {} : { shadow: counted }),
  };
  return conclude(numbers);
}

/**
 * The same certificate with what phones have counted since: they never certify, and withdraw a verdict that they contradict.
 * @param certificate as `certifyCalibration` gave it.
 * @param shadow counters of all phones together; they take the place of those that were counted before.
 * @returns numbers, verdict and sentences.
 * @throws RangeError when a counter is out of bounds.
 * @example extendCertificate(certifyCalibration([]), { calls: 10, wouldHaveSilencedAway: 0 }).shadow?.errors // 0
 */
export function extendCertificate(certificate: Certificate, shadow: ShadowCounters): Certificate {
  const { verdict: _verdict, sentences: _sentences, ...numbers } = certificate;
  return conclude({ ...numbers, shadow: boundOfShadow(shadow) });
}

function conclude(numbers: Omit<Certificate, 'verdict' | 'sentences'>): Certificate {
  const verdict = verdictOf(numbers);
  return { ...numbers, verdict, sentences: sayCertificate({ ...numbers, verdict }) };
}

/**
 * How many poses out of earshot certify, with so many wrong silences among them.
 * @param errors 0..1000, an integer.
 * @returns poses.
 * @throws RangeError when `errors` is out of bounds.
 * @example posesToCertify(0) // 59
 */
export function posesToCertify(errors: number): number {
  if (!Number.isInteger(errors) || errors < 0 || errors > 1000)
    throw new RangeError(`errors: expected an integer 0..1000, got ${errors}`);
  // Twenty times as many errors prove nothing yet, and 59 more for each always do.
  let least = 20 * errors;
  let most = certificateParameters.leastPoses * (errors + 1);
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (clopperPearsonUpper(errors, middle) <= certificateParameters.certifiedShare) most = middle;
    else least = middle;
  }
  return most;
}

function verdictOf(numbers: Omit<Certificate, 'verdict' | 'sentences'>): CertificateVerdict {
  const { poses, errors, upperBound, atDesk, shadow } = numbers;
  const { certifiedShare, leastPoses } = certificateParameters;
  // A phone that rings everywhere, for want of keys or of power, silences nobody wrongly: that alone is no calibration.
  if (poses === 0) return 'no-data';
  if (atDesk.poses === 0) return errors === 0 ? 'no-data' : 'not-separable';
  if (2 * atDesk.silenced <= atDesk.poses) return 'not-separable';
  if (shadow?.contradicts === true) return 'not-separable';
  if (poses >= leastPoses && upperBound <= certifiedShare) return 'certified';
  return errors === 0 ? 'looks-separable' : 'not-separable';
}

function boundOfShadow({ calls, wouldHaveSilencedAway: errors }: ShadowCounters): ShadowBound {
  // The mirror image of the upper bound. One call alone would stand exactly on the line, which is no contradiction.
  const lowerBound = calls === 0 ? 0 : 1 - clopperPearsonUpper(calls - errors, calls);
  const contradicts = lowerBound > certificateParameters.certifiedShare + 1e-9;
  return { calls, errors, upperBound: clopperPearsonUpper(errors, calls), contradicts };
}

function countOf(
  poses: readonly DecidedPose[],
  place: PlaceClass,
): { readonly poses: number; readonly silenced: number } {
  const there = poses.filter((pose) => pose.place === place);
  return { poses: there.length, silenced: there.filter(({ wasSilenced }) => wasSilenced).length };
}

/** Windows of one pose become one. */
function posesOf(decisions: readonly DecidedPose[]): readonly DecidedPose[] {
  if (decisions.length > certificateParameters.mostPoses)
    throw new RangeError(`decisions: expected at most ${certificateParameters.mostPoses}, got ${decisions.length}`);
  const poses = new Map<string, DecidedPose>();
  decisions.forEach((decision, i) => {
    const { pose, place, wasSilenced } = decision;
    for (const label of ['pose', 'phone', 'walker', 'floor'] as const) {
      const { length } = decision[label];
      if (length < 1 || length > 128)
        throw new RangeError(`decisions[${i}].${label}: expected 1 to 128 characters, got ${length}`);
    }
    const before = poses.get(pose);
    if (before === undefined) {
      poses.set(pose, decision);
      return;
    }
    for (const label of ['place', 'phone', 'walker', 'floor', 'carriage', 'receiver'] as const) {
      if (before[label] !== decision[label])
        throw new RangeError(`decisions[${i}].${label}: pose "${pose}" was ${String(before[label])} before`);
    }
    const isSilenced = place === 'at-desk' ? before.wasSilenced && wasSilenced : before.wasSilenced || wasSilenced;
    poses.set(pose, { ...before, wasSilenced: isSilenced });
  });
  return [...poses.values()];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
