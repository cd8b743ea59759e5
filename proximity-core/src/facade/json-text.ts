import { type Failed, failed, type Outcome } from './errors.js';

/** One JSON text in, one JSON text out, and nothing thrown: what a native host can call without knowing any object of ours. */

export type Fields = Readonly<Record<string, unknown>>;

/** Characters that a function reads at most: a host that passes more has mixed something up. */
export const limits = {
  /** An event is some hundred characters; an extended advertisement in hexadecimal is 512 more. */
  event: 4096,
  /** A library's report of one packet, or of one cycle of ranging. */
  report: 65_536,
  /** 2000 beacons with positions and keys are under 1 MB; walked sites are larger. */
  profile: 33_554_432,
  /** A state holds the site of its profile and the table of identities. */
  state: 67_108_864,
  /** A day of calls. */
  trace: 67_108_864,
} as const;

/** Deeper than anything of ours. QuickJS, compiled to WebAssembly, ends its host's process at some thousand. */
const MOST_DEPTH = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Answers one request.
 * @param text what the host passed; anything but a text is refused.
 * @param mostCharacters what is read at most.
 * @param work what is done with the request's fields; what it throws becomes `internal`.
 */
export function answer(text: unknown, mostCharacters: number, work: (request: Fields) => Outcome<object>): string {
  try {
    return JSON.stringify(outcomeOf(text, mostCharacters, work));
  } catch (error) {
    return JSON.stringify(failed('internal', messageOf(error)));
  }
}

/** The same before it becomes text. Never throws. */
export function outcomeOf<T extends object>(
  text: unknown,
  mostCharacters: number,
  work: (request: Fields) => Outcome<T>,
): Outcome<T> {
  try {
    const request = readRequest(text, mostCharacters);
    return request.ok ? work(request.fields) : request;
  } catch (error) {
    return failed('internal', messageOf(error));
  }
}

function readRequest(text: unknown, mostCharacters: number): Outcome<{ readonly fields: Fields }> {
  if (typeof text !== 'string') return failed('bad-json', `expected a JSON text, got ${typeof text}`);
  if (text.length > mostCharacters) {
    return failed('too-long', `expected at most ${mostCharacters} characters, got ${text.length}`);
  }
  if (isTooDeep(text)) return failed('bad-json', `expected at most ${MOST_DEPTH} values within each other`);
  const value = parse(text);
  if (value === undefined) return failed('bad-json', 'expected a JSON text');
  const fields = fieldsOf(value);
  return fields === undefined ? failed('bad-request', 'expected a JSON object') : { ok: true, fields };
}

/** @returns `undefined` for what is no JSON; no JSON text means `undefined`. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether brackets stand within each other more deeply than anything of ours does. */
function isTooDeep(text: string): boolean {
  // So short a text cannot be deep enough to hurt.
  if (text.length <= limits.event) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MOST_DEPTH) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

/** @returns where the string that begins at `start` ends; the text's end where it does not. */
function endOfString(text: string, start: number): number {
  // Searched by the engine and not step by step: keys and names are most of a text.
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/** @returns the fields of a JSON object, `undefined` for any other value. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function messageOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' ? message : 'a value was thrown that is no error';
}

/** An answer that says the same to whatever it is asked. */
export function refuse({ error }: Failed): () => string {
  const text = JSON.stringify({ ok: false, error });
  return () => text;
}
