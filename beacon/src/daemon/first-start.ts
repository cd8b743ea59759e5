import { access } from 'node:fs/promises';
import type { DaemonConfig } from '../config/config.js';
import { readSeed } from '../config/seed-file.js';
import type { Seed } from '../control/seed.js';
import { drawOwnership } from '../identity/ownership.js';
import { type OpenState, openState } from '../identity/state-directory.js';
import type { Log, LogEntry } from './log.js';

/**
 * Opens the state; at the very first start its setup code is that of the seed, if there is one. Later the seed counts for
 * nothing: a beacon that was released has a new code, and nobody may bring the old one back by a file on its card.
 * @throws BeaconError as `openState` and `readSeed`; a beacon with a wrong seed does not start, for its label would not fit.
 */
export async function openStateWithSeed(
  { stateDirectory, seedFile }: Pick<DaemonConfig, 'stateDirectory' | 'seedFile'>,
  log: Log,
): Promise<OpenState> {
  if (seedFile === undefined) return openState(stateDirectory);
  let told: LogEntry | undefined;
  const state = await openState(stateDirectory, async () => {
    const seed = await readSeed(seedFile);
    told = seed === undefined ? absent(seedFile) : taken(seedFile, seed);
    const drawn = drawOwnership();
    return seed === undefined ? drawn : { ...drawn, setupCode: seed.setupCode };
  });
  if (told === undefined && (await isThere(seedFile))) told = ignored(seedFile);
  // Not before it is on the disk.
  if (told !== undefined) log(told);
  return state;
}

function taken(file: string, { desk }: Seed): LogEntry {
  const fields = { file, ...(desk === undefined ? {} : { desk }) };
  return { priority: 6, event: 'seed-taken', text: 'the setup code is that of the seed', fields };
}

function absent(file: string): LogEntry {
  const text = 'there is no seed: the setup code is drawn, and a label printed beforehand does not fit';
  return { priority: 4, event: 'seed-absent', text, fields: { file } };
}

function ignored(file: string): LogEntry {
  const text = 'the seed is not used: this beacon has had its setup code since its first start';
  return { priority: 6, event: 'seed-ignored', text, fields: { file } };
}

/** One that may not be looked at is not told: nobody needs it any more. */
async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
