import type { CallEvent } from '../call/events.js';
import type { CallState } from '../call/state.js';
import { decodeEvent } from '../trace/decode-event.js';
import { failed, type Outcome } from './errors.js';
import { fieldsOf } from './json-text.js';
import { LATEST_MS } from './state-shape.js';

/** A silence that is watched takes a look every quarter of a second: an event so late would take thousands at once. */
const LATEST_WHILE_WATCHING_MS = 3_600_000;

/** Reads an event as the trace format writes it. */
export function readEvent(value: unknown, { nowMs, watch }: CallState): Outcome<{ readonly event: CallEvent }> {
  const fields = fieldsOf(value);
  if (fields === undefined) return failed('bad-event', 'expected a JSON object');
  if (fields.deskbeacon !== undefined) return failed('bad-event', 'expected an event, got the header of a trace');
  const decoded = decodeEvent(fields);
  if (!decoded.ok) return failed('bad-event', decoded.reason);
  const { event } = decoded;
  if (event.t > LATEST_MS) return failed('bad-event', `t: expected milliseconds 0..${LATEST_MS}`);
  if (watch !== undefined && event.t > nowMs + LATEST_WHILE_WATCHING_MS) {
    return failed('bad-event', 't: expected within an hour of the event before, while a silence is watched');
  }
  return { ok: true, event };
}
