/** What a walk has proven: a bound, no wrong silence among too few poses, that it does not work here, or nothing. */
export type CertificateVerdict = 'certified' | 'looks-separable' | 'not-separable' | 'no-data';

/** What calls of phones in shadow mode say of false silence. */
export interface ShadowBound {
  /** Calls away from the desk, 0..100 000. */
  readonly calls: number;
  /** Of these, how many would have been silenced. */
  readonly errors: number;
  /** As if each call were a place of its own, 0..1. */
  readonly upperBound: number;
  /** Whether more than 5 % of such calls are silenced, with 95 % confidence. */
  readonly contradicts: boolean;
}

/** What a walk proves about false silence out of earshot. */
export interface Certificate {
  /** Poses out of earshot: what the bound is bought with. */
  readonly poses: number;
  /** Different phones among these. */
  readonly phones: number;
  /** Different walkers among these. */
  readonly walkers: number;
  /** Their floors, by name. */
  readonly floors: readonly string[];
  /** Whether the bound is of several floors together. */
  readonly isPooled: boolean;
  /** Poses out of earshot in which the phone was silenced. */
  readonly errors: number;
  /** Their names. */
  readonly silencedPoses: readonly string[];
  /** One-sided 95 % upper bound of the share of such poses, 0..1. */
  readonly upperBound: number;
  /** Poses within earshot of the desk phone; they do not enter the bound. */
  readonly earshot: { readonly poses: number; readonly silenced: number };
  /** Poses at desks, and in how many the phone stayed quiet. */
  readonly atDesk: { readonly poses: number; readonly silenced: number };
  /** No pose out of earshot had the phone in a pocket. */
  readonly isWithoutPocket: boolean;
  /** No phone was there, a laptop listened. */
  readonly isLaptopOnly: boolean;
  /** Stated apart: calls of a few phones on a few days are not poses. */
  readonly shadow?: ShadowBound;
  /** What follows from the numbers. */
  readonly verdict: CertificateVerdict;
  /** The same in English, the verdict first. */
  readonly sentences: readonly string[];
}

/**
 * A bound in per cent, rounded up: rounded down it would promise what was not proven.
 * @param share 0..1.
 * @returns two digits or three with a sign, such as "5 %".
 * @example sayBound(0.0495) // '5 %'
 */
export function sayBound(share: number): string {
  const percent = 100 * share;
  const steps = percent >= 10 ? 1 : percent >= 1 ? 10 : 100;
  return `${Math.ceil(percent * steps - 1e-9) / steps} %`;
}

/** A certificate in words: the verdict, what it was bought with, and what it does not say. */
export function sayCertificate(certificate: Omit<Certificate, 'sentences'>): readonly string[] {
  const { poses, floors, isPooled, isWithoutPocket, isLaptopOnly, phones, walkers } = certificate;
  if (poses === 0)
    return ['No pose out of earshot was decided, so nothing is known of false silence.', ...desk(certificate)];
  return [
    headline(certificate),
    `${count(poses, 'pose')} out of earshot, ${count(phones, 'phone')}, ${count(walkers, 'walker')}; windows of one pose count once.`,
    ...(isPooled ? [`Floors ${floors.join(', ')} are pooled: the bound is of all together, not of each.`] : []),
    ...desk(certificate),
    ...earshot(certificate),
    ...shadow(certificate),
    ...(isLaptopOnly
      ? ['Recorded by a laptop alone: this cannot speak for phones, nor for pockets.']
      : isWithoutPocket
        ? ['No pose out of earshot had the phone in a pocket: this cannot speak for pockets.']
        : []),
    ...(phones === 1 && !isLaptopOnly ? ['One phone only: another model may be heard differently.'] : []),
  ];
}

function headline({
  verdict,
  errors,
  poses,
  upperBound,
  atDesk,
  silencedPoses,
}: Omit<Certificate, 'sentences'>): string {
  const bound = `at most ${sayBound(upperBound)} of poses out of earshot are silenced (95 % confidence)`;
  const seen = errors === 0 ? 'none was' : `${errors} ${errors === 1 ? 'was' : 'were'}`;
  switch (verdict) {
    case 'certified':
      return `Certified: ${bound}; of ${poses}, ${seen}.`;
    case 'looks-separable':
      return `Not certified, looks separable: of ${count(poses, 'pose')} none was silenced, which proves no more than ${sayBound(upperBound)}.`;
    case 'no-data':
      return 'Not certified: no pose at the desk was decided, and a phone that rings everywhere would do as well out of earshot.';
    default:
      break;
  }
  if (errors > 0)
    return `Not certified: in ${count(errors, 'pose')} out of earshot the phone would have been silenced (${names(silencedPoses)}), so in up to ${sayBound(upperBound)} of such.`;
  if (2 * atDesk.silenced <= atDesk.poses && atDesk.poses > 0)
    return `Not certified: the phone rings at its own desk too, in ${atDesk.poses - atDesk.silenced} of ${count(atDesk.poses, 'pose')} there.`;
  return 'Not certified: calls of phones in shadow mode contradict the walk.';
}

function desk({ atDesk }: Omit<Certificate, 'sentences'>): readonly string[] {
  if (atDesk.poses === 0) return [];
  return [`At the desk the phone stayed quiet in ${atDesk.silenced} of ${count(atDesk.poses, 'pose')}.`];
}

function earshot({ earshot: { poses, silenced } }: Omit<Certificate, 'sentences'>): readonly string[] {
  if (poses === 0) return [];
  return [`Within earshot it was silenced in ${silenced} of ${count(poses, 'pose')}; they do not enter the bound.`];
}

function shadow({ shadow: counted }: Omit<Certificate, 'sentences'>): readonly string[] {
  if (counted === undefined || counted.calls === 0) return [];
  return [
    `Apart from the walk, ${counted.errors} of ${count(counted.calls, 'call')} taken away from the desk would have been silenced: ` +
      `${sayBound(counted.upperBound)} at most, if each call were a place of its own${counted.contradicts ? '; this contradicts the walk' : ''}.`,
  ];
}

function names(poses: readonly string[]): string {
  const [first, second, third, ...rest] = poses.map((pose) => `"${pose}"`);
  const shown = [first, second, third].filter((name) => name !== undefined).join(', ');
  return rest.length === 0 ? shown : `${shown} and ${rest.length} more`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
