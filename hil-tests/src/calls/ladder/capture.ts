import type { BuildingEvent } from '../events.js';
import { redactMessage } from './redact.js';

/**
 * The capture of one call: JSON lines, one event each, in the order in which they were seen. The first line says what was planned,
 * the last one what came of it. What apps heard on the air is not in it, nor are answers to challenges and keys.
 */

export const CAPTURE_VERSION = 1;

/** A capture that cannot be read; its message says where. */
export class CaptureError extends Error {
  readonly code = 'capture-unreadable';

  constructor(file: string, line: number, why: string, cause?: unknown) {
    super(`${file}:${line}: ${why}`, { cause });
    this.name = 'CaptureError';
  }
}

export function encodeCapture(events: readonly BuildingEvent[]): string {
  const head = { deskbeacon: 'call-capture', version: CAPTURE_VERSION };
  return [head, ...events.filter(isKept).map(kept)].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/**
 * @param file its name, for what is wrong with it.
 * @throws CaptureError with the file and the line.
 */
export function decodeCapture(text: string, file: string): readonly BuildingEvent[] {
  const lines = text.split('\n');
  const head = parse(lines[0] ?? '', file, 1);
  if (head.deskbeacon !== 'call-capture') throw new CaptureError(file, 1, 'this is no capture of a call');
  if (head.version !== CAPTURE_VERSION)
    throw new CaptureError(file, 1, `version ${String(head.version)} is not known here, only ${CAPTURE_VERSION}`);
  const events = lines.flatMap((line, i) => (i === 0 || line.trim() === '' ? [] : [eventOf(line, file, i + 1)]));
  if (events[0]?.type !== 'call') throw new CaptureError(file, 2, 'expected what was planned: {"type":"call", …}');
  return events;
}

type Fields = Readonly<Record<string, unknown>>;

const needed: Readonly<Record<BuildingEvent['type'], (event: Fields) => string | undefined>> = {
  call: ({ planned }) => missing(planned, { call: 'string', text: 'string' }, 'planned'),
  message: (event) =>
    missing(event, { from: 'string', to: 'string' }) ??
    missing(event.message, { unixMs: 'number', fromPort: 'number', toPort: 'number', text: 'string' }, 'message'),
  app: (event) =>
    missing(event, { user: 'string' }) ?? missing(event.news, { news: 'string', unixMs: 'number' }, 'news'),
  results: ({ planned, results }) =>
    Array.isArray(results) ? missing(planned, { call: 'string' }, 'planned') : '"results" is missing',
};

function eventOf(line: string, file: string, number: number): BuildingEvent {
  const event = parse(line, file, number);
  const type = String(event.type);
  if (!Object.hasOwn(needed, type)) throw new CaptureError(file, number, `there are no events of type "${type}"`);
  const why = needed[type as BuildingEvent['type']](event);
  if (why !== undefined) throw new CaptureError(file, number, why);
  return event as unknown as BuildingEvent;
}

/** @returns the first field that is not of its type, in words. */
function missing(
  value: unknown,
  types: Readonly<Record<string, 'string' | 'number'>>,
  where?: string,
): string | undefined {
  if (typeof value !== 'object' || value === null) return `"${where}" is missing`;
  for (const [name, type] of Object.entries(types)) {
    const path = where === undefined ? name : `${where}.${name}`;
    const found = (value as Fields)[name];
    if (typeof found !== type) return `"${path}" is ${found === undefined ? 'missing' : `no ${type}`}`;
  }
  return undefined;
}

function parse(line: string, file: string, number: number): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new CaptureError(file, number, 'this is no JSON', error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CaptureError(file, number, 'expected an object');
  return value as Fields;
}

function isKept(event: BuildingEvent): boolean {
  return event.type !== 'app' || event.news.news !== 'heard';
}

function kept(event: BuildingEvent): BuildingEvent {
  if (event.type !== 'message') return event;
  const { message } = event;
  // A thousandth of a millisecond is more than is known.
  const unixMs = Math.round(message.unixMs * 1000) / 1000;
  return { ...event, message: { ...message, unixMs, text: redactMessage(message.text) } };
}
