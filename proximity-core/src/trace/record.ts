import type { CallEvent, HostCapabilities } from '../call/events.js';
import type { PhoneOffset } from '../decision/phone-offset.js';

/** What a recorder knows when a call begins. */
export interface RecordHeader {
  /** A name for the call, not empty. */
  readonly call: string;
  /** Desks of the phone's owner. */
  readonly desks: readonly string[];
  /** What its platform can do. */
  readonly host?: HostCapabilities;
  /** Unix milliseconds at t = 0. */
  readonly wallClockMs?: number;
  /** What the call is decided with, so that a replay decides alike. */
  readonly phone?: PhoneOffset;
  /** As given to `createCall`. */
  readonly newestWindowsS?: Readonly<Record<string, number>>;
}

/**
 * The first line of a recorded call.
 * @param header what is known when the call begins.
 * @returns one line of JSON, without its line feed.
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
 * One event as a line of a trace. What the reducer is fed is what is written: nothing else.
 * @param event as given to `step`.
 * @returns one line of JSON, without its line feed.
 * @example encodeTraceEvent({ t: 1500, event: 'end' }) // '{"t":1500,"event":"end"}'
 */
export function encodeTraceEvent(event: CallEvent): string {
  return JSON.stringify(event);
}
