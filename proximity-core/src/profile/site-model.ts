import { fault, fieldsOf, integerOf, isWithin, objectOf, type Reading } from './read-fields.js';

/** One beacon as a phone at one desk hears it. */
export interface LinkPrint {
  /** Expected level, dB relative to the beacon's power at 1 m, for a phone without offset: −100..60. */
  readonly gainDb: number;
  /** How far one pose may stay off it, one standard deviation: 1..20 dB. */
  readonly sdDb: number;
}

/** How a phone at one desk hears the beacons. */
export interface DeskPrint {
  /** Poses behind it, 1..1000. */
  readonly poses: number;
  /** By the beacon's desk; at most 64. */
  readonly links: Readonly<Record<string, LinkPrint>>;
}

/** What a walk through the site taught: how each desk's phone hears the beacons. Plain JSON; it tells of no person. */
export interface SiteModel {
  /** Of this form. */
  readonly version: 1;
  /** By the desk that was walked; at most 2000. */
  readonly desks: Readonly<Record<string, DeskPrint>>;
}

/** Bounds of every number above, inclusive. */
export const siteModelBounds = {
  desks: 2000,
  links: 64,
  poses: [1, 1000],
  gainDb: [-100, 60],
  sdDb: [1, 20],
} as const;

/** A site model, or the first fault with its path. */
export type SiteModelResult =
  | { readonly ok: true; readonly model: SiteModel }
  | { readonly ok: false; readonly reason: string };

/**
 * Checks a parsed JSON value and returns it as a site model. Unknown fields are ignored.
 * @param value what `JSON.parse` gave.
 * @returns the model, or the first fault with its path.
 * @example decodeSiteModel({ version: 1, desks: {} }).ok // true
 */
export function decodeSiteModel(value: unknown): SiteModelResult {
  const fields = fieldsOf(value);
  if (fields === undefined) return { ok: false, reason: 'expected an object' };
  const { version } = fields;
  if (version !== 1) return { ok: false, reason: `version: expected 1, got ${JSON.stringify(version)}` };
  const faults: string[] = [];
  const desks = entriesOf({ fields, path: '', faults }, 'desks', siteModelBounds.desks, decodeDesk);
  const [reason] = faults;
  return reason === undefined ? { ok: true, model: { version, desks } } : { ok: false, reason };
}

/** Reads a field whose own fields are all of one kind. */
function entriesOf<T>(
  from: Reading,
  name: string,
  most: number,
  decode: (entry: Reading) => T,
): Readonly<Record<string, T>> {
  const given = fieldsOf(from.fields[name]);
  if (given === undefined || Object.keys(given).length > most)
    return fault(from, name, `an object of at most ${most}`, {});
  const all = objectOf(from, name);
  return Object.fromEntries(Object.keys(given).map((key) => [key, decode(objectOf(all, key))]));
}

function decodeDesk(from: Reading): DeskPrint {
  return {
    poses: integerOf(from, 'poses', ...siteModelBounds.poses),
    links: entriesOf(from, 'links', siteModelBounds.links, decodeLink),
  };
}

function decodeLink(from: Reading): LinkPrint {
  return { gainDb: decibelsOf(from, 'gainDb'), sdDb: decibelsOf(from, 'sdDb') };
}

function decibelsOf(from: Reading, name: 'gainDb' | 'sdDb'): number {
  const value = from.fields[name];
  const [least, most] = siteModelBounds[name];
  return isWithin(value, least, most) ? value : fault(from, name, `${least}..${most} dB`, least);
}
