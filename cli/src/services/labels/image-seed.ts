import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SETUP_CODE_OCTETS, tagOf } from '@deskbeacon/beacon/control';
import { CliError } from '../../errors/cli-error.js';
import { writeSecretFile } from '../files.js';
import { isThere, refuseExisting } from './existing.js';
import { labelFormats, pathsFor, renderLabels } from './label-files.js';
import type { Label } from './layout-labels.js';
import type { PlanRow } from './plan-file.js';
import { type SeedFileName, seedFilesOf } from './seed-files.js';
import type { SheetName } from './sheets.js';

export interface ImageSeedOptions {
  readonly rows: readonly PlanRow[];
  /** A folder; made when it is not there. */
  readonly output: string;
  readonly sheet: SheetName;
  /** Gives up seeds and labels that are there. */
  readonly replace?: boolean;
  /** A TrueType or OpenType file for the PDF. */
  readonly fontFile?: string;
}

/** One beacon that can be set up now; never its code. */
export interface SeededBeacon {
  readonly desk: string;
  readonly hostname: string;
  readonly folder: string;
  /** What the beacon shows on the air while it waits to be claimed: 8 hexadecimal digits. */
  readonly tag: string;
}

export interface ImageSeedResult {
  readonly beacons: readonly SeededBeacon[];
  /** The label sheets. */
  readonly sheets: readonly string[];
}

const SHEET_FILE = /^labels(-\d+)?\.(svg|pdf)$/;
const TEMPORARY = '.tmp-';
/** Folders that are written at once. */
const AT_ONCE = 16;

/**
 * Draws a setup code for each row, and writes what goes on the beacons' cards and the labels that belong to them. All of it is
 * written beside its place first: a folder there is complete, and labels are there only when every seed is.
 * @throws CliError `output-exists`, `cannot-write`, and as `renderLabels`.
 */
export async function writeImageSeeds(options: ImageSeedOptions): Promise<ImageSeedResult> {
  const { rows, output, sheet, replace = false, fontFile } = options;
  const drawn = rows.map((row) => ({ row, setupCode: new Uint8Array(randomBytes(SETUP_CODE_OCTETS)) }));
  const labels = drawn.map(({ row, setupCode }) => labelOf(row, setupCode));
  const folders = rows.map(({ hostname }) => join(output, hostname));
  const oldSheets = await findSheets(output);
  if (!replace) await refuseExisting([...oldSheets, ...folders]);
  const sheets = new Map<string, string | Uint8Array>();
  for (const format of labelFormats) {
    const contents = await renderLabels({ labels, sheet, format, ...(fontFile === undefined ? {} : { fontFile }) });
    const paths = pathsFor(join(output, `labels.${format}`), contents.length);
    for (const [i, content] of contents.entries()) sheets.set(paths[i] as string, content);
  }
  const beside = await makeBeside(output);
  try {
    await inTurns(drawn, async ({ row, setupCode }) =>
      writeFolder(join(beside, row.hostname), seedFilesOf(row, setupCode)),
    );
    // Old labels do not fit any more from the first new seed on.
    for (const old of oldSheets) await rm(old, { force: true });
    for (const { hostname } of rows) await putInPlace(join(beside, hostname), join(output, hostname), beside, replace);
    for (const [path, content] of sheets) writeSecretFile(path, content);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('cannot-write', `cannot write the seeds to ${output}`, { cause });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  const beacons = drawn.map(({ row: { desk, hostname }, setupCode }, i) => {
    const tag = Buffer.from(tagOf('setup-code', setupCode)).toString('hex');
    return { desk, hostname, folder: folders[i] as string, tag };
  });
  return { beacons, sheets: [...sheets.keys()] };
}

function labelOf({ desk, extension, name }: PlanRow, setupCode: Uint8Array): Label {
  const note = [...(desk === name ? [] : [desk]), ...(extension === undefined ? [] : [extension])].join(' · ');
  return { name, ...(note === '' ? {} : { note }), setupCode };
}

async function findSheets(output: string): Promise<readonly string[]> {
  if (!(await isThere(output))) return [];
  const names = await readdir(output).catch((cause: unknown) => {
    throw new CliError('cannot-write', `${output} is no folder that can be read`, { cause });
  });
  return names.filter((name) => SHEET_FILE.test(name)).map((name) => join(output, name));
}

async function makeBeside(output: string): Promise<string> {
  try {
    await mkdir(output, { recursive: true, mode: 0o700 });
    return await mkdtemp(join(output, TEMPORARY));
  } catch (cause) {
    throw new CliError('cannot-write', `cannot write to ${output}`, { cause });
  }
}

async function writeFolder(folder: string, files: Readonly<Record<SeedFileName, string>>): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o600, flag: 'wx', flush: true });
  }
}

/** A folder is not renamed over one that holds something: one that is given up goes aside first, and with `beside`. */
async function putInPlace(folder: string, place: string, beside: string, replace: boolean): Promise<void> {
  if (replace && (await isThere(place))) await rename(place, join(beside, `old-${randomBytes(6).toString('hex')}`));
  await rename(folder, place);
}

async function inTurns<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += AT_ONCE) await Promise.all(items.slice(i, i + AT_ONCE).map(act));
}
