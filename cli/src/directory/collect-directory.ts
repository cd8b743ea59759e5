import { CliError } from '../errors/cli-error.js';
import { directoryError } from './directory-error.js';
import type { DirectoryEntry, DirectoryFinding, DirectorySource } from './directory-source.js';

export interface CollectOptions {
  readonly signal: AbortSignal;
  readonly cursor?: string;
  readonly maxEntries?: number;
  readonly maxFindings?: number;
}

export interface CollectedDirectory {
  readonly source: string;
  readonly entries: readonly DirectoryEntry[];
  readonly findings: readonly DirectoryFinding[];
  readonly findingsLeftOut: number;
  /** Every entry of the source is here. Only then does absence mean anything. */
  readonly complete: boolean;
  /** Where a listing that failed goes on. */
  readonly cursor?: string;
  /** Why the listing ended early; the pages before it stand. */
  readonly failure?: CliError;
}

/**
 * Reads a whole directory into memory, in bounds, and says whether it is whole.
 * @throws what the signal says when it is aborted; faults of the source are returned with the pages that came before them.
 */
export async function collectDirectory(
  source: DirectorySource,
  { signal, cursor, maxEntries = 100_000, maxFindings = 1000 }: CollectOptions,
): Promise<CollectedDirectory> {
  const entries: DirectoryEntry[] = [];
  const findings: DirectoryFinding[] = [];
  let leftOut = 0;
  let next = cursor;
  let whole = cursor === undefined;
  let failure: CliError | undefined;
  try {
    for await (const page of source.list({ signal, ...(cursor === undefined ? {} : { cursor }) })) {
      if (entries.length + page.entries.length > maxEntries)
        throw directoryError('directory-malformed', `${source.id}: more than ${maxEntries} entries`);
      for (const entry of page.entries) entries.push(entry);
      const kept = page.findings.slice(0, maxFindings - findings.length);
      findings.push(...kept);
      leftOut += page.findings.length - kept.length;
      whole &&= page.findings.every((finding) => finding.effect === 'neutralised');
      next = page.cursor;
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    failure = error;
  }
  return {
    source: source.id,
    entries,
    findings,
    findingsLeftOut: leftOut,
    complete: whole && failure === undefined,
    ...(next === undefined ? {} : { cursor: next }),
    ...(failure === undefined ? {} : { failure }),
  };
}
