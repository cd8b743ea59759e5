import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BeaconError } from '../errors.js';

/** One small JSON value on disk that a power cut cannot tear: version, checksum, and the value itself. */

const VERSION = 1;
/** Ours hold one key or one time. */
const MOST_OCTETS = 4096;
/** How the names of half-written files begin. */
export const TEMPORARY = '.tmp-';

/**
 * Writes beside, syncs, renames, syncs the directory: after a power cut there is the old file or the new one.
 * @throws BeaconError `state-unwritable`.
 */
export async function writeChecked(path: string, value: unknown): Promise<void> {
  await writeBeside(path, value, (temporary) => rename(temporary, path));
}

/**
 * The same for a file that must not be there yet: what is there is never replaced.
 * @throws BeaconError `state-unwritable`.
 */
export async function createChecked(path: string, value: unknown): Promise<void> {
  await writeBeside(path, value, async (temporary) => {
    await link(temporary, path);
    await rm(temporary);
  });
}

async function writeBeside(path: string, value: unknown, publish: (temporary: string) => Promise<void>): Promise<void> {
  const body = JSON.stringify(value);
  const text = `${JSON.stringify({ version: VERSION, checksum: checksumOf(body), value })}\n`;
  const temporary = join(dirname(path), `${TEMPORARY}${basename(path)}-${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(temporary);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {
      // What matters is why the write failed; the next start removes what is left.
    });
    throw new BeaconError('state-unwritable', `cannot write ${path}`, { cause });
  }
}

/**
 * @returns the value, always an object, or `undefined` when there is no such file.
 * @throws BeaconError `state-unreadable` when the file is torn, foreign or of a later version, never with its text;
 *   `state-permission` when others could read it or it cannot be opened.
 */
export async function readChecked(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string;
  try {
    text = await readPrivate(path);
  } catch (cause) {
    if (cause instanceof BeaconError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new BeaconError(code === 'EACCES' ? 'state-permission' : 'state-unreadable', `cannot read ${path}`, {
      cause,
    });
  }
  const envelope = parse(text);
  if (envelope === undefined)
    throw new BeaconError('state-unreadable', `${path} is damaged: not the JSON that was written`);
  const { version, checksum, value } = envelope;
  if (version !== VERSION) {
    // Told when it is a number only: anything else is foreign text, and may be a key.
    const found = typeof version === 'number' ? `version ${version}` : 'no version';
    throw new BeaconError('state-unreadable', `${path} has ${found}, this daemon reads ${VERSION}`);
  }
  if (!isObject(value) || checksum !== checksumOf(JSON.stringify(value))) {
    throw new BeaconError('state-unreadable', `${path} is damaged: its checksum does not fit`);
  }
  return value;
}

/** Looks at the mode of the very file it reads. */
async function readPrivate(path: string): Promise<string> {
  // Without waiting: to open a pipe takes until somebody writes to it.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > MOST_OCTETS) {
      throw new BeaconError('state-unreadable', `${path} is not a file that this daemon wrote`);
    }
    const { mode } = found;
    if ((mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      throw new BeaconError('state-permission', `${path} has mode ${octal}: others may read or write it`);
    }
    return await file.readFile('utf8');
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

function checksumOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 32);
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

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
