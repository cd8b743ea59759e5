import { type CallEvent, decodeTraceLine, type TraceHeader } from '@deskbeacon/proximity-core';
import { CliError } from '../../errors/cli-error.js';
import { decodePoseLabel, isObject, type PoseLabel } from './pose-label.js';

/** One recording of a pose: what a phone heard while it was held still. */
export interface Recording {
  /** Where it came from, for messages. */
  readonly source: string;
  readonly label: PoseLabel;
  /** Unix milliseconds at t = 0; absent where only sightings were recorded. */
  readonly wallClockMs?: number;
  readonly events: readonly CallEvent[];
}

export const recordingLimits = { events: 100_000, recordings: 1000 } as const;

interface Open {
  readonly header: TraceHeader;
  readonly rawLabel: unknown;
  readonly line: number;
  readonly events: CallEvent[];
}

export interface RecordingReader {
  /** @throws CliError `bad-trace` or `bad-walk`, with source and line. */
  readonly take: (text: string) => void;
  /** @returns what was read. @throws CliError as `take` does. */
  readonly end: () => readonly Recording[];
}

/**
 * Reads the lines of one trace file as recordings of poses.
 * @param source its name, for messages.
 * @param labels what is known of its pose beside the headers; the most general first.
 */
export function createRecordingReader(source: string, labels: readonly unknown[]): RecordingReader {
  const recordings: Recording[] = [];
  let open: Open | undefined;
  let line = 0;
  let events = 0;
  const fault = (code: 'bad-trace' | 'bad-walk', reason: string, at = line): CliError =>
    new CliError(code, `${source}:${at}: ${reason}`);
  const close = (): void => {
    if (open === undefined) return;
    const finished = finish(source, open, labels);
    if (typeof finished === 'string') throw fault('bad-walk', finished, open.line);
    else recordings.push(finished);
    open = undefined;
  };
  const begin = (header: TraceHeader, value: unknown): void => {
    close();
    if (recordings.length >= recordingLimits.recordings)
      throw fault('bad-trace', `more than ${recordingLimits.recordings} recordings`);
    open = { header, rawLabel: isObject(value) ? value.label : undefined, line, events: [] };
  };
  const add = (event: CallEvent): void => {
    if (open === undefined) throw fault('bad-trace', 'expected a header before the first event');
    const last = open.events.at(-1);
    if (last !== undefined && event.t < last.t) throw fault('bad-trace', `t: ${event.t} is before ${last.t}`);
    if (event.event === 'advertisement' && open.header.wallClock === undefined)
      throw fault('bad-trace', 'wallClock: needed in the header to resolve advertisements', open.line);
    events += 1;
    if (events > recordingLimits.events) throw fault('bad-trace', `more than ${recordingLimits.events} events`);
    open.events.push(event);
  };
  return {
    take(text) {
      line += 1;
      if (text.trim() === '') return;
      const value = parse(text);
      if (value === undefined) throw fault('bad-trace', 'not JSON');
      const decoded = decodeTraceLine(value);
      if (!decoded.ok) throw fault('bad-trace', decoded.reason);
      if (decoded.line.kind === 'header') begin(decoded.line.header, value);
      else add(decoded.line.event);
    },
    end() {
      close();
      if (recordings.length === 0) throw fault('bad-trace', 'expected a header, got none');
      return recordings;
    },
  };
}

function finish(source: string, { header, rawLabel, events }: Open, labels: readonly unknown[]): Recording | string {
  const decoded = decodePoseLabel(...labels, rawLabel);
  if (!decoded.ok) return decoded.reason;
  if (!events.some(({ event }) => event === 'scan-started')) return 'no scan was started in this recording';
  const { wallClock } = header;
  return { source, label: decoded.label, ...(wallClock === undefined ? {} : { wallClockMs: wallClock }), events };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
