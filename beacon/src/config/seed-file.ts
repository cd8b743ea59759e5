import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { MOST_SEED_OCTETS, parseSeed, type Seed } from '../control/seed.js';
import { BeaconError } from '../errors.js';

/**
 * Reads a seed of whatever mode: on the card's boot partition, a FAT, files have none of their own.
 * @returns `undefined` where there is no such file.
 * @throws BeaconError `seed-unreadable`, or `seed-invalid` as `parseSeed`.
 */
export async function readSeed(file: string): Promise<Seed | undefined> {
  let octets: Uint8Array | undefined;
  try {
    octets = await readShort(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new BeaconError('seed-unreadable', `cannot read the seed ${file}`, { cause });
  }
  if (octets === undefined) {
    const expected = `a file of 1 to ${MOST_SEED_OCTETS} octets`;
    throw new BeaconError('seed-invalid', `${file}: expected ${expected}, got something else`);
  }
  return parseSeed(decodeUtf8(octets, file), file);
}

/** @returns `undefined` for what is no file, empty, or too long for a seed. */
async function readShort(file: string): Promise<Uint8Array | undefined> {
  // Without waiting: to open a pipe takes until somebody writes to it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    const isShort = found.isFile() && found.size > 0 && found.size <= MOST_SEED_OCTETS;
    return isShort ? await handle.readFile() : undefined;
  } finally {
    await handle.close();
  }
}

function decodeUtf8(octets: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    throw new BeaconError('seed-invalid', `${file}: expected UTF-8, got something else`);
  }
}
