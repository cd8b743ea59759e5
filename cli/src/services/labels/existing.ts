import { lstat } from 'node:fs/promises';
import { CliError } from '../../errors/cli-error.js';

export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** @throws CliError `output-exists` with the first of those that are there. */
export async function refuseExisting(paths: readonly string[]): Promise<void> {
  const existing: string[] = [];
  for (const path of paths) if (await isThere(path)) existing.push(path);
  if (existing.length === 0) return;
  const more = existing.length > 1 ? ` and ${existing.length - 1} more` : '';
  const verb = existing.length > 1 ? 'are there' : 'is there';
  throw new CliError('output-exists', `${existing[0]}${more} ${verb} already; nothing was written`);
}
