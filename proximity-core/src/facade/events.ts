import type { CallEvent } from '../call/events.js';
import type { CallState } from '../call/state.js';
import { decodeTraceLine } from '../trace/decode-trace.js';
import { failed, type Outcome } from './errors.js';
import { LATEST_MS } from './state-shape.js';

/** A silence that is watched takes a look every quarter of a second: an event so late would take thousands at once. */
const LATEST_WHILE_WATCHING_MS = 3_600_000;

/** Reads an event as the trace format writes it. */
export function readEvent(value: unknown, { nowMs, watch }: CallState): Outcome<{ readonly event: CallEvent }> {
  const decoded = decodeTraceLine(value);
  if (!decoded.ok) return failed('bad-event', decoded.reason);
  if (decoded.line.kind === 'header') return failed('bad-event', 'expected an event, got the header of a trace');
  const { event } = decoded.line;
  if (event.t > LATEST_MS) return failed('bad-event', `t: expected milliseconds 0..${LATEST_MS}`);
  if (watch !== undefined && event.t > nowMs + LATEST_WHILE_WATCHING_MS) {
    return failed('bad-event', 't: expected within an hour of the event before, while a silence is watched');
  }
  return { ok: true, event };
}
