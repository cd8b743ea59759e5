import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  createReplay,
  decodeProfile,
  decodeTraceLine,
  finishReplay,
  type Replay,
  type ReplayedCall,
  type ReplayStep,
  replayLine,
  type SiteProfile,
} from '@deskbeacon/proximity-core';
import { CliError } from '../errors/cli-error.js';

/** A line of a trace holds one packet; longer is not a trace. */
const LONGEST_LINE = 1 << 20;

export interface ReplayFilesOptions {
  readonly files: readonly string[];
  readonly profileFile?: string;
  /** Instants to show, ms. */
  readonly atMs?: readonly number[];
}

/**
 * Replays trace files one after the other, call by call, in bounded memory.
 * @throws CliError `no-input`, `bad-trace` (with file and line) or `bad-profile`.
 */
export async function* replayFiles({ files, profileFile, atMs }: ReplayFilesOptions): AsyncGenerator<ReplayedCall> {
  const profile = profileFile === undefined ? undefined : await readProfile(profileFile);
  const options = { ...(profile === undefined ? {} : { profile }), ...(atMs === undefined ? {} : { atMs }) };
  for (const file of files) yield* replayFile(file, createReplay(options));
}

async function* replayFile(file: string, fresh: Replay): AsyncGenerator<ReplayedCall> {
  let replay = fresh;
  let number = 0;
  const take = (step: ReplayStep): ReplayedCall | undefined => {
    if (!step.ok) throw new CliError('bad-trace', `${file}:${number}: ${step.reason}`);
    replay = step.replay;
    return step.finished;
  };
  for await (const text of linesOf(file)) {
    number += 1;
    if (text.trim() === '') continue;
    const decoded = decodeTraceLine(parseJson(text, file, number));
    if (!decoded.ok) throw new CliError('bad-trace', `${file}:${number}: ${decoded.reason}`);
    const finished = take(replayLine(replay, decoded.line));
    if (finished !== undefined) yield finished;
  }
  const last = take(finishReplay(replay));
  if (last !== undefined) yield last;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  stream.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE)
        throw new CliError('bad-trace', `${file}: a line is longer than ${LONGEST_LINE} characters`);
      yield* lines;
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('no-input', `cannot read ${file}`, { cause: error });
  }
  if (rest !== '') yield rest;
}

async function readProfile(file: string): Promise<SiteProfile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError('no-input', `cannot read the profile ${file}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text around the fault, and a profile holds keys.
    throw new CliError('bad-profile', `${file}: not JSON`);
  }
  const decoded = decodeProfile(value);
  if (!decoded.ok) throw new CliError('bad-profile', `${file}: ${decoded.reason}`);
  return decoded.profile;
}

function parseJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError('bad-trace', `${file}:${line}: not JSON`, { cause: error });
  }
}
