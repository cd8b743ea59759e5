import { boundErrorRate } from './clopper-pearson.js';

/** One pose of a walk, decided as a call would be. Several windows of one pose have one name: they are one trial. */
export interface DecidedPose {
  readonly pose: string;
  /** Where it was: what a silence there would cost. */
  readonly place: 'at-desk' | 'earshot' | 'out-of-earshot';
  readonly wasSilenced: boolean;
  /** Free text; whatever names them apart. */
  readonly phone?: string;
  readonly walker?: string;
  readonly floor?: string;
}

/** Calls that phones have decided in shadow mode and rung all the same; counted by them, told by their users. */
export interface ShadowCounts {
  /** Calls that were taken far from the desk. */
  readonly away: number;
  /** Of those, how many would have been silenced. */
  readonly awaySilenced: number;
}

export interface Certificate {
  readonly version: 1;
  readonly verdict: 'certified' | 'looks-separable' | 'not-separable' | 'no-data';
  /** For people: what it says and what it does not. */
  readonly sentences: readonly string[];
  /** Poses out of earshot, each counted once: what the bound stands on. */
  readonly poses: number;
  readonly silencedPoses: number;
  readonly phones: number;
  readonly walkers: number;
  readonly floors: number;
  /** One-sided 95 % (Clopper and Pearson), 0..1; absent without a pose. */
  readonly upperBound?: number;
  /** Share of silences at the desk and within earshot, 0..1; absent without a pose there. */
  readonly silencedAtDesk?: number;
  readonly silencedInEarshot?: number;
  /** Stated apart: a user who forgets to tell is not a trial. */
  readonly shadow?: ShadowCounts & { readonly upperBound?: number };
}

/** Poses out of earshot that a certificate needs: without an error they bound it at 5 %. */
export const LEAST_CERTIFIED_POSES = 59;
/** Below this share of silences at the desk, the product does nothing here. */
const LEAST_SEPARABLE_SHARE = 0.5;

/**
 * What a walk proves. A pose out of earshot that was silenced counts as an error; poses of one name count once, silenced if any was.
 * @param poses of one desk, or of several when their floors are pooled.
 * @example certify([]).verdict // 'no-data'
 */
export function certify(poses: readonly DecidedPose[], shadow?: ShadowCounts): Certificate {
  const trials = mergeWindows(poses);
  const away = trials.filter(({ place }) => place === 'out-of-earshot');
  const errors = away.filter(({ wasSilenced }) => wasSilenced).length;
  const atDesk = shareSilenced(trials.filter(({ place }) => place === 'at-desk'));
  const inEarshot = shareSilenced(trials.filter(({ place }) => place === 'earshot'));
  const upperBound = away.length === 0 ? undefined : boundErrorRate(errors, away.length);
  const verdict = judge(away.length, errors, atDesk);
  const counts = {
    poses: away.length,
    silencedPoses: errors,
    phones: countOf(away, (pose) => pose.phone),
    walkers: countOf(away, (pose) => pose.walker),
    floors: countOf(away, (pose) => pose.floor),
  };
  return {
    version: 1,
    verdict,
    sentences: describe(verdict, counts, upperBound, trials),
    ...counts,
    ...(upperBound === undefined ? {} : { upperBound }),
    ...(atDesk === undefined ? {} : { silencedAtDesk: atDesk }),
    ...(inEarshot === undefined ? {} : { silencedInEarshot: inEarshot }),
    ...(shadow === undefined ? {} : { shadow: boundShadow(shadow) }),
  };
}

function mergeWindows(poses: readonly DecidedPose[]): readonly DecidedPose[] {
  const merged = new Map<string, DecidedPose>();
  for (const pose of poses) {
    const known = merged.get(pose.pose);
    merged.set(
      pose.pose,
      known === undefined ? pose : { ...known, wasSilenced: known.wasSilenced || pose.wasSilenced },
    );
  }
  return [...merged.values()];
}

function judge(poses: number, errors: number, atDesk: number | undefined): Certificate['verdict'] {
  if (poses === 0 || atDesk === undefined) return 'no-data';
  if (errors > 0 || atDesk < LEAST_SEPARABLE_SHARE) return 'not-separable';
  return poses >= LEAST_CERTIFIED_POSES ? 'certified' : 'looks-separable';
}

function shareSilenced(poses: readonly DecidedPose[]): number | undefined {
  return poses.length === 0 ? undefined : poses.filter(({ wasSilenced }) => wasSilenced).length / poses.length;
}

function countOf(poses: readonly DecidedPose[], of: (pose: DecidedPose) => string | undefined): number {
  return new Set(poses.map(of).filter((name) => name !== undefined)).size;
}

function boundShadow(shadow: ShadowCounts): NonNullable<Certificate['shadow']> {
  const { away, awaySilenced } = shadow;
  return away > 0 ? { ...shadow, upperBound: boundErrorRate(awaySilenced, away) } : shadow;
}

const verdicts: Readonly<Record<Certificate['verdict'], string>> = {
  certified: 'Certified: this desk is told apart from the places out of earshot.',
  'looks-separable': 'Not certified, looks separable.',
  'not-separable': 'This desk cannot be told apart as it stands.',
  'no-data': 'Nothing can be said: poses at the desk and out of earshot are needed.',
};

function describe(
  verdict: Certificate['verdict'],
  {
    poses,
    silencedPoses,
    phones,
    walkers,
    floors,
  }: Pick<Certificate, 'poses' | 'silencedPoses' | 'phones' | 'walkers' | 'floors'>,
  upperBound: number | undefined,
  trials: readonly DecidedPose[],
): readonly string[] {
  const sentences = [verdicts[verdict]];
  if (upperBound !== undefined)
    sentences.push(
      `${silencedPoses} of ${poses} poses out of earshot were silenced: with 95 % confidence at most ${percent(upperBound)} of such poses would be.`,
    );
  if (poses > 0 && poses < LEAST_CERTIFIED_POSES)
    sentences.push(`${LEAST_CERTIFIED_POSES - poses} more without a silence would bound it at 5 %; 299 in all at 1 %.`);
  if (phones <= 1 && poses > 0) sentences.push('One phone was carried: what another would hear was not seen.');
  if (walkers <= 1 && poses > 0) sentences.push('One person walked: what another body takes was not seen.');
  if (floors > 1) sentences.push(`${floors} floors are pooled: the bound is for all of them together, not for each.`);
  const phonesUsed = trials.map(({ phone }) => phone);
  if (trials.length > 0 && phonesUsed.every((phone) => phone === 'laptop'))
    sentences.push('Only a laptop was carried: it cannot speak for pockets.');
  return sentences;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : Math.round(value * 10) / 10} %`;
}
