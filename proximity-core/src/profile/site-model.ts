import { type Fields, fieldsOf, isWithin } from './read-fields.js';

/** What a walk through the site taught: how each desk's phone hears the beacons. Plain JSON; it tells of no person. */

/** One beacon as a phone at one desk hears it. */
export interface LinkPrint {
  /** Expected level, dB relative to the beacon's power at 1 m, for a phone without offset: −100..60. */
  readonly gainDb: number;
  /** How far one pose may stay off it, one standard deviation: 1..20 dB. */
  readonly sdDb: number;
}

export interface DeskPrint {
  /** Poses behind it, 1..1000. */
  readonly poses: number;
  /** By the beacon's desk; at most 64. */
  readonly links: Readonly<Record<string, LinkPrint>>;
}

export interface SiteModel {
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
  const root = fieldsOf(value);
  if (root === undefined) return bad('expected an object');
  if (root.version !== 1) return bad(`version: expected 1, got ${JSON.stringify(root.version)}`);
  const desks = entriesOf(root, 'desks', siteModelBounds.desks, '', decodeDesk);
  return typeof desks === 'string' ? bad(desks) : { ok: true, model: { version: 1, desks } };
}

/** Reads a field whose own fields are all of one kind. @returns them, or the first fault with its path. */
function entriesOf<T extends object>(
  from: Fields,
  name: string,
  most: number,
  path: string,
  decode: (entry: Fields | undefined, path: string) => T | string,
): Readonly<Record<string, T>> | string {
  const given = fieldsOf(from[name]);
  if (given === undefined || Object.keys(given).length > most)
    return `${path}${name}: expected an object of at most ${most}`;
  const entries: [string, T][] = [];
  for (const [key, entry] of Object.entries(given)) {
    const decoded = decode(fieldsOf(entry), `${path}${name}.${key}`);
    if (typeof decoded === 'string') return decoded;
    entries.push([key, decoded]);
  }
  return Object.fromEntries(entries);
}

function decodeDesk(desk: Fields | undefined, path: string): DeskPrint | string {
  if (desk === undefined) return `${path}: expected an object`;
  const { poses } = desk;
  if (!isWithin(poses, ...siteModelBounds.poses) || !Number.isInteger(poses))
    return `${path}.poses: expected an integer 1..1000`;
  const links = entriesOf(desk, 'links', siteModelBounds.links, `${path}.`, decodeLink);
  return typeof links === 'string' ? links : { poses, links };
}

function decodeLink(link: Fields | undefined, path: string): LinkPrint | string {
  const { gainDb, sdDb } = link ?? {};
  if (!isWithin(gainDb, ...siteModelBounds.gainDb)) return `${path}.gainDb: expected -100..60 dB`;
  return isWithin(sdDb, ...siteModelBounds.sdDb) ? { gainDb, sdDb } : `${path}.sdDb: expected 1..20 dB`;
}

function bad(reason: string): SiteModelResult {
  return { ok: false, reason };
}
