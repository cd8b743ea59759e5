/**
 * A walk: a folder of traces, one pose a call. Its label tells where the phone was; a recorder writes it into the header.
 *
 * | field of `label` | what |
 * |---|---|
 * | truth | `at-desk` or `away` |
 * | class | `desk-…` at the desk, with the way of carrying behind the hyphen; `neighbour` within earshot; anything else is out of it |
 * | pose | name of the pose; windows of one pose have one name. The call's name where absent |
 * | phone, walker, floor | whatever names them apart |
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CallEvent, type DecidedPose, decodeTraceLine } from '@deskbeacon/proximity-core';
import { CliError } from '../../errors/cli-error.js';

export interface RecordedPose extends Omit<DecidedPose, 'wasSilenced'> {
  /** `lying`, `hand`, `pocket`, `back-turned`, …; `any` where nobody said. */
  readonly carriage: string;
  readonly wallClockMs?: number;
  readonly events: readonly CallEvent[];
}

export interface Walk {
  readonly poses: readonly RecordedPose[];
  /** Files that could not be read, with line and reason. */
  readonly faults: readonly string[];
}

const MOST_FILES = 5000;
const MOST_FILE_OCTETS = 64 * 1024 * 1024;
const MOST_POSES = 20_000;

/** @throws CliError `no-input` when there is no such folder; `bad-trace` when nothing in it can be used. */
export function readWalk(directory: string): Walk {
  const poses: RecordedPose[] = [];
  const faults: string[] = [];
  for (const file of traceFiles(directory)) {
    try {
      if (statSync(file).size > MOST_FILE_OCTETS)
        throw new CliError('bad-trace', `${file}: larger than ${MOST_FILE_OCTETS} octets`);
      poses.push(...readPoses(file, readFileSync(file, 'utf8')));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      faults.push(error.message);
    }
    if (poses.length > MOST_POSES) throw new CliError('bad-trace', `${directory}: more than ${MOST_POSES} poses`);
  }
  if (poses.length === 0)
    throw new CliError('bad-trace', [`${directory}: no trace of a walk in it`, ...faults.slice(0, 5)].join('\n  '));
  return { poses, faults };
}

function traceFiles(directory: string): readonly string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.trace.jsonl'));
    if (names.length > MOST_FILES) throw new CliError('bad-trace', `${directory}: more than ${MOST_FILES} traces`);
    return names.sort().map((name) => join(directory, name));
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('no-input', `${directory}: cannot be read`, { cause });
  }
}

function readPoses(file: string, text: string): readonly RecordedPose[] {
  const poses: (RecordedPose & { readonly events: CallEvent[] })[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const fault = (reason: string): CliError => new CliError('bad-trace', `${file}:${i + 1}: ${reason}`);
    const value = parse(line);
    if (value === undefined) throw fault('not JSON');
    const decoded = decodeTraceLine(value);
    if (!decoded.ok) throw fault(decoded.reason);
    if (decoded.line.kind === 'event') {
      const current = poses.at(-1);
      if (current === undefined) throw fault('an event before any header');
      current.events.push(decoded.line.event);
      continue;
    }
    const { call, wallClock } = decoded.line.header;
    const label = ((value as { readonly label?: unknown }).label ?? {}) as Readonly<Record<string, unknown>>;
    const { truth } = label;
    if (truth !== 'at-desk' && truth !== 'away') throw fault('label.truth: expected "at-desk" or "away"');
    const kind = textOf(label.class) ?? '';
    poses.push({
      pose: textOf(label.pose) ?? call,
      place: truth === 'at-desk' ? 'at-desk' : kind === 'neighbour' ? 'earshot' : 'out-of-earshot',
      carriage: kind.startsWith('desk-') ? kind.slice('desk-'.length) : 'any',
      ...(wallClock === undefined ? {} : { wallClockMs: wallClock }),
      ...named('phone', label.phone),
      ...named('walker', label.walker),
      ...named('floor', label.floor),
      events: [],
    });
  }
  return poses;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 64 ? value : undefined;
}

function named(name: 'phone' | 'walker' | 'floor', value: unknown): Readonly<Record<string, string>> {
  const text = textOf(value);
  return text === undefined ? {} : { [name]: text };
}
