import type { Registry, SqlCell } from '../../registry/registry.js';

/** A desk or an anchor as lists show it. */
export interface ListedDesk {
  readonly desk: string;
  readonly name: string;
  readonly floor?: string;
  /** Metres in the plan of the floor. */
  readonly at?: readonly [number, number];
  readonly extensions: readonly string[];
  /** The one that is not retired. */
  readonly beacon?: string;
  /** Of the newest walk. */
  readonly calibration: 'none' | 'current' | 'stale';
}

export interface ListedExtension {
  readonly extension: string;
  readonly displayName: string;
  readonly desks: readonly string[];
  readonly source: string;
  readonly isEnabled: boolean;
}

/** @returns all desks, or all anchors, in the order of their names. */
export async function listDesks(registry: Registry, isAnchor: boolean): Promise<readonly ListedDesk[]> {
  return registry.read(async (reading) => {
    const extensions = grouped(await reading.pick('seats', ['desk', 'extension']));
    const beacons = new Map(
      (await reading.pick('beacons', ['desk', 'id', 'lifecycle']))
        .filter(([, , lifecycle]) => lifecycle !== 'retired')
        .map(([desk, id]) => [desk, String(id)]),
    );
    const walks = await reading.pick('calibrations', ['recordedAtMs', 'desk', 'isStale']);
    // The newest comes last, and its word counts.
    const calibrations = new Map(
      [...walks].sort(([a], [b]) => Number(a) - Number(b)).map(([, desk, isStale]) => [desk, isStale === 1]),
    );
    const rows = await reading.pick('desks', ['id', 'name', 'floor', 'xM', 'yM', 'isAnchor']);
    return rows
      .filter((row) => (row[5] === 1) === isAnchor)
      .map(([id = null, name, floor, xM, yM]): ListedDesk => {
        const beacon = beacons.get(id);
        const isStale = calibrations.get(id);
        return {
          desk: String(id),
          name: String(name),
          ...(typeof floor === 'string' ? { floor } : {}),
          ...(typeof xM === 'number' && typeof yM === 'number' ? { at: [xM, yM] as const } : {}),
          extensions: extensions.get(id) ?? [],
          ...(beacon === undefined ? {} : { beacon }),
          calibration: isStale === undefined ? 'none' : isStale ? 'stale' : 'current',
        };
      });
  });
}

/** @returns all extensions in their order as text; closed ones too. */
export async function listExtensions(registry: Registry): Promise<readonly ListedExtension[]> {
  return registry.read(async (reading) => {
    const desks = grouped(await reading.pick('seats', ['extension', 'desk']));
    const rows = await reading.pick('extensions', ['id', 'displayName', 'source', 'isEnabled']);
    return rows.map(([id = null, displayName, source, isEnabled]) => ({
      extension: String(id),
      displayName: String(displayName),
      desks: desks.get(id) ?? [],
      source: String(source),
      isEnabled: isEnabled === 1,
    }));
  });
}

/** @returns the second cells by the first. */
function grouped(rows: readonly SqlCell[][]): ReadonlyMap<SqlCell, readonly string[]> {
  const groups = new Map<SqlCell, string[]>();
  for (const [of = null, one] of rows) {
    const known = groups.get(of);
    if (known === undefined) groups.set(of, [String(one)]);
    else known.push(String(one));
  }
  return groups;
}
