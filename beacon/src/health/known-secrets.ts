/** Everything of this beacon that must not leave it by a support bundle. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { counterAt, deriveTemporaryKey } from '@deskbeacon/proximity-core';
import type { DaemonConfig } from '../config/config.js';
import { readSeed } from '../config/seed-file.js';
import { pskOf } from '../control/credentials.js';
import { formatSetupCode } from '../control/setup-code.js';
import { BeaconError } from '../errors.js';
import { deriveKeys, ROOT_KEY_OCTETS } from '../identity/keys.js';
import { type Owner, SETUP_CODE_OCTETS } from '../identity/ownership.js';
import { readState } from '../identity/state-directory.js';

export interface KnownSecrets {
  readonly secrets: readonly Uint8Array[];
  /** Setup codes as the label has them. */
  readonly codes: readonly string[];
  /** Whether the state is as it was written: of a damaged one, parts of keys may be unknown. */
  readonly isWhole: boolean;
}

/** One temporary key serves so long; profiles are given out for 30 days at most. */
const EPOCH_S = 65_536;
const EPOCHS_AROUND = Math.ceil((60 * 86_400) / EPOCH_S);
const EPOCHS = 65_536;
const MOST_FILE_OCTETS = 65_536;
/** Files of the state directory that hold no key. */
const keyless = ['clock-floor.json', 'lock'];

/**
 * Whatever stands in the state directory in hexadecimal is taken for a key, and what would be derived from it for one too: also of
 * a state that is damaged, and of what an interrupted write left behind.
 * @throws BeaconError `state-permission` where the state is not this user's to read: what is not known cannot be kept out.
 */
export async function findSecrets(config: DaemonConfig, nowUnixMs: number): Promise<KnownSecrets> {
  const { owner, isWhole } = await readOwner(config.stateDirectory);
  // Told to everybody on the air, and it stands beside the keys.
  const open = [config.organisationUuid, owner?.settings.organisationUuid].map(toHex);
  const inFiles = (await keysInFiles(config.stateDirectory)).filter((key) => !open.includes(toHex(key)));
  const seed = config.seedFile === undefined ? undefined : await readSeed(config.seedFile).catch(() => undefined);
  const setupCodes = [seed?.setupCode, ...inFiles].filter((key) => key?.length === SETUP_CODE_OCTETS) as Uint8Array[];
  const counterS = counterAt(nowUnixMs, (owner?.settings ?? config).clockOffsetS);
  const derived = inFiles
    .filter(({ length }) => length === ROOT_KEY_OCTETS)
    .flatMap((key) => derivedFrom(key, counterS));
  return {
    secrets: [...inFiles, ...derived, ...setupCodes, ...setupCodes.map((code) => pskOf('setup-code', code))],
    codes: setupCodes.map(formatSetupCode),
    isWhole,
  };
}

async function readOwner(directory: string): Promise<{ readonly owner?: Owner; readonly isWhole: boolean }> {
  try {
    const owner = (await readState(directory))?.ownership.owner;
    return { isWhole: true, ...(owner === undefined ? {} : { owner }) };
  } catch (error) {
    if (error instanceof BeaconError) return { isWhole: false };
    throw error;
  }
}

/** Of a root key, and of an owner's: which of them it is makes no difference. */
function derivedFrom(key: Uint8Array, counterS: number): readonly Uint8Array[] {
  const { identityKey, recognitionKey } = deriveKeys(key);
  const present = Math.floor(counterS / EPOCH_S);
  const temporary = Array.from({ length: 2 * EPOCHS_AROUND + 1 }, (_, i) =>
    deriveTemporaryKey(identityKey, (present - EPOCHS_AROUND + i + EPOCHS) % EPOCHS),
  );
  return [identityKey, recognitionKey, pskOf('owner-key', key), ...temporary];
}

async function keysInFiles(directory: string): Promise<readonly Uint8Array[]> {
  const names = await readdir(directory).catch((cause: NodeJS.ErrnoException) => refuse(directory, cause));
  const texts = await Promise.all(
    names.filter((name) => !keyless.includes(name)).map((name) => readText(join(directory, name))),
  );
  const runs = texts.flatMap((text) => text.match(/[0-9a-f]{18,}/gi) ?? []);
  return runs.map((run) => new Uint8Array(Buffer.from(run.slice(0, run.length - (run.length % 2)), 'hex')));
}

async function readText(path: string): Promise<string> {
  const octets = await readFile(path).catch((cause: NodeJS.ErrnoException) => refuse(path, cause));
  return Buffer.from(octets as Uint8Array)
    .subarray(0, MOST_FILE_OCTETS)
    .toString('latin1');
}

/** What is not there, or is a directory, holds nothing. */
function refuse(path: string, cause: NodeJS.ErrnoException): never[] {
  if (cause.code === 'ENOENT' || cause.code === 'EISDIR') return [];
  throw new BeaconError('state-permission', `cannot read ${path}, so that its keys could not be kept out`, { cause });
}

function toHex(octets: Uint8Array | undefined): string {
  return Buffer.from(octets ?? []).toString('hex');
}
