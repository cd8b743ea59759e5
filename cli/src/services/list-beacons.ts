import { CliError } from '../errors/cli-error.js';
import { newestCalibrations } from '../registry/newest-calibrations.js';
import type { Reading, Registry, SqlCell } from '../registry/registry.js';
import type { Stored } from '../registry/tables.js';

/** A beacon as lists show it: no key in it. */
export interface ListedBeacon {
  readonly beacon: string;
  readonly desk: string;
  readonly extensions: readonly string[];
  readonly lifecycle: string;
  readonly pairedAtMs?: number;
  readonly lastHeardAtMs?: number;
}

/** @returns the stalest first: never heard, then the longest ago; those out of service at the end. */
export async function listBeacons(registry: Registry): Promise<readonly ListedBeacon[]> {
  return registry.read(async (reading) => {
    const extensionsOf = new Map<SqlCell, string[]>();
    for (const [extension, desk] of await reading.pick('seats', ['extension', 'desk'])) {
      const known = extensionsOf.get(desk as SqlCell);
      if (known === undefined) extensionsOf.set(desk as SqlCell, [String(extension)]);
      else known.push(String(extension));
    }
    const rows = await reading.pick('beacons', ['id', 'desk', 'lifecycle', 'pairedAtMs', 'lastHeardAtMs']);
    const listed = rows.map(
      ([beacon, desk, lifecycle, pairedAtMs, lastHeardAtMs]): ListedBeacon => ({
        beacon: String(beacon),
        desk: String(desk),
        extensions: extensionsOf.get(desk as SqlCell) ?? [],
        lifecycle: String(lifecycle),
        ...(typeof pairedAtMs === 'number' ? { pairedAtMs } : {}),
        ...(typeof lastHeardAtMs === 'number' ? { lastHeardAtMs } : {}),
      }),
    );
    const isRetired = ({ lifecycle }: ListedBeacon): number => (lifecycle === 'retired' ? 1 : 0);
    return listed.sort(
      (a, b) =>
        isRetired(a) - isRetired(b) || (a.lastHeardAtMs ?? 0) - (b.lastHeardAtMs ?? 0) || compare(a.beacon, b.beacon),
    );
  });
}

/** Everything about one beacon, desk or extension, and what was done to it. */
export interface Shown {
  readonly kind: 'beacon' | 'desk' | 'extension';
  readonly id: string;
  readonly desks: readonly string[];
  readonly extensions: readonly string[];
  readonly beacons: readonly ListedBeacon[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly calibration?: { readonly recordedAtMs: number; readonly isStale: boolean; readonly certificate: unknown };
  readonly leases: readonly { readonly id: string; readonly untilMs: number; readonly revokedAtMs?: number }[];
}

/** @param id of a beacon, a desk or an extension. @throws CliError `not-found`. */
export async function show(registry: Registry, id: string): Promise<Shown> {
  return registry.read(async (reading) => {
    const beacon = await reading.get('beacons', id);
    if (beacon !== undefined) return showDesks(reading, 'beacon', id, [beacon.desk], settingsOf(beacon));
    const desk = await reading.get('desks', id);
    if (desk !== undefined) {
      const { revision: _revision, ...details } = desk;
      return showDesks(reading, 'desk', id, [id], details);
    }
    const extension = await reading.get('extensions', id);
    if (extension === undefined) throw new CliError('not-found', `${id}: no beacon, desk or extension has this name`);
    const { revision: _revision, ...details } = extension;
    const seats = await reading.list('seats', { extension: id });
    return showDesks(
      reading,
      'extension',
      id,
      seats.map((seat) => seat.desk),
      details,
    );
  });
}

async function showDesks(
  reading: Reading,
  kind: Shown['kind'],
  id: string,
  desks: readonly string[],
  details: Readonly<Record<string, unknown>>,
): Promise<Shown> {
  const extensions = new Set<string>(kind === 'extension' ? [id] : []);
  const beacons: ListedBeacon[] = [];
  const calibrations: Stored<'calibrations'>[] = [];
  for (const desk of desks) {
    const seated = (await reading.list('seats', { desk })).map(({ extension }) => extension);
    for (const extension of seated) extensions.add(extension);
    for (const row of await reading.list('beacons', { desk }))
      if (kind !== 'beacon' || row.id === id) beacons.push(toListed(row, seated));
    calibrations.push(...(await reading.list('calibrations', { desk })));
  }
  const [calibration] = [...newestCalibrations(calibrations).values()].sort((a, b) => b.recordedAtMs - a.recordedAtMs);
  const leases = (await Promise.all([...extensions].map((extension) => reading.list('leases', { extension })))).flat();
  return {
    kind,
    id,
    desks,
    extensions: [...extensions],
    beacons,
    details,
    ...(calibration === undefined ? {} : { calibration: whatCounts(calibration) }),
    leases: leases.map(({ id: lease, untilMs, revokedAtMs }) => ({
      id: lease,
      untilMs,
      ...(revokedAtMs === undefined ? {} : { revokedAtMs }),
    })),
  };
}

function whatCounts({ recordedAtMs, isStale, certificate }: Stored<'calibrations'>) {
  return { recordedAtMs, isStale, certificate };
}

function settingsOf({ name, exponentK, intervalMs, measuredPowerDbm, clockOffsetS }: Stored<'beacons'>) {
  return { name, exponentK, intervalMs, measuredPowerDbm, clockOffsetS };
}

function toListed(row: Stored<'beacons'>, extensions: readonly string[]): ListedBeacon {
  const { id, desk, lifecycle, pairedAtMs, lastHeardAtMs } = row;
  return {
    beacon: id,
    desk,
    extensions,
    lifecycle,
    ...(pairedAtMs === undefined ? {} : { pairedAtMs }),
    ...(lastHeardAtMs === undefined ? {} : { lastHeardAtMs }),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
