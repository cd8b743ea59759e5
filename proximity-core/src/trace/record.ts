import type { CallEvent, HostCapabilities } from '../call/events.js';
import type { PhoneOffset } from '../decision/phone-offset.js';

export interface RecordHeader {
  readonly call: string;
  readonly desks: readonly string[];
  readonly host?: HostCapabilities;
  /** Unix milliseconds at t = 0. */
  readonly wallClockMs?: number;
  /** What the call is decided with, so that a replay decides alike. */
  readonly phone?: PhoneOffset;
  /** As given to `createCall`. */
  readonly newestWindowsS?: Readonly<Record<string, number>>;
}

/**
 * The first line of a recorded call, without its line feed.
 * @example encodeTraceHeader({ call: 'c-1', desks: ['d-1'] }) // '{"deskbeacon":"trace","version":1,"call":"c-1","desks":["d-1"]}'
 */
export function encodeTraceHeader({ call, desks, host, wallClockMs, phone, newestWindowsS }: RecordHeader): string {
  return JSON.stringify({
    deskbeacon: 'trace',
    version: 1,
    call,
    desks,
    ...(host === undefined ? {} : { host }),
    ...(wallClockMs === undefined ? {} : { wallClock: wallClockMs }),
    ...(phone === undefined ? {} : { phone }),
    ...(newestWindowsS === undefined ? {} : { newestWindowsS }),
  });
}

/**
 * One event as a line of a trace, without its line feed. What the reducer is fed is what is written: nothing else.
 * @example encodeTraceEvent({ t: 1500, event: 'end' }) // '{"t":1500,"event":"end"}'
 */
export function encodeTraceEvent(event: CallEvent): string {
  return JSON.stringify(event);
}
