import { type FileHandle, open } from 'node:fs/promises';
import { CliError } from '../errors/cli-error.js';
import type { CsvMapping } from './csv-columns.js';
import { readEntries } from './csv-entries.js';
import type { CsvSeparator } from './csv-text.js';
import { directoryError } from './directory-error.js';
import type {
  DirectoryEntry,
  DirectoryFinding,
  DirectoryPage,
  DirectorySource,
  ListOptions,
} from './directory-source.js';

export interface CsvSourceOptions {
  readonly file: string;
  /** Name of the source in the registry. */
  readonly id?: string;
  /** Columns that are known; the others are guessed from the header. */
  readonly mapping?: CsvMapping;
  /** Guessed from the first line when absent. */
  readonly separator?: CsvSeparator;
  readonly pageSize?: number;
  readonly maxRows?: number;
}

/**
 * A CSV file as a directory. It is read as a stream, twice: once for its encoding, once for its rows.
 *
 * A cursor names the file's size and time of change and the rows that were told. Resuming reads the rows before it again, for
 * a duplicate can stand across it, and fails with `directory-moved` when the file was written since.
 */
export function createCsvSource(options: CsvSourceOptions): DirectorySource {
  const { id = 'csv' } = options;
  return { id, list: (listing) => listFile({ ...options, id }, listing) };
}

async function* listFile(
  options: CsvSourceOptions & { readonly id: string },
  { cursor, signal }: ListOptions,
): AsyncGenerator<DirectoryPage> {
  const { file, pageSize = 500, maxRows = 100_000 } = options;
  const handle = await openFile(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    const version = `${size}-${Math.trunc(mtimeMs)}`;
    const told = rowsBefore(cursor, version, file);
    let entries: DirectoryEntry[] = [];
    let findings: DirectoryFinding[] = [];
    let rows = 0;
    for await (const { entry, findings: found } of readEntries(handle, options, signal)) {
      rows += 1;
      if (rows > maxRows) throw directoryError('directory-malformed', `${file}: more than ${maxRows} rows`);
      if (rows <= told) continue;
      // A full page is told only when another row is known to follow, so that the last page has no cursor.
      if (entries.length + findings.length >= pageSize) {
        yield { entries, findings, cursor: `${version}:${rows - 1}` };
        [entries, findings] = [[], []];
      }
      if (entry !== undefined) entries.push(entry);
      findings.push(...found);
    }
    yield { entries, findings };
  } finally {
    await handle.close();
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    throw new CliError('no-input', `cannot read ${file}`, { cause: error });
  }
}

function rowsBefore(cursor: string | undefined, version: string, file: string): number {
  if (cursor === undefined) return 0;
  const match = /^(\d+-\d+):(\d+)$/.exec(cursor);
  if (match === null) throw directoryError('directory-settings', `${file}: not a cursor of a CSV file`);
  if (match[1] !== version)
    throw directoryError('directory-moved', `${file}: was written since the listing that is to go on`);
  return Number(match[2]);
}
