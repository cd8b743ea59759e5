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
  const root = fieldsOf(value);
  if (root === undefined) return bad('expected an object');
  if (root.version !== 1) return bad(`version: expected 1, got ${JSON.stringify(root.version)}`);
  const given = fieldsOf(root.desks);
  if (given === undefined || Object.keys(given).length > siteModelBounds.desks) {
    return bad(`desks: expected an object of at most ${siteModelBounds.desks}`);
  }
  const desks: [string, DeskPrint][] = [];
  for (const [name, desk] of Object.entries(given)) {
    const decoded = decodeDesk(desk, `desks.${name}`);
    if (typeof decoded === 'string') return bad(decoded);
    desks.push([name, decoded]);
  }
  return { ok: true, model: { version: 1, desks: Object.fromEntries(desks) } };
}

function decodeDesk(value: unknown, path: string): DeskPrint | string {
  const desk = fieldsOf(value);
  if (desk === undefined) return `${path}: expected an object`;
  if (!isWithin(desk.poses, siteModelBounds.poses) || !Number.isInteger(desk.poses)) {
    return `${path}.poses: expected an integer 1..1000`;
  }
  const given = fieldsOf(desk.links);
  if (given === undefined || Object.keys(given).length > siteModelBounds.links) {
    return `${path}.links: expected an object of at most ${siteModelBounds.links}`;
  }
  const links: [string, LinkPrint][] = [];
  for (const [beacon, link] of Object.entries(given)) {
    const { gainDb, sdDb } = fieldsOf(link) ?? {};
    if (!isWithin(gainDb, siteModelBounds.gainDb)) return `${path}.links.${beacon}.gainDb: expected -100..60 dB`;
    if (!isWithin(sdDb, siteModelBounds.sdDb)) return `${path}.links.${beacon}.sdDb: expected 1..20 dB`;
    links.push([beacon, { gainDb, sdDb }]);
  }
  return { poses: desk.poses, links: Object.fromEntries(links) };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function isWithin(value: unknown, [least, most]: readonly [number, number]): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}

function bad(reason: string): SiteModelResult {
  return { ok: false, reason };
}
