import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../../errors/cli-error.js';
import { isObject } from './pose-label.js';
import { createRecordingReader, type Recording } from './recording.js';

/** A walk of a whole floor with a recording a pose lies well below these. */
export const walkLimits = { files: 2000, fileBytes: 16 << 20, sidecarBytes: 4 << 20, lineCharacters: 1 << 20 } as const;

const SUFFIX = '.trace.jsonl';
const SIDECAR = 'walk.json';

export interface Walk {
  readonly recordings: readonly Recording[];
  /** Files that could not be read, one error each; the others stand. */
  readonly faults: readonly CliError[];
}

/** What `walk.json` says: of all traces, and of each by its file's name. */
interface Sidecar {
  readonly defaults: unknown;
  readonly traces: Readonly<Record<string, unknown>>;
}

/**
 * Reads the recordings of a walk: every `.trace.jsonl` in a directory, with the labels of their headers or of `walk.json` beside them.
 * @param directory searched without its subdirectories.
 * @returns recordings in the order of the files' names, and one fault for each file that is wrong.
 * @throws CliError `no-input` when there is no such directory or no trace in it, `bad-walk` when `walk.json` is wrong or there are
 * too many files.
 */
export async function readWalk(directory: string): Promise<Walk> {
  const names = await traceNames(directory);
  const sidecar = await readSidecar(join(directory, SIDECAR));
  const recordings: Recording[] = [];
  const faults: CliError[] = [];
  for (const name of names) {
    try {
      recordings.push(...(await readTrace(join(directory, name), name, sidecar)));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      faults.push(error);
    }
  }
  return { recordings, faults };
}

async function traceNames(directory: string): Promise<readonly string[]> {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    throw new CliError('no-input', `cannot read the directory ${directory}`, { cause: error });
  }
  const traces = names.filter((name) => name.endsWith(SUFFIX)).sort();
  if (traces.length === 0) throw new CliError('no-input', `${directory}: no file ends with ${SUFFIX}`);
  if (traces.length > walkLimits.files)
    throw new CliError('bad-walk', `${directory}: ${traces.length} traces, at most ${walkLimits.files} are read`);
  return traces;
}

async function readTrace(path: string, name: string, { defaults, traces }: Sidecar): Promise<readonly Recording[]> {
  // A file's name is the pose's where nobody gave one: several recordings in one file are then windows of one pose.
  const pose = { pose: name.slice(0, -SUFFIX.length) };
  const own = Object.getOwnPropertyDescriptor(traces, name)?.value;
  const reader = createRecordingReader(path, [pose, defaults, own]);
  for await (const line of linesOf(path)) reader.take(line);
  return reader.end();
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    const { size } = await stat(path);
    if (size > walkLimits.fileBytes)
      throw new CliError('bad-trace', `${path}:1: ${size} octets, at most ${walkLimits.fileBytes} are read`);
    const stream = createReadStream(path, { encoding: 'utf8', end: walkLimits.fileBytes });
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > walkLimits.lineCharacters)
        throw new CliError('bad-trace', `${path}: a line is longer than ${walkLimits.lineCharacters} characters`);
      yield* lines;
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('no-input', `cannot read ${path}`, { cause: error });
  }
  if (rest !== '') yield rest;
}

async function readSidecar(path: string): Promise<Sidecar> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > walkLimits.sidecarBytes)
      throw new CliError('bad-walk', `${path}: ${size} octets, at most ${walkLimits.sidecarBytes} are read`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { defaults: {}, traces: {} };
    throw new CliError('no-input', `cannot read ${path}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError('bad-walk', `${path}: not JSON`, { cause: error });
  }
  if (!isObject(value) || value.deskbeacon !== 'walk' || value.version !== 1)
    throw new CliError('bad-walk', `${path}: expected {"deskbeacon":"walk","version":1,"defaults":{},"traces":{}}`);
  const { defaults = {}, traces = {} } = value;
  if (!isObject(defaults)) throw new CliError('bad-walk', `${path}: defaults: expected an object`);
  if (!isObject(traces)) throw new CliError('bad-walk', `${path}: traces: expected an object by file name`);
  return { defaults, traces };
}
