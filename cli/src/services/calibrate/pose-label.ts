import type { PlaceClass } from '@deskbeacon/proximity-core';

/** What a walker says of one pose. It comes from the header of a trace or from `walk.json`; no decision ever sees it. */
export interface PoseLabel {
  /** Recordings of one pose share its name: they are windows of one observation. */
  readonly pose: string;
  readonly place: PlaceClass;
  /** The desk that is being calibrated, to which `place` relates. */
  readonly desk: string;
  /** The desk with a beacon at which the walker was, where it was another. */
  readonly at?: string;
  readonly carriage?: string;
  readonly phone: string;
  readonly walker: string;
  readonly floor: string;
  readonly receiver?: 'phone' | 'laptop';
}

export type PoseLabelResult =
  | { readonly ok: true; readonly label: PoseLabel }
  | { readonly ok: false; readonly reason: string };

const places: readonly PlaceClass[] = ['out-of-earshot', 'earshot', 'at-desk'];
const LONGEST = 128;

/**
 * Puts a label together; the later of two sources wins.
 * @param sources parsed JSON values, the most general first.
 * @returns the label, or the first field that is missing or wrong.
 */
export function decodePoseLabel(...sources: readonly unknown[]): PoseLabelResult {
  const fields: Record<string, unknown> = Object.assign({}, ...sources.filter(isObject));
  // `truth` is what traces of calls say; that a phone was away does not say whether within earshot, so no place follows from it.
  const place = fields.place ?? (fields.truth === 'at-desk' ? 'at-desk' : undefined);
  if (!places.includes(place as PlaceClass)) return bad(`place: expected ${places.join(', ')}, got ${show(place)}`);
  const texts: Record<string, string> = {};
  for (const name of ['pose', 'desk', 'phone', 'walker', 'floor'] as const) {
    const value = fields[name];
    if (!isText(value)) return bad(`${name}: expected 1 to ${LONGEST} characters, got ${show(value)}`);
    texts[name] = value;
  }
  for (const name of ['at', 'carriage'] as const) {
    const value = fields[name];
    if (value === undefined) continue;
    if (!isText(value)) return bad(`${name}: expected 1 to ${LONGEST} characters, got ${show(value)}`);
    texts[name] = value;
  }
  const { receiver } = fields;
  if (receiver !== undefined && receiver !== 'phone' && receiver !== 'laptop')
    return bad(`receiver: expected phone or laptop, got ${show(receiver)}`);
  const label = { ...texts, place, ...(receiver === undefined ? {} : { receiver }) } as PoseLabel;
  return { ok: true, label };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= LONGEST;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40);
}

function bad(reason: string): PoseLabelResult {
  return { ok: false, reason: `label.${reason}` };
}
