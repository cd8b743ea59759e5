import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Packet } from './peer.js';

/**
 * Recordings made elsewhere, one folder of them: `<set>.csv.gz` with a packet a row, `<set>.traces.csv.gz` with a trace a row,
 * and `manifest.json` with where each set is from. They are read where they lie and never copied.
 */

export interface RecordedPacket extends Packet {
  readonly distanceM: number;
}

export interface RecordedTrace {
  /** Same people, phones and pose: what is resampled as one. */
  readonly group: string;
  readonly pose: string;
  readonly packets: readonly RecordedPacket[];
}

export interface RecordedSet {
  readonly name: string;
  /** Whose it is and under which licence, for every place where a figure from it is printed. */
  readonly attribution: string;
  readonly traces: readonly RecordedTrace[];
}

/** The folder holds something else than it should. */
export class RecordedDataError extends Error {
  readonly code = 'recorded-data';
}

const PACKET_COLUMNS = 'trace_id,distance_m,pose,tx_device,rx_device,t_ms,rssi_dbm';
const SUFFIX = '.csv.gz';
const unzip = promisify(gunzip);

/** @returns the names of the sets in a folder, sorted; `undefined` when there is no such folder, or no set in it. */
export async function listSets(folder: string): Promise<readonly string[] | undefined> {
  let files: readonly string[];
  try {
    files = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const names = files
    .filter((file) => file.endsWith(SUFFIX) && !file.endsWith(`.traces${SUFFIX}`))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
  return names.length === 0 ? undefined : names;
}

/**
 * Reads one set.
 * @throws RecordedDataError when a file is not in the form above.
 */
export async function readSet(folder: string, name: string): Promise<RecordedSet> {
  const groups = await readGroups(folder, name);
  const [header, ...rows] = linesOf(await unzip(await readFile(join(folder, `${name}${SUFFIX}`))));
  if (header !== PACKET_COLUMNS) {
    throw new RecordedDataError(`${name}${SUFFIX}: expected the columns ${PACKET_COLUMNS}, got ${header}`);
  }
  const traces = new Map<string, { group: string; pose: string; packets: RecordedPacket[] }>();
  for (const [i, row] of rows.entries()) {
    const [id = '', distance, pose = '', tx, rx, t, rssi] = row.split(',');
    const packet = { distanceM: Number(distance), tMs: Number(t), rssiDbm: Number(rssi) };
    if (rssi === undefined || !Object.values(packet).every(Number.isFinite)) {
      throw new RecordedDataError(`${name}${SUFFIX}, line ${i + 2}: expected a packet, got "${row}"`);
    }
    const trace = traces.get(id) ?? { group: groups.get(id) ?? `${pose},${tx},${rx}`, pose, packets: [] };
    trace.packets.push(packet);
    traces.set(id, trace);
  }
  return { name, attribution: await readAttribution(folder, name), traces: [...traces.values()] };
}

/** Without the second file, same pose and same devices make a group. */
async function readGroups(folder: string, name: string): Promise<ReadonlyMap<string, string>> {
  const packed = await readFile(join(folder, `${name}.traces${SUFFIX}`)).catch(() => undefined);
  if (packed === undefined) return new Map();
  const [header = '', ...rows] = linesOf(await unzip(packed));
  if (!header.startsWith('trace_id,group,')) {
    throw new RecordedDataError(`${name}.traces${SUFFIX}: expected the columns trace_id,group,…, got ${header}`);
  }
  return new Map(rows.map((row) => row.split(',', 2) as [string, string]));
}

async function readAttribution(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => '{}');
  const { sets } = JSON.parse(text) as { readonly sets?: Readonly<Record<string, Readonly<Record<string, string>>>> };
  const entry = sets?.[name];
  if (entry === undefined) return `${name}: its licence is not stated in manifest.json`;
  return `${name}: ${entry.repo ?? 'unknown source'} at ${(entry.commit ?? 'unknown').slice(0, 7)}, ${entry.licence ?? 'licence not stated'}`;
}

function linesOf(bytes: Buffer): readonly string[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
