import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BeaconError } from '../errors.js';
import { type FileLayer, nodeFiles } from './file-layer.js';

/** One small JSON value on disk that a power cut cannot tear: version, checksum, and the value itself. */

const FIRST_VERSION = 1;
/** Ours hold one key or one time. */
const MOST_OCTETS = 4096;
/** How the names of half-written files begin. */
export const TEMPORARY = '.tmp-';

export interface WriteOptions {
  /** Of what the value means; 1 when absent. */
  readonly version?: number;
  readonly files?: FileLayer;
}

/**
 * Writes beside, syncs, renames, syncs the directory: after a power cut there is the old file or the new one.
 * @throws BeaconError `state-unwritable`.
 */
export async function writeChecked(path: string, value: unknown, options: WriteOptions = {}): Promise<void> {
  const { files = nodeFiles } = options;
  await writeBeside(path, value, options, (temporary) => files.rename(temporary, path));
}

/**
 * The same for a file that must not be there yet: what is there is never replaced.
 * @throws BeaconError `state-unwritable`.
 */
export async function createChecked(path: string, value: unknown, options: WriteOptions = {}): Promise<void> {
  const { files = nodeFiles } = options;
  await writeBeside(path, value, options, async (temporary) => {
    await files.link(temporary, path);
    await files.remove(temporary);
  });
}

async function writeBeside(
  path: string,
  value: unknown,
  { version = FIRST_VERSION, files = nodeFiles }: WriteOptions,
  publish: (temporary: string) => Promise<void>,
): Promise<void> {
  const checksum = checksumOf(JSON.stringify(value), version);
  const text = `${JSON.stringify({ version, checksum, value })}\n`;
  const temporary = join(dirname(path), `${TEMPORARY}${basename(path)}-${randomBytes(6).toString('hex')}`);
  try {
    await files.writeNew(temporary, text);
    await publish(temporary);
    await files.syncDirectory(dirname(path));
  } catch (cause) {
    await files.remove(temporary).catch(() => {
      // What matters is why the write failed; the next start removes what is left.
    });
    throw new BeaconError('state-unwritable', `cannot write ${path}`, { cause });
  }
}

/** What stands in a file of ours: a damaged one is not always the end. */
export type CheckedContents =
  | { readonly found: 'nothing' }
  | { readonly found: 'damage'; readonly reason: string }
  | { readonly found: 'value'; readonly version: number; readonly value: Readonly<Record<string, unknown>> };

/**
 * @returns the value, always an object, or `undefined` when there is no such file.
 * @throws BeaconError `state-unreadable` when the file is torn, foreign or of a later version, never with its text;
 *   `state-permission` when others could read it or it cannot be opened.
 */
export async function readChecked(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const contents = await lookAtChecked(path, FIRST_VERSION);
  if (contents.found === 'damage') throw new BeaconError('state-unreadable', `${path} ${contents.reason}`);
  return contents.found === 'value' ? contents.value : undefined;
}

/**
 * The same, for whoever can go on without the value.
 * @param newestVersion the last that the caller reads.
 * @throws BeaconError `state-unreadable` for an undamaged file of a later version and for what is no file, `state-permission`.
 */
export async function lookAtChecked(path: string, newestVersion: number): Promise<CheckedContents> {
  let text: string;
  try {
    text = await readPrivate(path);
  } catch (cause) {
    if (cause instanceof BeaconError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { found: 'nothing' };
    throw new BeaconError(code === 'EACCES' ? 'state-permission' : 'state-unreadable', `cannot read ${path}`, {
      cause,
    });
  }
  const envelope = parse(text);
  if (envelope === undefined) return { found: 'damage', reason: 'is damaged: not the JSON that was written' };
  const { version, checksum, value } = envelope;
  // Told when it is a number only: anything else is foreign text, and may be a key.
  if (typeof version !== 'number')
    return { found: 'damage', reason: `has no version, this daemon reads ${newestVersion}` };
  const isSealed = isObject(value) && checksum === checksumOf(JSON.stringify(value), version);
  if (version > newestVersion) {
    const told = `${path} has version ${version}, this daemon reads ${newestVersion}`;
    if (isSealed || newestVersion === FIRST_VERSION) throw new BeaconError('state-unreadable', told);
  }
  return isSealed
    ? { found: 'value', version, value }
    : { found: 'damage', reason: 'is damaged: its checksum does not fit' };
}

/** Looks at the mode of the very file it reads. */
async function readPrivate(path: string): Promise<string> {
  // Without waiting: to open a pipe takes until somebody writes to it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new BeaconError('state-unreadable', `${path} is no file`);
    const { mode } = found;
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      throw new BeaconError('state-permission', `${path} has mode ${octal}: others may read or write it`);
    }
    // A longer one is none of ours, and does not parse where it is cut.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_OCTETS), 0, MOST_OCTETS, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Removes what an interrupted write left behind. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(TEMPORARY)) await rm(join(directory, name), { force: true });
  }
}

/** From version 2 on it seals the version, too: one changed digit must not make a file of another version of it. */
function checksumOf(body: string, version: number): string {
  const sealed = version === FIRST_VERSION ? body : `${version}\n${body}`;
  return createHash('sha256').update(sealed).digest('hex').slice(0, 32);
}

/** Never with the parser's message: it quotes the text, and the text may be a key. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
