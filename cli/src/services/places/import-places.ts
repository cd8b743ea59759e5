import { CliError } from '../../errors/cli-error.js';
import type { Reading } from '../../registry/registry.js';
import type { RecordOf, Stored } from '../../registry/tables.js';
import type { Session } from '../open-session.js';
import { siteOf } from '../pairing/pair-beacon.js';
import type { PlaceFinding, PlaceRow } from './place-file.js';

/** What an import would change, to be looked at before it is done. Nothing is removed by an import. */
export interface ImportPlan {
  readonly deskbeacon: 'import-plan';
  readonly version: 1;
  readonly changes: readonly PlannedChange[];
  /** Rows that are left out. */
  readonly findings: readonly PlaceFinding[];
  readonly unchanged: number;
}

type Table = 'floors' | 'desks' | 'extensions' | 'seats';

export type PlannedChange = {
  readonly [T in Table]: {
    readonly table: T;
    /** The row as it is to be. */
    readonly row: RecordOf<T>;
    /** Of the row that is changed; absent where it is new. */
    readonly revision?: number;
  };
}[Table];

const TELL_EVERY = 5000;

/** Compares a sheet with the registry. */
export async function planImport(
  session: Session,
  { rows, findings }: { readonly rows: readonly PlaceRow[]; readonly findings: readonly PlaceFinding[] },
): Promise<ImportPlan> {
  const site = (await siteOf(session.registry)).id;
  return session.registry.read(async (reading) => {
    const planned = await openPlan(reading);
    const more: PlaceFinding[] = [];
    for (const row of rows) {
      if (row.floor !== undefined) planned.floors.put({ id: row.floor, site, name: row.floor, level: 0 });
      if (row.desk !== undefined) {
        const before = planned.desks.get(row.desk);
        const desk = deskOf(row, row.desk, site, before);
        if (planned.desks.isPlanned(row.desk) && before !== undefined && canonical(desk) !== canonical(before))
          more.push({ line: row.line, column: 'desk', expected: 'one place, name and floor a desk', got: row.desk });
        else planned.desks.put(desk);
      }
      if (row.extension !== undefined) {
        const before = planned.extensions.get(row.extension);
        planned.extensions.put(extensionOf(row, row.extension, site, before));
        if (row.desk !== undefined)
          planned.seats.put({ id: `${row.extension}/${row.desk}`, extension: row.extension, desk: row.desk });
      }
    }
    const tables = [planned.floors, planned.desks, planned.extensions, planned.seats];
    return {
      deskbeacon: 'import-plan',
      version: 1,
      changes: tables.flatMap((table) => table.changes()),
      findings: [...findings, ...more],
      unchanged: tables.reduce((sum, table) => sum + table.unchanged(), 0),
    };
  });
}

/**
 * Does what was planned, whole or not at all.
 * @throws CliError `registry-conflict` when the registry has changed since, in a row that is to change.
 */
export async function applyPlan(
  session: Session,
  plan: ImportPlan,
  tell: (done: number, of: number) => void,
): Promise<{ readonly added: number; readonly changed: number }> {
  return session.registry.change(session.by('import'), async (changing) => {
    let [added, changed] = [0, 0];
    for (const change of plan.changes) {
      if (change.revision === undefined) {
        await changing.insert(change.table, change.row as RecordOf<typeof change.table>);
        added += 1;
      } else {
        const row = { ...change.row, revision: change.revision } as Stored<typeof change.table>;
        await changing.update(change.table, row);
        changed += 1;
      }
      if ((added + changed) % TELL_EVERY === 0) tell(added + changed, plan.changes.length);
    }
    return { added, changed };
  });
}

/** @throws CliError `bad-plan` for a file that is no plan. */
export function decodePlan(text: string): ImportPlan {
  let value: Partial<ImportPlan>;
  try {
    value = JSON.parse(text) as Partial<ImportPlan>;
  } catch (cause) {
    throw new CliError('bad-plan', 'the plan is no JSON', { cause });
  }
  const tables = ['floors', 'desks', 'extensions', 'seats'];
  const isWhole =
    value?.deskbeacon === 'import-plan' &&
    value.version === 1 &&
    Array.isArray(value.changes) &&
    value.changes.every(({ table, row }) => tables.includes(table) && typeof row === 'object' && row !== null);
  if (!isWhole) throw new CliError('bad-plan', 'the file is no plan of this version of deskbeacon import');
  return value as ImportPlan;
}

interface PlannedTable<T extends Table> {
  get(id: string): RecordOf<T> | undefined;
  isPlanned(id: string): boolean;
  put(row: RecordOf<T>): void;
  changes(): readonly PlannedChange[];
  unchanged(): number;
}

async function openPlan(reading: Reading): Promise<{ readonly [T in Table]: PlannedTable<T> }> {
  return {
    floors: plannedTable('floors', await reading.list('floors')),
    desks: plannedTable('desks', await reading.list('desks')),
    extensions: plannedTable('extensions', await reading.list('extensions')),
    seats: plannedTable('seats', await reading.list('seats')),
  };
}

function plannedTable<T extends Table>(table: T, rows: readonly Stored<T>[]): PlannedTable<T> {
  const before = new Map(rows.map((row) => [row.id, row]));
  const planned = new Map<string, RecordOf<T>>();
  const isSame = (row: RecordOf<T>): boolean => {
    const known = before.get(row.id);
    return known !== undefined && canonical(row) === canonical(known);
  };
  return {
    get: (id) => planned.get(id) ?? before.get(id),
    isPlanned: (id) => planned.has(id),
    // A floor that is there keeps its level: the sheet does not know it.
    put: (row) => void planned.set(row.id, table === 'floors' ? (before.get(row.id) ?? row) : row),
    changes: () =>
      [...planned.values()]
        .filter((row) => !isSame(row))
        .map((row) => {
          const revision = before.get(row.id)?.revision;
          return { table, row, ...(revision === undefined ? {} : { revision }) } as unknown as PlannedChange;
        }),
    unchanged: () => [...planned.values()].filter(isSame).length,
  };
}

/** A cell that is empty leaves what is there. */
function deskOf(row: PlaceRow, id: string, site: string, before: RecordOf<'desks'> | undefined): RecordOf<'desks'> {
  const known = strip(before);
  return {
    site,
    ...known,
    id,
    name: row.deskName ?? known?.name ?? id,
    isAnchor: row.isAnchor ?? known?.isAnchor ?? false,
    ...(row.floor === undefined ? {} : { floor: row.floor }),
    ...(row.xM === undefined || row.yM === undefined ? {} : { xM: row.xM, yM: row.yM }),
  };
}

function extensionOf(
  row: PlaceRow,
  id: string,
  site: string,
  before: RecordOf<'extensions'> | undefined,
): RecordOf<'extensions'> {
  const fresh = { site, source: 'import', sourceKey: id, isEnabled: true };
  const known = strip(before);
  return { ...fresh, ...known, id, displayName: row.displayName ?? known?.displayName ?? id };
}

function strip<T extends object>(row: T | undefined): Omit<T, 'revision'> | undefined {
  if (row === undefined) return undefined;
  const { revision: _revision, ...rest } = row as T & { readonly revision?: number };
  return rest;
}

function canonical(row: object): string {
  const fields = Object.entries(row).filter(([name]) => name !== 'revision');
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
